"""Backbones by name: frozen networks that turn pictures into a grid of region features, and detectors of regions.

``scenes_cnn`` ships its weights, and ``scenes_cnn_layers`` gives its last two layers side by side; the ResNets (He et
al., 2016) and VGG-19 take torchvision's, the first ImageNet weights, as the papers did. ResNet features are the last
convolutional stage: 448x448 pictures give 14x14x2048 (MCB, DRAU), 320x320 give 10x10 (HAN). ``timm:NAME`` is a network
of timm, and packages bring further ones (:mod:`scanpath.features.brought`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from scanpath import registry
from scanpath.errors import ConfigError, UnknownNameError, near
from scanpath.features.brought import brought_backbone, brought_backbones
from scanpath.features.detectors import DETECTORS, Detector, faster_rcnn, todays_names
from scanpath.features.frozen import Backbone, Extractor, state_checksum
from scanpath.features.loading import fetch_torchvision, fitting, in_torchs_cache, read_named_weights, shipped
from scanpath.features.preprocessing import HALF, IMAGENET, Preprocessing, Statistics
from scanpath.features.resnets import resnet_trunk
from scanpath.features.scenes_boxes import NAME as SCENES_BOXES, REGIONS as SCENES_REGIONS, SceneDetector, ScenesBoxes
from scanpath.features.scenes_cnn import ScenesCNN, ScenesCNNLayers
from scanpath.features.small_cnns import SMALL_CNNS, out_of_a_model, small_cnn_trunk
from scanpath.features.timm_models import PREFIX, timm_model
from scanpath.features.vgg import vgg19_trunk

__all__ = [
    "Backbone",
    "create_backbone",
    "create_extractor",
    "extractor_of",
    "list_backbones",
    "list_extractors",
    "state_checksum",
]

#: Height and width in pixels that every backbone can read.
SMALLEST_PICTURE = 32
#: Pixels that a picture's shorter side has for a detector, unless asked otherwise: torchvision's own.
DETECTED_SIZE = 800
#: Regions of a picture, as of the bundles of bottom-up features that most models were trained on.
REGIONS = 36


class _Trunk(NamedTuple):
    """The layers of a backbone, filled."""

    body: nn.Module
    size: int
    statistics: Statistics
    boxes: Tensor | None = None


def _scenes_cnn(weights: str, size: int | None) -> _Trunk:
    body = ScenesCNN()
    _fill(body, "scenes_cnn", str(shipped("scenes_cnn")) if weights == "pretrained" else weights)
    return _Trunk(body, size or 64, HALF)


def _scenes_cnn_layers(weights: str, size: int | None) -> _Trunk:
    body, side = ScenesCNNLayers(), size or 64
    _fill(body, "scenes_cnn_layers", str(shipped("scenes_cnn")) if weights == "pretrained" else weights)
    return _Trunk(body, side, HALF, body.boxes(side, side))


def _resnet(name: str) -> Callable[[str, int | None], _Trunk]:
    def build(weights: str, size: int | None) -> _Trunk:
        body = resnet_trunk(name)
        _fill(body, name, weights, fetch=lambda: fetch_torchvision(name))
        return _Trunk(body, size or 448, IMAGENET)

    return build


def _vgg19(weights: str, size: int | None) -> _Trunk:
    body = vgg19_trunk()
    _fill(body, "vgg19", weights, fetch=lambda: fetch_torchvision("vgg19"))
    return _Trunk(body, size or 224, IMAGENET)


def _small_cnn(name: str) -> Callable[[str, int | None], _Trunk]:
    def build(weights: str, size: int | None) -> _Trunk:
        if weights == "pretrained":
            raise ConfigError(
                f"{name} is trained end to end and has no weights of its own: name the model.safetensors of a run's "
                "checkpoint with --weights."
            )
        body = small_cnn_trunk(name)
        _fill(body, name, weights, taken=out_of_a_model)
        return _Trunk(body, size or SMALL_CNNS[name][1], Statistics((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)))

    return build


def _brought(name: str) -> Callable[[str, int | None], _Trunk]:
    def build(weights: str, size: int | None) -> _Trunk:
        brought = brought_backbone(name)
        body = brought.network()
        _fill(body, name, str(brought.weights) if weights == "pretrained" else weights)
        return _Trunk(body, size or brought.size, brought.statistics)

    return build


def _fill(
    body: nn.Module,
    name: str,
    weights: str,
    *,
    fetch: Callable[[], dict[str, Tensor]] | None = None,
    taken: Callable[[Mapping[str, Tensor]], dict[str, Tensor]] | None = None,
) -> None:
    if weights == "random":
        return
    state = fetch() if fetch and weights == "pretrained" else read_named_weights(weights, name)
    if taken:
        state = taken(state)
    wanted = body.state_dict()
    state = {key: tensor.to(wanted[key].dtype) for key, tensor in state.items() if key in wanted}
    body.load_state_dict(fitting(state, wanted, weights, name))


_RESNETS = ("resnet18", "resnet50", "resnet101", "resnet152")
_BUILDERS: dict[str, Callable[[str, int | None], _Trunk]] = {
    "scenes_cnn": _scenes_cnn,
    "scenes_cnn_layers": _scenes_cnn_layers,
    **{name: _resnet(name) for name in _RESNETS},
    "vgg19": _vgg19,
    **{name: _small_cnn(name) for name in SMALL_CNNS},
}


def list_extractors() -> list[str]:
    """Name all that :func:`create_extractor` knows, timm's aside: the backbones, and the detectors of regions."""
    return sorted({*list_backbones(), *DETECTORS})


