"""The hosts of visual question answering by name, which packages may bring."""

from __future__ import annotations

import inspect
from typing import Any, Protocol

from torch import nn

from scanpath import registry

GIVEN = frozenset({"answers", "vocabulary_size", "beside_dim", "feature_dim"})
"""Arguments of a builder that come from the data, not from a recipe."""
PLACES = ("attention", "co_attention", "scorer")
"""Where a host holds what looks: a builder takes those that it has a place for, as factories."""


class HostBuilder(Protocol):
    """Builds a host by keywords; a package registers its own in :attr:`scanpath.method.Method.hosts`.

    What it takes besides are the further keys of ``task.model``, plain values with defaults.
    """

    def __call__(
        self, *, answers: int, vocabulary_size: int, beside_dim: int, feature_dim: int | None, **options: Any
    ) -> nn.Module:
        """Build a model that is called, and looked through by ``look``, as a :class:`scanpath.hosts.VQAModel` is.

        Args:
            answers: A.
            vocabulary_size: Number of word indices; 0 is padding.
            beside_dim: Width of given word vectors beside each learnt word.
            feature_dim: Width of stored features; None for pictures.
            options: Of :data:`PLACES` those that it has, each a factory or None; and its own.
        """
        ...


def host_names() -> list[str]:
    """List the hosts that installed packages bring."""
    return sorted(registry.addresses("hosts"))


def find_host(name: str) -> HostBuilder:
    """Return a builder by name; an unknown one is an error that names the nearest."""
    found: HostBuilder = registry.load("hosts", name)
    return found


def options_of_host(name: str) -> set[str]:
    """Return all that a host takes beside what the data give, its places among them."""
    return set(inspect.signature(find_host(name)).parameters) - GIVEN
