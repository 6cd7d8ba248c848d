"""The catalogue of installed methods: entry points of the group ``scanpath.methods``, resolved by name and late."""

from __future__ import annotations

import fnmatch
import functools
import importlib
import warnings
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from scanpath.errors import ScanpathError, UnknownNameError, near
from scanpath.method import GROUP, Method

Part = Literal[
    "scorers",
    "attentions",
    "co_attentions",
    "datasets",
    "labelled",
    "captions",
    "hosts",
    "classifiers",
    "captioners",
    "backbones",
    "tasks",
    "measures",
    "benches",
    "kernels",
]
PARTS: tuple[Part, ...] = get_args(Part)
NOUNS: Mapping[Part, str] = MappingProxyType(
    {
        "datasets": "data set",
        "labelled": "data set of labelled pictures",
        "captions": "data set of captions",
        "benches": "bench",
    }
)
"""What one name of a part is called, where its plural does not tell."""

#: Packages of this project that may not be installed: what to say when one of their names is asked for.
KNOWN_PACKAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "scanpath-han": ("hard", "adaptive_hard", "straight_through", "sort-of-clevr"),
        "scanpath-attention-rnn": (
            "attention_rnn",
            "block_attention_rnn",
            "cbam_gate",
            "global_map",
            "pooled_channels",
            "mref",
            "mdist",
            "mbg",
            "mbg-inverse",
            "mbg-big",
            "faces",
            "scene-objects",
            "progressive",
            "cbam_resnet18",
            "editing",
        ),
        "scanpath-drau": ("recurrent", "rvau", "dual_recurrent", "drau", "joint_lstm"),
        "scanpath-sla": ("standard", "stacked", "stacked_latent", "twin_stream", "sla"),
    }
)


class BrokenPluginWarning(UserWarning):
    """An installed plugin that cannot be loaded; the others go on working."""


def plugins() -> tuple[EntryPoint, ...]:
    """List the entry points of the group, sorted by name, without loading them."""
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def load_plugin(point: EntryPoint) -> Method:
    """Load one entry point; raise a :class:`ScanpathError` that says what is wrong with it."""
    package = point.dist.name if point.dist else point.value
    try:
        method = point.load()
    except Exception as error:  # a plugin is foreign code: whatever it raises is its fault and must be named
        reason = f"{type(error).__name__}: {error}"
        raise ScanpathError(f"the plugin {point.name!r} of {package} cannot be imported ({reason}).") from error
    if not isinstance(method, Method):
        raise ScanpathError(
            f"the plugin {point.name!r} of {package} is a {type(method).__name__}, expected a scanpath.Method."
        )
    if method.name != point.name:
        raise ScanpathError(
            f"the plugin {point.name!r} of {package} calls itself {method.name!r}: give both the same name."
        )
    return method


@functools.cache
def methods() -> Mapping[str, Method]:
    """Return the installed methods by name; a broken plugin is a warning that names it, never an error."""
    found: dict[str, Method] = {}
    for point in plugins():
        try:
            method = load_plugin(point)
        except ScanpathError as error:
            warnings.warn(str(error), BrokenPluginWarning, stacklevel=2)
            continue
        if point.name in found:
            warnings.warn(
                f"two plugins are called {point.name!r}; the second is ignored.", BrokenPluginWarning, stacklevel=2
            )
            continue
        found[point.name] = method
    return MappingProxyType(found)


@functools.cache
def addresses(part: Part) -> Mapping[str, str]:
    """Return ``"module:Name"`` by name for one part of all methods; a name taken twice goes to the first method.

    The core comes first, so that a plugin cannot change what a built-in name means.
    """
    found: dict[str, str] = {}
    for method in sorted(methods().values(), key=lambda method: (method.name != "core", method.name)):
        for name, address in getattr(method, part).items():
            if name in found:
                warnings.warn(
                    f"{method.name!r} brings {part} {name!r}, which is taken by {found[name]}; it is ignored.",
                    BrokenPluginWarning,
                    stacklevel=2,
                )
                continue
            found[name] = address
    return MappingProxyType(found)


def noun(part: Part) -> str:
    """Say what one name of a part is: ``"co-attention"``, ``"data set"``."""
    return NOUNS.get(part, part.replace("_", "-").removesuffix("s"))


def unknown(part: Part, name: str, *, among: Iterable[str] | None = None) -> UnknownNameError:
    """Build the error for a name that nothing installed brings: near names, and the package to install.

    Args:
        part: What was asked for.
        name: The name that is not there.
        among: The names that would have done, if they are more than those of the part.
    """
    known = sorted(addresses(part) if among is None else among)
    sentence = f"no installed package brings the {noun(part)} {name!r}"
    for package, names in KNOWN_PACKAGES.items():
        if name in names:
            return UnknownNameError(f"{sentence}: pip install {package}.")
    hint = near(name, known)
    return UnknownNameError(sentence + (hint or f"; installed are {', '.join(known) or 'none'}."))


def resolve(address: str) -> Any:
    """Import what ``"module:Name"`` names."""
    module, _, name = address.partition(":")
    return getattr(importlib.import_module(module), name)


def load(part: Part, name: str) -> Any:
    """Return what is registered under ``name``, importing its module now.

    Raises:
        UnknownNameError: if nothing installed brings the name.
        ScanpathError: if its module cannot be imported, with the reason.
    """
    known = addresses(part)
    if name not in known:
        raise unknown(part, name)
    try:
        return resolve(known[name])
    except ScanpathError:  # an extra that is not installed says so itself
        raise
    except Exception as error:  # foreign code, as in load_plugin
        reason = f"{type(error).__name__}: {error}"
        sentence = f"{name!r} cannot be imported from {known[name]} ({reason}); scanpath doctor says more."
        raise ScanpathError(sentence) from error


def forget() -> None:
    """Drop what was read from the entry points, so that the next question reads them again (for tests)."""
    methods.cache_clear()
    addresses.cache_clear()


class Listed(NamedTuple):
    """One registered name."""

    part: Part
    name: str
    method: str
    address: str


def listing(pattern: str = "*") -> list[Listed]:
    """List the registered names that match ``pattern`` (with ``*`` and ``?``), by part and name."""
    return [
        Listed(part, name, method.name, method_part[name])
        for part in PARTS
        for name in sorted(fnmatch.filter(addresses(part), pattern))
        for method in methods().values()
        if (method_part := getattr(method, part)).get(name) == addresses(part)[name]
    ]
