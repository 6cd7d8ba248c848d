"""An attention that is asked many times about the same regions, as at each word of a caption.

What does not depend on the query is computed once. A Scorer takes part by two methods beside its ``forward``, an
Attention likewise:

* Scorer: ``keys(regions, mask)`` (B, *S, d), and ``score_keys(keys, query)`` (B, M, *S);
* Attention: ``keys(regions, mask)``, a tensor with one row a sample or None, and
  ``attend(regions, keys, query, mask)``, whose regions are clean of what lies behind the mask.

Both together must be what ``forward`` is. They are optional: every other mechanism is called whole each time. So is a
subclass that has a ``forward`` of its own and inherits the two, since they may not be what it does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from torch import Tensor

from scanpath.attention.contextual import Contextual
from scanpath.ops import clean
from scanpath.types import Attended, Attention


class Prepared(NamedTuple):
    """Regions that are ready to be asked about; one row a sample, so that rows can be chosen."""

    regions: Tensor
    """(B, *S, D), 0 behind the mask; those of the encoder that an attention has in front, where it asks no question."""
    mask: Tensor | None
    """True where a region is real, (B, *S)."""
    keys: Tensor | None
    """What the attention has computed of them; None: nothing."""


def splits(part: Any) -> bool:
    """Tell whether the class that gives a mechanism its ``forward`` gives it ``keys`` too."""
    owner = next((one for one in type(part).__mro__ if "forward" in vars(one)), object)
    return "keys" in vars(owner)


def prepare(attention: Attention, regions: Tensor, mask: Tensor | None = None) -> Prepared:
    """Compute of regions (B, *S, D), given a mask (B, *S), what an attention does not need the query for."""
    while type(attention) is Contextual and not attention.asks:
        regions, attention = attention.encode(regions, None, mask), attention.attention
    split: Any = attention if splits(attention) else None
    return Prepared(clean(regions, mask), mask, None if split is None else split.keys(regions, mask))


def attend(attention: Attention, prepared: Prepared, query: Tensor | None = None) -> Attended:
    """Attend to prepared regions with a query (B, Q): what ``attention(regions, query, mask)`` gives."""
    while type(attention) is Contextual and not attention.asks:
        attention = attention.attention
    if splits(attention):
        split: Any = attention
        found: Attended = split.attend(prepared.regions, prepared.keys, query, prepared.mask)
        return found
    return attention(prepared.regions, query, prepared.mask)
