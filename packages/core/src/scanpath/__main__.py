"""``python -m scanpath``: the same as the command ``scanpath``."""

from scanpath.cli import main

main()
