"""From bytes to text with offsets to sentences; runs in a child process that can be killed."""
