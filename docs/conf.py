"""Settings of the documentation, built by ``nox -s docs``."""

import sys
from pathlib import Path

from scanpath.experiments.tables.documenting import write_pages

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))
write_pages(HERE.parent / "results", HERE / "results")

project = "Scanpath"
author = "The Scanpath developers"
copyright = "2026, The Scanpath developers"

extensions = ["myst_parser", "mathml", "measured"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
nitpicky = True
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Scanpath"
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
