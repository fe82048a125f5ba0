"""Routes of reports, their import and export."""
