"""Every edit of some pictures: each attribute to each value that a picture does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from torch import Tensor

from scanpath_attention_rnn.modular_gan import ModularGAN
from scanpath_attention_rnn.tasks.editing.attributes import ATTRIBUTES, code, others
from scanpath_attention_rnn.tasks.editing.batch import to_pixels


class Made(NamedTuple):
    """One edit of B pictures."""

    attribute: str
    targets: Tensor
    """(B,)."""
    pixels: Tensor
    """uint8 (B, 3, S, S)."""
    mask: Tensor
    """(B, 1, h, w)."""


def make_edits(
    network: ModularGAN, features: Tensor, values: Tensor, attributes: Iterable[str] = tuple(ATTRIBUTES)
) -> Iterator[Made]:
    """Edit pictures that are encoded already.

    Args:
        network: What edits.
        features: Of B pictures, from the network's encoder.
        values: Of the pictures, (B, 3).
        attributes: To be edited.

    Yields:
        The edits, by attribute and by how far the target is behind the own value.
    """
    for attribute in attributes:
        for targets in others(attribute, values[:, [*ATTRIBUTES].index(attribute)]):
            changed = network.transformers[attribute](features, code(attribute, targets))
            yield Made(attribute, targets, to_pixels(network.reconstructor(changed.features)), changed.mask)
