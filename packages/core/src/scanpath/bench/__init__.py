"""Measurements: what a mechanism costs, what the trainer adds, how fast the metric is."""
