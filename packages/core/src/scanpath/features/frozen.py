"""A frozen network with its preprocessing: what every backbone that gives a grid is, whoever built its layers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from scanpath.errors import ShapeError
from scanpath.features.preprocessing import STATISTICS, Preprocessing, Statistics
from scanpath.layers.regions import normalise

Picture = npt.NDArray[np.uint8]


class Described(NamedTuple):
    """What a network says of N pictures."""

    features: Sequence[Tensor] | Tensor
    """Of each picture (*S, D)."""
    boxes: Sequence[Tensor] | Tensor | None = None
    """Of each picture x1, y1, x2, y2 in [0, 1], (K, 4); None for a grid."""


class Extractor(Protocol):
    """What turns pictures into features: a :class:`Backbone`, or a detector of regions."""

    name: str

    @property
    def shape(self) -> tuple[int, ...]:
        """The form of a picture's features, (*S, D); of regions, the most there can be."""
        ...

    @property
    def has_boxes(self) -> bool:
        """Whether its regions have boxes."""
        ...

    @property
    def facts(self) -> dict[str, Any]:
        """All that the features depend on, as plain JSON values."""
        ...

    def prepare(self, picture: Picture) -> Tensor:
        """Bring a picture (H, W, 3) uint8 to what :meth:`describe` takes; safe in threads."""
        ...

    def describe(self, pictures: Sequence[Tensor]) -> Described:
        """Compute the features of prepared pictures, on the device where the network is."""
        ...

    def to(self, device: str) -> Any:
        """Move the network to a device."""
        ...


class Backbone(nn.Module):
    """A frozen network with its preprocessing: pictures uint8 (N, 3, H, W) -> features (N, *S, D), channels last.

    It stays in eval mode and takes no gradient.

    Args:
        body: pixels (N, 3, H, W) -> (N, D, *S).
        name: as given to :func:`scanpath.features.backbones.create_backbone`.
        input_size: height and width of the pictures it takes, in pixels.
        statistics: those of the pixels that its weights were trained with.
        boxes: where the K regions lie, (K, 4) as x1, y1, x2, y2 in [0, 1]; None for a grid.
        preprocessing: how pictures are brought to size, and what is done to features.

    Attributes:
        grid: the features' axes *S, (h, w); (K,) for several layers side by side.
        width: D.
        boxes: as given, an array.
        statistics: of the pixels that it is given in fact.
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
        preprocessing: Preprocessing | None = None,
    ) -> None:
        super().__init__()
        self.name = name
        self.input_size = input_size
        self.body = body
        self.preprocessing = preprocessing or Preprocessing()
        self.statistics = STATISTICS.get(self.preprocessing.pixels, statistics)
        self.boxes = None if boxes is None else boxes.numpy()
        for buffer, channel in (("mean", self.statistics.mean), ("deviation", self.statistics.deviation)):
            self.register_buffer(buffer, torch.tensor(channel).view(3, 1, 1), persistent=False)
        self.sha256 = state_checksum(body.state_dict())
        self.requires_grad_(requires_grad=False).eval()
        *self.grid, self.width = self(torch.zeros(1, 3, *input_size, dtype=torch.uint8)).shape[1:]

    def train(self, mode: bool = True) -> Backbone:  # noqa: ARG002, FBT001, FBT002 - the signature is nn.Module's
        """Stay in eval mode, whatever is asked: the statistics of batch norms are frozen too."""
        return super().train(mode=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """The form of a picture's features, (*S, D)."""
        return *self.grid, self.width

    @property
    def has_boxes(self) -> bool:
        """Whether its regions have boxes."""
        return self.boxes is not None

    @property
    def facts(self) -> dict[str, Any]:
        """All that the features depend on, as plain JSON values."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "input_size": list(self.input_size),
            "mean": list(self.statistics.mean),
            "deviation": list(self.statistics.deviation),
            **self.preprocessing.facts,
        }

    def prepare(self, picture: Picture) -> Tensor:
        """Bring one picture (H, W, 3) uint8 to the input's size, as the preprocessing says: uint8 (3, h, w)."""
        check_picture(picture)
        fitting = self.preprocessing.bring(picture, self.input_size[0])
        return torch.from_numpy(np.array(fitting)).permute(2, 0, 1)  # a copy: decoders give what may not be written

    def describe(self, pictures: Sequence[Tensor]) -> Described:
        """Compute the features of prepared pictures, on the device where the network is."""
        batch = torch.stack([*pictures])
        if self.mean.is_cuda:
            batch = batch.pin_memory()  # so that the copy waits for nobody
        features = self(batch.to(self.mean.device, non_blocking=True))
        if self.boxes is None:
            return Described(features)
        return Described(features, torch.from_numpy(self.boxes).expand(len(features), *self.boxes.shape))

    @torch.no_grad()
    def forward(self, pictures: Tensor) -> Tensor:
        """Turn pictures, uint8 (N, 3, H, W), into features (N, *S, D)."""
        if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[1:] != (3, *self.input_size):
            raise ShapeError(
                f"{self.name} takes uint8 pictures (N, 3, {self.input_size[0]}, {self.input_size[1]}), "
                f"got {pictures.dtype} {tuple(pictures.shape)}: bring them to size with prepare()."
            )
        channels = pictures.flip(1) if self.statistics.bgr else pictures
        pixels = (channels.float() / 255 - self.mean) / self.deviation
        features: Tensor = self.body(pixels)  # (N, D, *S)
        return normalise(features.movedim(1, -1), self.preprocessing.length)


def check_picture(picture: Picture) -> None:
    """Refuse what is no picture, uint8 (H, W, 3)."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ShapeError(f"a picture of {picture.dtype} {picture.shape} was given, expected uint8 (H, W, 3).")


def state_checksum(state: Mapping[str, Tensor]) -> str:
    """Return the SHA-256 of weights: their names, types, forms and bytes, in order of name."""
    digest = hashlib.sha256()
    for name, tensor in sorted(state.items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
