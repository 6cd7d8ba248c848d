"""Frozen features of pictures: backbones, extraction, and the store that is read in training."""
