"""Child processes, the pools and executors that run work in them, and the files that they share."""
