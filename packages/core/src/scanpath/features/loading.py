"""Weights of backbones from the package, from a file, or from torchvision's addresses; never by unpickling objects."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from zipfile import is_zipfile

import torch
from safetensors.torch import load_file
from torch import Tensor

from scanpath.errors import ConfigError, DataError
from scanpath.features.resnets import torchvision_models
from scanpath.files import sha256

WEIGHTS_ENDINGS = (".safetensors", ".pth", ".pt", ".bin")


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
        if isinstance(error, pickle.UnpicklingError) and is_zipfile(path):  # torch's own words advise to trust it
            reason = "it holds objects besides tensors, which could run code and are never unpickled"
        else:
            reason = f"it is cut short, damaged or nothing that {_writer(path)} has written"
        raise DataError(
            f"{path} is no file of weights ({reason}): give safetensors, or a state dict of tensors alone."
        ) from None
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise DataError(f"{path} holds {type(state).__name__}, expected a state dict: tensors by name.")
    return state


def _writer(path: Path) -> str:
    return "safetensors" if path.suffix == ".safetensors" else "torch.save"


def read_named_weights(place: str, name: str) -> dict[str, Tensor]:
    """Read a file of weights, or the one for ``name`` in a folder.

    Raises:
        DataError: as of :func:`read_weights` and :func:`find_weights`.
    """
    path = Path(place)
    return read_weights(find_weights(path, name) if path.is_dir() else path)


def find_weights(folder: Path, name: str) -> Path:
    """Find the weights of ``name`` in a folder and compare them with their checksum.

    The file is called as torchvision calls its own, by the network's name and the first eight digits of its SHA-256:
    ``resnet152-394f9c45.pth``. Dots in names of timm's networks may be underscores.

    Raises:
        DataError: there is no such file, there are several, or its contents are others.
    """
    pattern = re.compile(re.escape(name).replace(r"\.", "[._]") + r"-(?P<digits>[0-9a-f]{8,64})")
    found = [
        (path, match["digits"])
        for path in sorted(folder.iterdir())
        if path.suffix in WEIGHTS_ENDINGS and (match := pattern.fullmatch(path.stem))
    ]
    if len(found) != 1:
        several = f"several files of weights for {name} ({', '.join(path.name for path, _ in found)})"
        raise DataError(
            f"{folder} holds {several if found else f'no weights of {name}'}: expected one file called {name}-XXXXXXXX"
            ".pth or .safetensors, X being the first digits of its SHA-256; or name the file itself with --weights."
        )
    path, digits = found[0]
    if not (told := sha256(path)).startswith(digits):
        raise DataError(
            f"{path} has the SHA-256 {told[: len(digits)]}..., its name says {digits}: it is damaged or another file; "
            "fetch it again."
        )
    return path


def fitting(state: Mapping[str, Tensor], wanted: Mapping[str, Tensor], weights: str, name: str) -> dict[str, Tensor]:
    """Return the tensors that a network wants out of those of a file.

    Old files lack the counts of batches that norms keep in training; they are taken from ``wanted`` and mean nothing.

    Raises:
        ConfigError: some are missing or of another form.
    """
    known = {**{key: tensor for key, tensor in wanted.items() if key.endswith("num_batches_tracked")}, **state}
    if wrong := [key for key in wanted if key not in known or known[key].shape != wanted[key].shape]:
        raise ConfigError(
            f"the weights {weights!r} do not fit {name}: {len(wrong)} of its {len(wanted)} tensors are missing or "
            f"of another form, the first being {wrong[0]!r}; give a file made for {name}."
        )
    return {key: known[key] for key in wanted}


def in_torchs_cache(name: str) -> bool:
    """Tell whether :func:`fetch_torchvision` would find the weights of ``name`` without a network."""
    return (Path(torch.hub.get_dir()) / "checkpoints" / _published(name).rpartition("/")[2]).is_file()


def _published(name: str) -> str:
    weights = torchvision_models().get_model_weights(name)
    return str((weights.IMAGENET1K_V1 if "IMAGENET1K_V1" in weights.__members__ else weights.COCO_V1).url)


def fetch_torchvision(name: str) -> dict[str, Tensor]:
    """Fetch torchvision's first ImageNet or COCO weights of ``name``, or take them from torch's cache.

    The hash is checked.

    Raises:
        DataError: no network, or a file with another hash; the sentence says where to put the file by hand.
    """
    url = _published(name)
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
            f"{folder}, or name it, or the folder where it lies, with --weights."
        ) from None
