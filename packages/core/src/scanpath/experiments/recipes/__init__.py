"""The recipes of the core, one file each: ``scanpath train NAME``."""
