"""The trainer: it knows a task by :mod:`scanpath.types` only, and leaves a run folder behind.

Importing this package imports neither torch nor accelerate; take names from its modules.
"""
