"""The hosts of classification, which packages may bring, and their building from a section of a configuration file."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Protocol

from scanpath import registry
from scanpath.attention import create_attention
from scanpath.features.preprocessing import Statistics
from scanpath.hosts.picture_model import PictureModel
from scanpath.layers.options import build, check, named
from scanpath.types import AttentionFactory


class ClassifierBuilder(Protocol):
    """Builds a host by keywords; a package registers its own in :attr:`scanpath.method.Method.classifiers`.

    What it takes besides are the further keys of ``task.model``, plain values with defaults.
    """

    def __call__(
        self, *, classes: int, statistics: Statistics, attention: AttentionFactory, **options: Any
    ) -> PictureModel:
        """Build a model.

        Args:
            classes: A.
            statistics: Of the pixels that it is trained on.
            attention: Called with ``region_dim``, and with ``query_dim=None``.
            options: Its own.
        """
        ...


GIVEN = frozenset({"classes", "statistics", "attention"})
"""Arguments of a builder that the section does not name among the host's own options."""


def find_classifier(name: str) -> ClassifierBuilder:
    """Return a builder by name; an unknown one is an error that names the nearest."""
    found: ClassifierBuilder = registry.load("classifiers", name)
    return found


def check_classifier_options(name: str, options: Mapping[str, Any]) -> None:
    """Check a host's name and its own options as :func:`build_classifier` does, building nothing.

    A host that holds parts whose names and options are nested in its own has an attribute ``check_options(options)``,
    which is called with all of them and raises what building would, as a mechanism does.

    Raises:
        ConfigError: An unknown or missing option.
        UnknownNameError: A host or a part that no installed package brings.
    """
    host = find_classifier(name)
    check("model", host, GIVEN, options)
    check_options = getattr(host, "check_options", None)
    if check_options is not None:
        check_options(options)


def build_classifier(section: Mapping[str, Any], *, classes: int, statistics: Statistics) -> PictureModel:
    """Build a model from the ``model:`` section of a configuration.

    ::

        {"name": "small_cnn", "attention": {"name": "multi_hop", "hops": 2}, "hidden_dim": 128}

    Args:
        section: ``name`` of the host ("small_cnn" by default); ``attention``, a name or a mapping of ``name`` and
            options ("mean" by default); the rest are the host's own options.
        classes: A.
        statistics: Of the pixels that it is trained on.

    Raises:
        ConfigError: An unknown or missing key, at the place that the sentence names.
        UnknownNameError: A host or a mechanism that no installed package brings.
    """
    options = dict(section)
    host = find_classifier(options.pop("name", "small_cnn"))
    name, settings = named(options.pop("attention", "mean"), "attention")
    attention = functools.partial(create_attention, name, **settings)
    return build("model", host, {"classes": classes, "statistics": statistics, "attention": attention}, options)
