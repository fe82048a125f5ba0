"""The data folder as a whole: its database, how it is opened, and how it is read where nothing can be written."""
