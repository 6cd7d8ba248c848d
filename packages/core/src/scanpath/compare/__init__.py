"""Mechanisms x data x seeds on one frozen pipeline: rows that run, tests between them, tables and a page."""
