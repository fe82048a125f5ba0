"""A workbench behind a Jupyter server, over its HTTP API; needs none of what the server needs."""
