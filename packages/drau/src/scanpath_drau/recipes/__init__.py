"""Settings of runs by name, for ``scanpath train NAME``."""
