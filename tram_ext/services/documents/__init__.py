"""Uploaded documents, and the queue of jobs that reads and maps them."""
