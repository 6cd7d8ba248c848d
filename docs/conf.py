"""Settings of the documentation, built by ``nox -s docs``."""

project = "Scanpath"
author = "The Scanpath developers"
copyright = "2026, The Scanpath developers"

extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Scanpath"
