"""Tasks: data for a split, an objective, and the measures of a checkpoint."""
