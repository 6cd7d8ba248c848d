"""What is measured: pictures to cells, and cells with questions to presence, by networks of every schooling."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.features.backbones import Backbone, create_backbone, list_backbones
from scanpath.features.resnets import torchvision_models
from scanpath.hosts import VQAModel
from scanpath.layers import SmallCNN
from scanpath.metrics.looking import grid_cover
from scanpath.predict import Model, load_run
from scanpath.predict.pictures import Picture
from scanpath.predict.sight import Sight
from scanpath.tasks.features import backbone_of, preprocessing_of
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath_han.ops import presence

CELLS = (8, 8)
"""The grid of what needs no network: that of the end-to-end network on pictures of 64 pixels."""


class Looks(NamedTuple):
    """What a network makes of N pictures and B questions."""

    norms: Tensor
    """||x|| of each cell's features, (N, h, w)."""
    presences: Tensor | None
    """p of Eq. 5, (B, h, w); None of what holds no such mechanism."""


See = Callable[[Picture], Tensor]
"""From a picture, uint8 (H, W, 3), to what a model takes: features (1, h, w, D), or pixels uint8 (1, 3, H, W)."""


class Network(NamedTuple):
    """One network under one seed."""

    model: VQAModel | None
    """In eval mode; None where there are features alone."""
    vocabularies: Vocabularies | None
    """What its words are."""
    origin: str
    """The seed or the run's folder, for the record."""

    @torch.no_grad()
    def look(self, images: Tensor, questions: Sequence[str], image_index: Tensor) -> Looks:
        """Look at N pictures, as ``see`` gives them, with B questions; ``image_index`` (B,) is each one's row.

        Raises:
            ConfigError: The cells are no grid.
        """
        if self.model is None:
            return Looks(_norms(images), None)
        features, regions = _encoded(self.model, images)
        mechanism: Any = self.model.attention
        if not hasattr(mechanism, "select") or self.vocabularies is None:
            return Looks(_norms(features), None)
        asked = self.model.question(torch.from_numpy(self.vocabularies.encode(questions))).vector
        return Looks(_norms(features), mechanism.select(regions[image_index], asked).presence)


class Group(NamedTuple):
    """Networks that differ in their seed alone, and so see a picture alike."""

    name: str
    kind: Literal["none", "untrained", "pretrained", "trained"]
    see: See
    networks: Sequence[Network]
    identity: str = ""
    """Of trained networks all settings but the seed; the folder's name where they are not known."""


def _norms(features: Tensor) -> Tensor:
    """Measure features (N, h, w, D): (N, h, w)."""
    if features.dim() != 4:
        raise ConfigError(
            f"a network gives each picture features {tuple(features.shape[1:])}, expected a grid (h, w, D): masks lie "
            "over grids, leave the network out."
        )
    return presence(features)


def _encoded(model: VQAModel, images: Tensor) -> tuple[Tensor, Tensor]:
    """Give the features, before places and layers are added to them, and the regions that the mechanism sees."""
    found = [images]
    image: Any = model.image
    cnns = [part for part in image.modules() if isinstance(part, SmallCNN)]
    hooks = [cnn.register_forward_hook(lambda _cnn, _inputs, out: found.append(out)) for cnn in cnns]
    try:
        regions = image(images)
    finally:
        for hook in hooks:
            hook.remove()
    return found[-1], regions


def contrast(picture: Picture) -> Tensor:
    """Measure without a network how far a cell's pixels are from the picture's mean colour: (1, h, w, 1), 0 to 1."""
    pixels = torch.from_numpy(np.array(picture)).float() / 255  # (H, W, 3)
    distance = (pixels - pixels.mean((0, 1))).square().mean(2)  # (H, W)
    return grid_cover(distance[None], CELLS).sqrt().unsqueeze(3)


def pixels(picture: Picture) -> Tensor:
    """Hand over the picture itself, uint8 (1, 3, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None]


def features(backbone: Backbone) -> See:
    """Return what computes a picture's features, (1, h, w, D)."""

    def see(picture: Picture) -> Tensor:
        found: Tensor = backbone(backbone.prepare(picture)[None])
        return found

    return see


