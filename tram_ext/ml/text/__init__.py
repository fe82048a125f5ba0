"""Text as models see it: masked, cut into windows, stemmed, turned into sparse rows; ids and names written in it."""
