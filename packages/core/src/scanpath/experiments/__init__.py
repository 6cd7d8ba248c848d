"""Runs: a resolved configuration and a seed, keyed by their hash, so that whoever asks alike shares them."""
