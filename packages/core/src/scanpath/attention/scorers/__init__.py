"""Scorers of the core, one a file."""

from scanpath.attention.scorers.additive import AdditiveScorer as AdditiveScorer
from scanpath.attention.scorers.conv import ConvScorer as ConvScorer, local as local
from scanpath.attention.scorers.dot import DotScorer as DotScorer
