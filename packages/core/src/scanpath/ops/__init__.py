"""Pure functions on tensors: the equations that the mechanisms share, each in one function that names it."""

from scanpath.ops.affinity import (
    affine_scores as affine_scores,
    affinities as affinities,
    largest_affinity as largest_affinity,
)
from scanpath.ops.channels import channel_affinity as channel_affinity, channel_weights as channel_weights
from scanpath.ops.heads import (
    head_scores as head_scores,
    head_values as head_values,
    region_attention as region_attention,
)
from scanpath.ops.layers import layer_scores as layer_scores, layer_softmax as layer_softmax
from scanpath.ops.masking import clean as clean, masked_softmax as masked_softmax
from scanpath.ops.pooling import (
    masked_mean as masked_mean,
    masked_sum as masked_sum,
    uniform_weights as uniform_weights,
    weighted_pooling as weighted_pooling,
)
from scanpath.ops.recurrence import lstm_step as lstm_step
from scanpath.ops.scores import (
    additive_scores as additive_scores,
    cosine_scores as cosine_scores,
    dot_scores as dot_scores,
)
from scanpath.ops.sequences import (
    reading_orders as reading_orders,
    reordered as reordered,
    restored as restored,
)
