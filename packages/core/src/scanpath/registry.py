"""The catalogue of installed methods: entry points of the group ``scanpath.methods``, resolved by name and late."""

from __future__ import annotations

import fnmatch
import functools
import importlib
import warnings
from collections.abc import Mapping
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

USES: Mapping[Part, str] = MappingProxyType(
    {
        "scorers": "create_scorer builds it, and create_attention with a softmax",
        "attentions": "create_attention builds it, and task.model.attention names it",
        "co_attentions": "create_co_attention builds it, and task.model.co_attention names it",
        "datasets": "task.data names it, with task.name=vqa",
        "labelled": "task.data names it, with task.name=classification",
        "captions": "task.data names it, with task.name=captioning",
        "hosts": "task.model.name names it, with task.name=vqa",
        "classifiers": "task.model.name names it, with task.name=classification",
        "captioners": "task.model.name names it, with task.name=captioning",
        "backbones": "task.features names it",
        "tasks": "task.name names it",
        "measures": "a task computes it",
        "benches": "scanpath bench cost --method runs it",
        "kernels": "scanpath doctor tells of it",
    }
)
"""How a name of each part is used: for whoever gave it as another part's."""

KNOWN_PACKAGES: Mapping[str, Mapping[Part, tuple[str, ...]]] = MappingProxyType(
    {
        "scanpath-attention-rnn": {
            "scorers": ("attention_rnn", "block_attention_rnn", "cbam_gate", "global_map", "pooled_channels"),
            "datasets": ("mref", "mref-inverse", "mdist", "mbg", "mbg-inverse", "mbg-big"),
            "labelled": ("faces", "scene-objects"),
            "hosts": ("progressive",),
            "classifiers": ("cbam_resnet18",),
            "tasks": ("editing",),
            "benches": ("structure",),
            "kernels": ("attention_rnn-triton",),
        },
        "scanpath-drau": {
            "scorers": ("recurrent",),
            "attentions": ("rvau",),
            "co_attentions": ("dual_recurrent",),
            "hosts": ("drau", "joint_lstm"),
            "benches": ("units",),
        },
        "scanpath-han": {
            "attentions": ("adaptive_hard", "hard", "straight_through"),
            "datasets": ("sort-of-clevr",),
            "backbones": ("sort_of_clevr_cnn",),
            "benches": ("skipping",),
        },
        "scanpath-sla": {
            "attentions": ("stacked", "stacked_latent", "standard"),
            "co_attentions": ("twin_stream",),
            "hosts": ("sla",),
            "captioners": ("review_net",),
            "benches": ("captions", "stacking"),
        },
    }
)
"""What each package of this project brings: it may not be installed when one of its names is asked for."""


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


def absent_methods() -> dict[str, str]:
    """Return the methods of this project that are not installed, and the package to install for each."""
    installed = {point.name for point in plugins()}  # a broken one too: to install it again mends nothing
    methods_of = {package.removeprefix("scanpath-").replace("-", "_"): package for package in KNOWN_PACKAGES}
    return {method: package for method, package in methods_of.items() if method not in installed}


def absent(part: Part) -> dict[str, str]:
    """Return the names of a part that packages of this project would bring, and the package to install for each."""
    return {name: package for package in absent_methods().values() for name in KNOWN_PACKAGES[package].get(part, ())}


def unknown(part: Part, name: str, *, also: tuple[Part, ...] = ()) -> UnknownNameError:
    """Build the error for a name that nothing installed brings as what was asked for.

    It says, the first that is true: what the name is instead, which package to install, which names are near, or which
    there are.

    Args:
        part: What was asked for.
        name: The name that is not there.
        also: Further parts whose names would have done.
    """
    asked = (part, *also)
    for other in PARTS:
        if other not in asked and name in addresses(other):
            return UnknownNameError(f"{name!r} is {_one(other)}, not {_one(part)}: {USES[other]}.")
    sentence = f"no installed package brings the {noun(part)} {name!r}"
    for other in (*asked, *PARTS):
        package = absent(other).get(name)
        if package and other in asked:
            return UnknownNameError(f"{sentence}: pip install {package}.")
        if package:
            brings = f"{name!r} is {_one(other)} of {package}, not {_one(part)}"
            return UnknownNameError(f"{brings}: pip install {package}, then {USES[other]}.")
    known = {found for one in asked for found in addresses(one)}
    hint = near(name, known.union(*map(absent, asked)))
    return UnknownNameError(sentence + (hint or f"; installed are {', '.join(sorted(known)) or 'none'}."))


def unknown_method(name: str) -> UnknownNameError:
    """Build the error for a method that nothing installed brings: the package to install, near names, or which are."""
    lacking = absent_methods()
    sentence = f"no installed package brings the method {name!r}"
    if name in lacking:
        return UnknownNameError(f"{sentence}: pip install {lacking[name]}.")
    hint = near(name, {*methods(), *lacking}) or f"; installed are {', '.join(sorted(methods()))}."
    return UnknownNameError(sentence + hint)


def _one(part: Part) -> str:
    """Say one of a part with its article; data sets are told apart by what they hold."""
    one = "data set of questions" if part == "datasets" else noun(part)
    return f"{'an' if one[0] in 'aeiou' else 'a'} {one}"


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
