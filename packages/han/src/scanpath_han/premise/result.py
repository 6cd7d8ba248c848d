"""All networks on the same pictures: the result as plain values, and the picture of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import torch
from PIL import Image

from scanpath.environment import hardware
from scanpath.errors import ConfigError
from scanpath.progress import Say
from scanpath.report.overlay import Map
from scanpath.tasks.vqa.settings import VQASettings
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath_han.premise.drawing import draw_norms
from scanpath_han.premise.measuring import Areas, Subject, areas, figures, look_at_all
from scanpath_han.premise.networks import (
    Group,
    Network,
    backbone_named,
    contrast,
    features,
    fit_norms,
    lacking,
    pixels,
    trained,
    untrained,
)

DRAWN = 4
"""Pictures in the drawing."""
FITTED = 200
"""Pictures whose statistics batch norms are given, at most."""

BACKBONES = ("scenes_cnn", "resnet101@320")
"""The one of these worlds, and the paper's at its grid of 10 x 10."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which networks are measured."""

    runs: Sequence[Path] = ()
    backbones: Sequence[str] = BACKBONES
    weights: Mapping[str, Path] = field(default_factory=dict)
    """Files of backbones' weights, by the backbone's name."""
    seeds: int = 5
    """Of networks that have learnt nothing."""


class Missing(NamedTuple):
    """A network that is not here."""

    name: str
    reason: str


def groups(chosen: Chosen, subject: Subject) -> Iterator[Group | Missing]:
    """Build the networks, one group after another."""
    words = Vocabularies.build(subject.split, VQASettings())
    seeds = range(chosen.seeds)
    yield Group("no network: distance from the mean colour", "none", contrast, [Network(None, None, "")])
    yield Group("untrained, as built", "untrained", pixels, [untrained(seed, words) for seed in seeds])
    known = torch.cat([pixels(picture) for picture in subject.pictures[:FITTED]])
    fitted = [fit_norms(untrained(seed, words), known) for seed in seeds]
    yield Group("untrained, batch norms fitted", "untrained", pixels, fitted)
    for given in chosen.backbones:
        name = given.partition("@")[0]
        if name not in chosen.weights and (reason := lacking(name)):
            yield Missing(f"{given}, pre-trained", reason)
            continue
        plain, learnt = backbone_named(given, "random"), backbone_named(given, chosen.weights.get(name, "pretrained"))
        heads = [untrained(seed, words, learnt) for seed in seeds]  # the same on both: they differ in their features
        yield Group(f"{given}, random weights", "untrained", features(plain), heads)
        yield Group(f"{given}, pre-trained", "pretrained", features(learnt), heads)
    yield from _trained(chosen.runs)


def _trained(runs: Sequence[Path]) -> Iterator[Group]:
    """Load runs; those that differ in their seed alone are one group, and no two groups have one name."""
    alike: dict[str, Group] = {}
    for run in runs:
        found = trained(run)
        known = alike.setdefault(found.identity, found._replace(networks=[]))
        alike[found.identity] = known._replace(networks=[*known.networks, *found.networks])
    names = Counter(group.name for group in alike.values())
    for group in alike.values():
        yield group if names[group.name] == 1 else group._replace(name=f"{group.name}, {group.networks[0].origin}")


def premise(chosen: Chosen, subject: Subject, *, say: Say) -> tuple[dict[str, Any], Image.Image]:
    """Measure every network: plain values as they are written, and the drawing.

    Raises:
        ConfigError: Weights for a backbone that is not measured.
    """
    known = {name.partition("@")[0] for name in chosen.backbones}
    if unused := sorted(chosen.weights.keys() - known):
        raise ConfigError(f"weights were given for {unused[0]!r}, which is not measured: add --backbone {unused[0]}.")
    measured: list[Mapping[str, Any]] = []
    missing: list[dict[str, str]] = []
    maps: dict[str, list[Map]] = {}
    beneath: dict[str, Sequence[float]] = {}
    for group in groups(chosen, subject):
        if isinstance(group, Missing):
            missing.append(group._asdict())
            say(f"{group.name}: {group.reason}")
            continue
        looks = look_at_all(group, subject)
        found = [areas(one, subject) for one in looks]
        maps[group.name] = list(looks[0].norms[:DRAWN].numpy())
        beneath[group.name] = found[0]["norm/any"][:DRAWN].tolist()
        measured.append(_plain(group, list(looks[0].norms.shape[1:]), found))
        say(_line(measured[-1]))
    result = {
        "hardware": hardware(),
        "data": subject.split.name.partition("/")[0],
        "split": subject.split.name.partition("/")[2],
        "pictures": len(subject.pictures),
        "questions": len(subject.split),
        "asked": int((subject.targets.object >= 0).sum()),
        "networks": measured,
        "missing": missing,
    }
    return result, draw_norms(subject.pictures[:DRAWN], subject.masks[:DRAWN], maps, beneath)


def _plain(group: Group, grid: list[int], found: list[Areas]) -> dict[str, Any]:
    return {
        "name": group.name,
        "kind": group.kind,
        "grid": grid,
        "members": [network.origin for network in group.networks],
        "figures": {key: asdict(figure) for key, figure in figures(found).items()},
    }


def _line(network: Mapping[str, Any]) -> str:
    """Say of one network what matters most."""
    shown = {"norm/any": "norm, any object", "norm/asked": "asked about", "presence/asked": "presence, asked about"}
    found = network["figures"]
    said = [f"{words} {found[key]['value']:.3f}" for key, words in shown.items() if key in found]
    return f"{network['name']}: {', '.join(said)}"
