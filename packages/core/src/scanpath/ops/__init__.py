"""Pure functions on tensors: the equations that the mechanisms share, each in one function that names it."""

from scanpath.ops.masking import clean as clean, masked_softmax as masked_softmax
from scanpath.ops.pooling import (
    masked_mean as masked_mean,
    masked_sum as masked_sum,
    uniform_weights as uniform_weights,
    weighted_pooling as weighted_pooling,
)
from scanpath.ops.scores import (
    additive_scores as additive_scores,
    cosine_scores as cosine_scores,
    dot_scores as dot_scores,
)