def untrained(seed: int, vocabularies: Vocabularies, backbone: Backbone | None = None) -> Network:
    """Build simple-HAN of the table ``end_to_end`` and teach it nothing; on a backbone's features if one is given."""
    section = ModelSection(
        model=_recipe()["model"],
        answers=len(vocabularies.answers),
        vocabulary_size=len(vocabularies.words),
        region_shape=None if backbone is None else [*backbone.grid, backbone.width],
        backbone=None if backbone is None else backbone.facts,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = section.build().eval()
    return Network(model, vocabularies, f"seed {seed}")


@functools.cache
def _recipe() -> Mapping[str, Any]:
    table = find_table("han", "end_to_end").settings
    (row,) = (row for row in table.rows if row.id == "simple_han")
    found: Mapping[str, Any] = values_of(table, row, table.columns[0], "small", 0)["task"]
    return found


@torch.no_grad()
def fit_norms(network: Network, images: Tensor) -> Network:
    """Let batch norms know the statistics of pictures (N, 3, H, W), as a training step does, and change no weight."""
    model = network.model
    assert model is not None  # noqa: S101 - a network without a model has no batch norms
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.reset_running_stats()
            part.momentum = None  # a plain average of all batches
    model.train()
    _encoded(model, images)
    model.eval()
    return network


def lacking(name: str) -> str | None:
    """Say how to get a backbone's weights if they are not on this machine; nothing is fetched."""
    if name not in list_backbones() or not name.startswith("resnet"):
        return None  # its weights come with the package, or create_backbone says that there is no such backbone
    address: str = torchvision_models().get_model_weights(name).IMAGENET1K_V1.url
    if (Path(torch.hub.get_dir()) / "checkpoints" / address.rpartition("/")[2]).is_file():
        return None
    return f"its weights are not in torch's cache: fetch {address} and give --weights {name}=FILE."


def backbone_named(given: str, weights: str | Path = "pretrained") -> Backbone:
    """Build a backbone of a recipe's spelling, such as ``resnet101@320`` or ``preset:han``.

    Raises:
        DataError: Weights that cannot be read.
        UnknownNameError: There is no such backbone.
    """
    name, size = backbone_of(given)
    return create_backbone(name, weights=weights, size=size, preprocessing=preprocessing_of(given))


def trained(origin: Path) -> Group:
    """Load a run, or a folder that ``scanpath export`` wrote, as a group of one.

    Raises:
        RunError: The folder holds neither, or a run of another task.
    """
    loaded = load_run(origin)
    sight = Sight(loaded.section, origin=str(origin), device="cpu")
    network = Network(loaded.module, loaded.vocabularies, origin.resolve().name)
    identity = network.origin
    if loaded.run is not None:
        identity = json.dumps({**loaded.run.config.plain(), "seed": None}, sort_keys=True)
    return Group(words_for(loaded), "trained", lambda picture: sight.see(picture).images, [network], identity)


def words_for(loaded: Model) -> str:
    """Say what was trained, on what and for how long; nothing of the seed."""
    section, run = loaded.section, loaded.run
    looks = section.model.plain()["attention"]
    options = {"name": looks} if isinstance(looks, str) else dict(looks or {"name": "no attention"})
    words = [str(options.pop("name")), *(f"{key} {_said(value)}" for key, value in options.items())]
    facts = section.backbone or {"name": "features"}
    words.append("end to end" if section.region_shape is None else f"on {facts['name']}")
    if run is not None:
        settings: Any = run.config
        words.append(f"trained on {settings.task.data}")
        if settings.training.samples:
            words.append(f"{settings.training.samples:,} samples")
    return ", ".join(words)


def _said(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    options = [f"{key} {part}" for key, part in value.items() if key != "name"]
    return f"{value['name']} ({', '.join(options)})" if options else str(value["name"])
