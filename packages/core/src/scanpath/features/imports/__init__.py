"""Features that people already have, read from the files they come in."""
