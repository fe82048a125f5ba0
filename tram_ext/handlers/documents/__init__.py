"""Routes of uploads, jobs and downloads."""
