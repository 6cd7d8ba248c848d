"""Data sets that the paper's experiments need beside the core's."""
