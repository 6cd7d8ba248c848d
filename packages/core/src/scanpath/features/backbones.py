"""Backbones: frozen networks that turn pictures into a grid of region features, built by name.

``scenes_cnn`` ships its weights, and ``scenes_cnn_layers`` gives its last two layers side by side; the ResNets (He et
al., 2016) take torchvision's, the first ImageNet weights, as the papers did. ResNet features are the last convolutional
stage: 448x448 pictures give 14x14x2048 (MCB, DRAU), 320x320 give 10x10 (HAN).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.errors import ConfigError, ShapeError, UnknownNameError, near
from scanpath.features.loading import fetch_torchvision, read_weights, shipped
from scanpath.features.resnets import resnet_trunk
from scanpath.features.scenes_cnn import ScenesCNN, ScenesCNNLayers

#: Mean and standard deviation of ImageNet's channels, for pictures in [0, 1], as torchvision's weights expect them.
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
#: Centre and half the range: pictures in [-1, 1].
HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))

#: Height and width in pixels that every backbone can read.
SMALLEST_PICTURE = 32

Statistics = tuple[tuple[float, float, float], tuple[float, float, float]]


class Backbone(nn.Module):
    """A frozen network with its preprocessing: pictures uint8 (N, 3, H, W) -> features (N, *S, D), channels last.

    It stays in eval mode and takes no gradient.

    Attributes:
        name: as given to :func:`create_backbone`.
        input_size: height and width of the pictures it takes, in pixels.
        grid: the features' axes *S, (h, w); (K,) for several layers side by side.
        width: D.
        boxes: where the K regions lie, (K, 4) as x1, y1, x2, y2 in [0, 1]; None for a grid.
        sha256: checksum of the weights' names, forms and bytes.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        body: nn.Module,
        *,
        name: str,
        input_size: tuple[int, int],
        statistics: Statistics,
        boxes: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.name = name
        self.input_size = input_size
        self.body = body
        self.statistics = statistics
        self.boxes = None if boxes is None else boxes.numpy()
        mean, deviation = (torch.tensor(channel).view(3, 1, 1) for channel in statistics)
        self.register_buffer("mean", mean, persistent=False)
        self.register_buffer("deviation", deviation, persistent=False)
        self.sha256 = state_checksum(body.state_dict())
        self.requires_grad_(requires_grad=False).eval()
        *self.grid, self.width = self(torch.zeros(1, 3, *input_size, dtype=torch.uint8)).shape[1:]

    def train(self, mode: bool = True) -> Backbone:  # noqa: ARG002, FBT001, FBT002 - the signature is nn.Module's
        """Stay in eval mode, whatever is asked: the statistics of batch norms are frozen too."""
        return super().train(mode=False)

    @property
    def facts(self) -> dict[str, Any]:
        """All that the features depend on, as plain JSON values."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "input_size": list(self.input_size),
            "mean": list(self.statistics[0]),
            "deviation": list(self.statistics[1]),
        }

    def prepare(self, picture: npt.NDArray[np.uint8]) -> Tensor:
        """Bring one picture (H, W, 3) uint8 to the input's size: uint8 (3, height, width).

        Both sides are stretched (bilinear, antialiased), so that every part of the picture has its cell.
        """
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise ShapeError(f"a picture of {picture.dtype} {picture.shape} was given, expected uint8 (H, W, 3).")
        pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)  # a copy: decoders give what may not be written
        if pixels.shape[1:] == self.input_size:
            return pixels
        resized = F.interpolate(
            pixels[None].float(), self.input_size, mode="bilinear", align_corners=False, antialias=True
        )
        return resized[0].round().clamp(0, 255).byte()

    @torch.no_grad()
    def forward(self, pictures: Tensor) -> Tensor:
        """Turn pictures, uint8 (N, 3, H, W), into features (N, *S, D)."""
        if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[1:] != (3, *self.input_size):
            raise ShapeError(
                f"{self.name} takes uint8 pictures (N, 3, {self.input_size[0]}, {self.input_size[1]}), "
                f"got {pictures.dtype} {tuple(pictures.shape)}: bring them to size with prepare()."
            )
        pixels = (pictures.float() / 255 - self.mean) / self.deviation
        features: Tensor = self.body(pixels)  # (N, D, *S)
        return features.movedim(1, -1)


def state_checksum(state: Mapping[str, Tensor]) -> str:
    """Return the SHA-256 of weights: their names, types, forms and bytes, in order of name."""
    digest = hashlib.sha256()
    for name, tensor in sorted(state.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _scenes_cnn(weights: str | Path, size: int | None) -> Backbone:
    body = ScenesCNN()
    path = shipped("scenes_cnn") if weights == "pretrained" else weights
    _fill(body, "scenes_cnn", path, fetch=None)
    return Backbone(body, name="scenes_cnn", input_size=(size or 64, size or 64), statistics=HALF)


def _scenes_cnn_layers(weights: str | Path, size: int | None) -> Backbone:
    body, side = ScenesCNNLayers(), size or 64
    _fill(body, "scenes_cnn_layers", shipped("scenes_cnn") if weights == "pretrained" else weights, fetch=None)
    boxes = body.boxes(side, side)
    return Backbone(body, name="scenes_cnn_layers", input_size=(side, side), statistics=HALF, boxes=boxes)


def _resnet(name: str) -> Callable[[str | Path, int | None], Backbone]:
    def build(weights: str | Path, size: int | None) -> Backbone:
        body = resnet_trunk(name)
        _fill(body, name, weights, fetch=lambda: fetch_torchvision(name))
        return Backbone(body, name=name, input_size=(size or 448, size or 448), statistics=IMAGENET)

    return build


def _fill(body: nn.Module, name: str, weights: str | Path, *, fetch: Callable[[], dict[str, Tensor]] | None) -> None:
    if weights == "random":
        return
    state = fetch() if fetch and weights == "pretrained" else read_weights(Path(weights))
    wanted = body.state_dict()
    state = {key: tensor.to(wanted[key].dtype) for key, tensor in state.items() if key in wanted}
    if wrong := [key for key in wanted if key not in state or state[key].shape != wanted[key].shape]:
        raise ConfigError(
            f"the weights {str(weights)!r} do not fit {name}: {len(wrong)} of its {len(wanted)} tensors are missing or "
            f"of another form, the first being {wrong[0]!r}; give a file made for {name}."
        )
    body.load_state_dict(state)


_BUILDERS: dict[str, Callable[[str | Path, int | None], Backbone]] = {
    "scenes_cnn": _scenes_cnn,
    "scenes_cnn_layers": _scenes_cnn_layers,
    **{name: _resnet(name) for name in ("resnet18", "resnet50", "resnet101", "resnet152")},
}


def list_backbones() -> list[str]:
    """Name the backbones that :func:`create_backbone` knows."""
    return sorted(_BUILDERS)


def create_backbone(name: str, *, weights: str | Path = "pretrained", size: int | None = None) -> Backbone:
    """Build a frozen backbone.

    Args:
        name: one of :func:`list_backbones`.
        weights: ``"pretrained"``, ``"random"`` (the same ones every time, for tests), or a file: safetensors, or a
            state dict of tensors as torchvision's ``.pth``.
        size: height and width of its input in pixels; None takes 64 for ``scenes_cnn``, 448 for the ResNets.

    Raises:
        UnknownNameError: no such backbone; the sentence has the near names.
        DataError: weights that cannot be fetched or read.
        ConfigError: weights of another network.
        MissingExtraError: torchvision, which the ResNets need, is not installed.
    """
    if name not in _BUILDERS:
        hint = near(name, _BUILDERS) or f"; known are {', '.join(list_backbones())}."
        raise UnknownNameError(f"there is no backbone {name!r}{hint}")
    if size is not None and size < SMALLEST_PICTURE:
        raise ConfigError(f"size = {size} was given for {name}, expected at least {SMALLEST_PICTURE} pixels.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return _BUILDERS[name](weights, size)
