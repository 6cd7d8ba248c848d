"""Small files in official forms, for the tests of whoever reads them, or trains on what they hold."""
