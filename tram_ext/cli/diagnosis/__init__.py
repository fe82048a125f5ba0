"""``jupyter tram doctor``: what is installed, where the data are, what is wrong."""
