"""Fusions, one file a mechanism; they are built by name with :func:`scanpath.layers.create_fusion`."""