def list_backbones() -> list[str]:
    """Name the backbones that :func:`create_backbone` knows, timm's aside: the core's and those of packages."""
    return sorted({*_BUILDERS, *brought_backbones([*_BUILDERS, *DETECTORS])})


def create_backbone(
    name: str,
    *,
    weights: str | Path = "pretrained",
    size: int | None = None,
    preprocessing: Preprocessing | None = None,
) -> Backbone:
    """Build a frozen backbone.

    Args:
        name: one of :func:`list_backbones`, or ``timm:`` and the name of one of timm's networks.
        weights: ``"pretrained"``, ``"random"`` (the same ones every time, for tests), a file (safetensors, or a state
            dict of tensors as torchvision's ``.pth``), or a folder with such a file that is called as torchvision's
            are, ``resnet152-394f9c45.pth``, and whose checksum begins with those eight digits.
        size: height and width of its input in pixels; None takes 448 for the ResNets, 64 for ``scenes_cnn``, and what
            the others were trained with.
        preprocessing: how pictures are brought to size; None stretches them.

    Raises:
        UnknownNameError: no such backbone; the sentence has the near names.
        DataError: weights that cannot be fetched or read.
        ConfigError: weights of another network.
        MissingExtraError: torchvision, which the ResNets need, is not installed, or timm.
    """
    check_name(name, list_backbones())
    if size is not None and size < SMALLEST_PICTURE:
        raise ConfigError(f"size = {size} was given for {name}, expected at least {SMALLEST_PICTURE} pixels.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        if name.startswith(PREFIX):
            trunk = _Trunk(*timm_model(name.removeprefix(PREFIX), str(weights), size))
        else:
            trunk = _BUILDERS.get(name, _brought(name))(str(weights), size)
    return Backbone(
        trunk.body,
        name=name,
        input_size=(trunk.size, trunk.size),
        statistics=trunk.statistics,
        boxes=trunk.boxes,
        preprocessing=preprocessing,
    )


def create_extractor(
    name: str,
    *,
    weights: str | Path = "pretrained",
    size: int | None = None,
    grid: int | None = None,
    regions: int | None = None,
    preprocessing: Preprocessing | None = None,
) -> Extractor:
    """Build a backbone as :func:`create_backbone` does, or a detector of regions.

    Args:
        name: also ``fasterrcnn_resnet50_fpn`` and ``scenes_boxes``.
        weights: as of :func:`create_backbone`.
        size: of Faster R-CNN, pixels of a picture's shorter side, 800 if None; of ``scenes_boxes`` of each side, 64.
        grid: cells on a side that the features must have; without a size, it is chosen so that they have.
        regions: of a detector, how many a picture, 36 if None; of ``scenes_boxes`` how many at most, 12.
        preprocessing: as of :func:`create_backbone`.

    Raises:
        ConfigError: a grid that pictures of the size do not give, or an option of a detector for another network.
    """
    check_name(name, list_extractors())
    if name in DETECTORS:
        if grid is not None:
            raise ConfigError(f"{name} finds regions, no grid: leave out --grid, or name another backbone.")
        if size is not None and size < SMALLEST_PICTURE:
            raise ConfigError(f"size = {size} was given for {name}, expected at least {SMALLEST_PICTURE} pixels.")
        build = _scenes_boxes if name == SCENES_BOXES else _detector
        return build(name, str(weights), size, regions, preprocessing or Preprocessing())
    if regions is not None:
        raise ConfigError(f"{name} gives a grid: leave out --regions, or name the detector {DETECTORS[0]}.")
    if grid is not None:
        size = _size_for(name, size, grid)
    return create_backbone(name, weights=weights, size=size, preprocessing=preprocessing)


def _size_for(name: str, size: int | None, grid: int) -> int:
    """Find the size that gives a grid, with random weights: a grid that cannot be is told before weights are had."""
    trial = create_backbone(name, weights="random", size=size)
    fitting = round(trial.input_size[0] * grid / trial.grid[0])
    if trial.grid != [grid, grid] and size is None and len(trial.grid) == 2 and fitting >= SMALLEST_PICTURE:
        trial = create_backbone(name, weights="random", size=fitting)
    if trial.grid == [grid, grid]:
        return trial.input_size[0]
    found = "x".join(map(str, trial.grid))
    other = f", or try --size {fitting}" if fitting >= SMALLEST_PICTURE and fitting != trial.input_size[0] else ""
    raise ConfigError(
        f"{name} gives a grid of {found} at {trial.input_size[0]} pixels, --grid {grid} was asked: leave it out{other}."
    )


def has_weights_here(name: str, weights: str) -> bool:
    """Tell whether weights can be had without a network: those of the packages, a file's, or those in torch's cache.

    Args:
        name: as of :func:`create_extractor`.
        weights: as of :func:`create_backbone`; a file counts, whether it is there or not.
    """
    if weights != "pretrained":
        return True
    if name in (*_RESNETS, "vgg19", *DETECTORS) and name != SCENES_BOXES:
        return in_torchs_cache(name)
    return not name.startswith(PREFIX)


def _detector(name: str, weights: str, size: int | None, regions: int | None, made: Preprocessing) -> Detector:
    side = size or DETECTED_SIZE
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = faster_rcnn(side)
    _fill(model, name, weights, fetch=lambda: fetch_torchvision(name), taken=todays_names)
    count = REGIONS if regions is None else regions
    return Detector(model, name=name, regions=count, size=side, preprocessing=made)


def _scenes_boxes(name: str, weights: str, size: int | None, regions: int | None, made: Preprocessing) -> ScenesBoxes:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = SceneDetector()
    _fill(model, name, str(shipped(name)) if weights == "pretrained" else weights)
    count = SCENES_REGIONS if regions is None else regions
    return ScenesBoxes(model, size=size or 64, regions=count, preprocessing=made)


def extractor_of(facts: Mapping[str, Any]) -> Extractor:
    """Build again what made features, of the facts that are kept beside them; the weights are the published ones."""
    size = facts.get("input_size") or [None]
    return create_extractor(
        str(facts["name"]),
        size=size[0],
        regions=facts.get("regions"),
        preprocessing=Preprocessing.of_facts(facts),
    )


def check_name(name: str, known: list[str]) -> None:
    """Refuse a backbone that there is not; whether timm has a network, timm is asked later."""
    if name not in known and not name.startswith(PREFIX):
        if name in registry.absent("backbones"):
            raise registry.unknown("backbones", name)
        hint = near(name, known) or f"; known are {', '.join(known)}, and timm:NAME for those of timm."
        raise UnknownNameError(f"there is no backbone {name!r}{hint}")
