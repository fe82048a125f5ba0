"""Routes of the Jupyter server: authenticate, authorise, parse, call one service, reply."""
