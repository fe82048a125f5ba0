"""Files of the data folder: written whole, readable by their owner only, locked, exchanged at once."""
