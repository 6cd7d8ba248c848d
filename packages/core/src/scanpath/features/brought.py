"""Backbones that installed packages bring, by the name under which :attr:`scanpath.method.Method.backbones` lists them.

A package gives the layers, the file of their weights and the size of their pictures; random weights, files of one's
own, other sizes and all checks are the core's, as of its own backbones.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from scanpath import registry
from scanpath.errors import ScanpathError
from scanpath.features.preprocessing import HALF, Statistics


@dataclass(frozen=True, kw_only=True)
class BroughtBackbone:
    """What an address among :attr:`scanpath.method.Method.backbones` names."""

    network: Callable[[], nn.Module]
    """Builds the layers, pixels (N, 3, H, W) -> features (N, D, *S), with random weights."""
    weights: Path
    """The safetensors file that the package ships: the weights called ``"pretrained"``."""
    size: int
    """Height and width of its pictures in pixels, unless others are asked for."""
    statistics: Statistics = HALF
    """Of the pixels that its weights were trained with; pictures in [-1, 1] by default."""


def brought_backbones(taken: Container[str] = ()) -> Mapping[str, str]:
    """Return the address of each backbone by name, importing nothing; a name that the core has stays the core's.

    Args:
        taken: the core's names.
    """
    found = {}
    for name, address in registry.addresses("backbones").items():
        if name in taken:
            warnings.warn(
                f"the backbone {name!r} of {address} is ignored, since the core has one of that name: rename it.",
                registry.BrokenPluginWarning,
                stacklevel=3,
            )
            continue
        found[name] = address
    return found


def brought_backbone(name: str) -> BroughtBackbone:
    """Import what a package brings under ``name``.

    Raises:
        UnknownNameError: nothing installed brings it.
        ScanpathError: it cannot be imported, or is something else.
    """
    found = registry.load("backbones", name)
    if not isinstance(found, BroughtBackbone):
        raise ScanpathError(
            f"the backbone {name!r} is a {type(found).__name__}, expected a scanpath.features.brought.BroughtBackbone: "
            f"correct {registry.addresses('backbones')[name]}."
        )
    return found
