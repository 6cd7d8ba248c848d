"""Stacked latent attention: several looks that pass on what they know of every place, for regions and for words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanpath.lazy import exports

if TYPE_CHECKING:
    from scanpath_sla.positional_bias import PositionalBias as PositionalBias
    from scanpath_sla.stacked import StackedAttention as StackedAttention
    from scanpath_sla.stacked_latent import StackedLatentAttention as StackedLatentAttention
    from scanpath_sla.standard import StandardAttention as StandardAttention
    from scanpath_sla.twin_stream import TwinStream as TwinStream

__version__ = "0.1.0"
__getattr__, __dir__ = exports(
    __name__,
    {
        "PositionalBias": "positional_bias",
        "StackedAttention": "stacked",
        "StackedLatentAttention": "stacked_latent",
        "StandardAttention": "standard",
        "TwinStream": "twin_stream",
    },
)
