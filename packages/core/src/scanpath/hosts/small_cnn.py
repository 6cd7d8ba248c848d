"""A classifier around the small CNN: minutes on two cores, for digits and other pictures of few pixels."""

from __future__ import annotations

from collections.abc import Sequence

from scanpath.features.preprocessing import Statistics
from scanpath.hosts.picture_model import PictureModel
from scanpath.layers import Classifier, SmallCNN
from scanpath.types import AttentionFactory


def small_cnn(
    *,
    classes: int,
    statistics: Statistics,
    attention: AttentionFactory,
    cnn_channels: Sequence[int] = (32, 64, 64),
    cnn_kernels: Sequence[int] | None = None,
    hidden_dim: int | Sequence[int] | None = None,
    dropout: float = 0.0,
) -> PictureModel:
    """Build the host whose regions are the cells of a small CNN.

    Args:
        classes: A.
        statistics: Of the pixels, see :class:`scanpath.hosts.picture_model.PictureModel`.
        attention: Called with ``region_dim``, and with ``query_dim=None``.
        cnn_channels: Blocks of the CNN, each halving height and width.
        cnn_kernels: Size of each block's filters; None takes 3x3.
        hidden_dim: Width of the classifier's hidden layer, or of several; None for a linear classifier.
        dropout: In the classifier.
    """
    cnn = SmallCNN(channels=cnn_channels, kernels=cnn_kernels, centre=0.0)
    looks = attention(region_dim=cnn.output_dim, query_dim=None)
    classifier = Classifier(input_dim=looks.context_dim, answers=classes, hidden_dim=hidden_dim, dropout=dropout)
    return PictureModel(encode=cnn, attention=looks, classifier=classifier, statistics=statistics)
