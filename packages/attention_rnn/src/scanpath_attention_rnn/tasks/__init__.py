"""What the package's networks learn beside what the core's tasks teach."""
