"""Lets ``python -m tram_ext.cli`` do what ``jupyter tram`` does."""

from tram_ext.cli.main import main

if __name__ == "__main__":
    main()
