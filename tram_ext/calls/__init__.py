"""Use cases of the operations, and the runner that checks a call first; shared by HTTP and Python in process."""
