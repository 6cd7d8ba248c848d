"""The recipes of this package, one file each: ``scanpath train NAME``."""
