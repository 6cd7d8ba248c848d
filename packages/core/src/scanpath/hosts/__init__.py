"""Models that hold mechanisms, and their building from a plain section of a configuration file.

A saved model is such a section plus its weights, so everything here is built from names and options.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from scanpath.attention import create_attention, create_co_attention, create_scorer
from scanpath.errors import ConfigError, ScanpathError
from scanpath.hosts.builders import find_host as find_host, host_names as host_names, options_of_host
from scanpath.hosts.canonical import canonical as canonical
from scanpath.hosts.classifiers import build_classifier as build_classifier
from scanpath.hosts.kazemi import kazemi as kazemi
from scanpath.hosts.mcb import mcb as mcb
from scanpath.hosts.mutan import mutan as mutan
from scanpath.hosts.picture_model import Encoded as Encoded, PictureModel as PictureModel
from scanpath.hosts.vqa_model import VQAModel as VQAModel
from scanpath.layers.options import build, named

CREATORS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"attention": create_attention, "co_attention": create_co_attention, "scorer": create_scorer}
)
"""What builds each of the places that a host may have."""


def build_host(
    section: Mapping[str, Any],
    *,
    vocabulary_size: int,
    answers: int,
    feature_shape: tuple[int, ...] | None = None,
    beside_dim: int = 0,
) -> VQAModel:
    """Build a model from the ``model:`` section of a configuration.

    ::

        {"name": "canonical", "attention": {"name": "single_hop", "score": "additive"}, "fusion": "add"}

    Args:
        section: ``name`` of the host ("canonical" by default); ``attention`` or ``co_attention``, or the ``scorer`` of
            a host that normalises by itself, each a name or a mapping of ``name`` and options, where
            ``"attention": None`` answers from the question alone; the rest are the host's own options.
        vocabulary_size: Number of word indices; 0 is padding.
        answers: A.
        feature_shape: (*S, D) of stored features; None for pictures.
        beside_dim: Width of word vectors that stand beside the learnt words.

    Raises:
        ConfigError: An unknown or missing key, at the place that the sentence names, or a value that no layer can have.
        UnknownNameError: A mechanism that no installed package brings.
    """
    options = dict(section)
    host = options.pop("name", "canonical")
    if not CREATORS.keys() & options.keys():
        raise ConfigError("the model section names no attention: give 'attention' a name, or null to see no picture.")
    for place, create in CREATORS.items():
        if options.get(place) is not None:
            name, settings = named(options[place], place)
            options[place] = functools.partial(create, name, **settings)
        elif place not in options_of_host(host):
            options.pop(place, None)
    given: dict[str, Any] = {"vocabulary_size": vocabulary_size, "answers": answers, "beside_dim": beside_dim}
    given["feature_dim"] = None
    if feature_shape is not None:
        given["feature_dim"] = feature_shape[-1]
        if len(feature_shape) == 2 and "coordinates" in options_of_host(
            host
        ):  # boxes (K, D) come without their corners unless the section says otherwise
            options.setdefault("coordinates", "none")
    try:
        model: Any = build(host, find_host(host), given, options)
    except ScanpathError:
        raise
    except (TypeError, ValueError) as error:  # torch's own word about a number, such as a dropout of 2
        raise ConfigError(f"the host {host!r} cannot be built with these options: {error}.") from error
    return model  # type: ignore[no-any-return]  # whatever a package brings is used as one
