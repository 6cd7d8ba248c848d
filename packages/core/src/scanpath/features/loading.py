"""Weights of backbones from the package, from a file, or from torchvision's addresses; never by unpickling objects."""

from __future__ import annotations

import pickle
from pathlib import Path
from urllib.error import URLError

import torch
from safetensors.torch import load_file
from torch import Tensor

from scanpath.errors import DataError
from scanpath.features.resnets import torchvision_models


def shipped(name: str) -> Path:
    """Return the file of weights that the package brings for ``name``."""
    return Path(__file__).parent / "weights" / f"{name}.safetensors"


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a safetensors file, or a state dict that torch has saved (tensors only).

    Raises:
        DataError: the file is missing, broken, or holds more than tensors.
    """
    if not path.is_file():
        raise DataError(f"there is no file of weights {str(path)!r}: check the path.")
    try:
        state = (
            load_file(path)
            if path.suffix == ".safetensors"
            else torch.load(path, map_location="cpu", weights_only=True)
        )
    except Exception as error:  # noqa: BLE001 - a broken file makes the restricted unpickler raise anything
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"{path} is no file of weights ({reason}): give safetensors, or a state dict of tensors alone."
        ) from None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise DataError(f"{path} holds {type(state).__name__}, expected a state dict: tensors by name.")
    return state


def fetch_torchvision(name: str) -> dict[str, Tensor]:
    """Fetch torchvision's first ImageNet weights of ``name``, or take them from torch's cache; the hash is checked.

    Raises:
        DataError: no network, or a file with another hash; the sentence says where to put the file by hand.
    """
    url = torchvision_models().get_model_weights(name).IMAGENET1K_V1.url
    try:
        return dict(
            torch.hub.load_state_dict_from_url(
                url, map_location="cpu", progress=False, check_hash=True, weights_only=True
            )
        )
    except (URLError, OSError, RuntimeError, pickle.UnpicklingError) as error:
        folder = Path(torch.hub.get_dir()) / "checkpoints"
        raise DataError(
            f"the weights of {name} could not be had from {url} ({error}): fetch that file elsewhere and put it into "
            f"{folder}, or name it with --weights."
        ) from None
