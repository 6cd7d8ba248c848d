"""The hosts of classification by name, and their building from a plain section of a configuration file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from scanpath.attention import create_attention
from scanpath.features.preprocessing import Statistics
from scanpath.hosts.picture_model import PictureModel
from scanpath.hosts.resnet18 import resnet18
from scanpath.hosts.small_cnn import small_cnn
from scanpath.layers.options import build, choose, named

CLASSIFIERS: Mapping[str, Callable[..., PictureModel]] = MappingProxyType(
    {"small_cnn": small_cnn, "resnet18": resnet18}
)
"""Builders of hosts by name."""


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
        UnknownNameError: A mechanism that no installed package brings.
    """
    options = dict(section)
    host = choose("host", options.pop("name", "small_cnn"), CLASSIFIERS)
    name, settings = named(options.pop("attention", "mean"), "attention")
    given = {
        "classes": classes,
        "statistics": statistics,
        "attention": functools.partial(create_attention, name, **settings),
    }
    return build("model", host, given, options)
