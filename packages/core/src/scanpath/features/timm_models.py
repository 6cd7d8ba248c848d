"""Networks of the library timm as backbones, ``timm:NAME``: convolutional ones, and Transformers such as DINO and CLIP.

Source: https://github.com/huggingface/pytorch-image-models. What timm calls the last features before pooling becomes
the grid: for a Transformer the tokens of patches behind the last norm, class and register tokens left out.
"""

from __future__ import annotations

import importlib
import math
from types import ModuleType
from typing import Any, NamedTuple

from torch import Tensor, nn

from scanpath.errors import ConfigError, DataError, ShapeError, UnknownNameError, missing_extra, near
from scanpath.features.loading import fitting, read_named_weights
from scanpath.features.preprocessing import Statistics

PREFIX = "timm:"


class TimmModel(NamedTuple):
    """A network of timm, and what its configuration says of its input."""

    body: nn.Module
    size: int
    statistics: Statistics


def timm_library() -> ModuleType:
    """Import timm, which the extra of that name brings."""
    try:
        return importlib.import_module("timm")
    except ImportError:
        raise missing_extra("timm", purpose="a backbone of timm", extra="timm") from None


class TimmGrid(nn.Module):
    """A network of timm up to its last features, as a grid: pixels (N, 3, H, W) -> (N, D, h, w)."""

    def __init__(self, model: Any, name: str) -> None:
        super().__init__()
        self.model = model
        self.name = name

    def forward(self, pixels: Tensor) -> Tensor:
        """Compute the grid of features.

        Raises:
            ShapeError: the network gives no grid, or none of square pictures.
        """
        x: Tensor = self.model.forward_features(pixels)
        width = self.model.num_features
        if x.dim() == 3:  # (N, T, D), the tokens of no place first
            tokens = x[:, getattr(self.model, "num_prefix_tokens", 0) :]
            side = math.isqrt(tokens.shape[1])
            if side * side == tokens.shape[1]:
                return tokens.transpose(1, 2).reshape(len(x), width, side, side)
        elif x.dim() == 4 and x.shape[1] == width:
            return x
        elif x.dim() == 4 and x.shape[3] == width:  # windows' Transformers keep channels last
            return x.permute(0, 3, 1, 2)
        raise ShapeError(f"{self.name} gives {tuple(x.shape[1:])}, which is no grid of {width} numbers a cell.")


def find_timm(name: str) -> Any:
    """Return timm's configuration of a network; nothing is built.

    Raises:
        UnknownNameError: timm has no such network.
        MissingExtraError: timm is not installed.
    """
    timm = timm_library()
    base = name.partition(".")[0]
    if not timm.is_model(base):
        known = timm.list_models()
        raise UnknownNameError(
            f"timm {timm.__version__} has no network {name!r}"
            + (near(base, known) or f"; it has {len(known)}, which timm.list_models() names.")
        )
    try:
        return timm.get_pretrained_cfg(name, allow_unregistered=False)
    except RuntimeError:
        tags = timm.list_pretrained(f"{base}.*") or [base]
        raise UnknownNameError(f"timm {timm.__version__} has no {name!r}; known are {', '.join(tags)}.") from None


def timm_model(name: str, weights: str, size: int | None) -> TimmModel:
    """Build a network of timm and fill it.

    Args:
        name: as timm writes it, ``"resnet200d"`` or ``"vit_small_patch14_dinov2.lvd142m"``.
        weights: ``"pretrained"``, ``"random"``, or a file or folder of weights.
        size: height and width of its input; None takes that of its configuration.

    Raises:
        UnknownNameError: timm has no such network.
        ConfigError: a size that the network cannot take, or weights of another one.
        DataError: weights that cannot be had.
        MissingExtraError: timm is not installed.
    """
    timm = timm_library()
    usual = find_timm(name)
    side = size or usual.input_size[-1]
    options: dict[str, Any] = {"num_classes": 0, "pretrained": weights == "pretrained"}
    if usual.fixed_input_size:
        options["img_size"] = side
    model = _created(timm, name, options, side)
    patch, *_ = getattr(getattr(model, "patch_embed", None), "patch_size", (1,))
    if side % patch:
        raise ConfigError(
            f"timm's {name} cuts pictures into patches of {patch} pixels, {side} are no multiple: "
            f"try --size {max(1, round(side / patch)) * patch}."
        )
    if weights not in {"pretrained", "random"}:
        _fill(model, name, weights)
    return TimmModel(TimmGrid(model, f"{PREFIX}{name}"), side, Statistics(tuple(usual.mean), tuple(usual.std)))


def _created(timm: ModuleType, name: str, options: dict[str, Any], side: int) -> Any:
    try:
        return timm.create_model(name, **options)
    except (AssertionError, ValueError) as error:
        raise ConfigError(
            f"timm's {name} cannot be built for pictures of {side} pixels ({_first(error)}): give another --size."
        ) from None
    except (OSError, RuntimeError) as error:  # what the hub's client raises without a network derives from these
        if not options["pretrained"]:
            raise
        raise DataError(
            f"the weights of timm's {name} could not be had from the Hugging Face hub ({_first(error)}): fetch its "
            "model.safetensors elsewhere and name that file with scanpath features extract --weights."
        ) from None


def _fill(model: Any, name: str, weights: str) -> None:
    state = read_named_weights(weights, name)
    converted = getattr(importlib.import_module(type(model).__module__), "checkpoint_filter_fn", None)
    if converted is not None:  # renames what others' checkpoints call otherwise, resamples embeddings of positions
        try:
            state = converted(state, model)
        except (KeyError, RuntimeError, IndexError, AttributeError):  # it met tensors of another network
            state = {}
    model.load_state_dict(fitting(state, model.state_dict(), weights, f"timm's {name}"))


def _first(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".:")
