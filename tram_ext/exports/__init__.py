"""A reviewed report in the formats that analysts use, and back from TRAM's own."""
