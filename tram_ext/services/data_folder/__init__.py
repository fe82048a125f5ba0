"""The data folder: how it is opened and paired with its database, and how it is read where it cannot be written."""
