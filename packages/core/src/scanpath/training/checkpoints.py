"""Checkpoints: safetensors and JSON in a folder that is whole or absent; nothing is ever unpickled.

``model.safetensors`` holds the objective's weights under their own names, ``training.safetensors`` every other tensor
(optimisers, random numbers), ``state.json`` the rest, with a mark ``{"$tensor": name}`` where a tensor was taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from scanpath.errors import DataError, RunError, near
from scanpath.files import folder_written_atomically, read_json, sha256, write_json

MODEL = "model.safetensors"
TRAINING = "training.safetensors"
STATE = "state.json"
FORMAT = 1
_MARK = "$tensor"


def pack(tree: Any, tensors: dict[str, Tensor], name: str = "") -> Any:
    """Move the tensors of a tree of dicts and lists into ``tensors``, by their path, and leave marks in JSON values."""
    if isinstance(tree, Tensor):
        tensors[name] = tree
        return {_MARK: name}
    if isinstance(tree, Mapping):
        return {str(key): pack(value, tensors, f"{name}/{key}" if name else str(key)) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [pack(value, tensors, f"{name}/{index}") for index, value in enumerate(tree)]
    if tree is None or isinstance(tree, bool | int | float | str):
        return tree
    raise TypeError(f"a checkpoint holds tensors and JSON values, {name!r} is a {type(tree).__name__}")


def unpack(tree: Any, tensors: Mapping[str, Tensor]) -> Any:
    """Put the tensors back where :func:`pack` left its marks."""
    if isinstance(tree, dict):
        if set(tree) == {_MARK}:
            return tensors[tree[_MARK]]
        return {key: unpack(value, tensors) for key, value in tree.items()}
    if isinstance(tree, list):
        return [unpack(value, tensors) for value in tree]
    return tree


def separate(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Give each tensor memory of its own, which safetensors asks for: tied weights are written twice."""
    seen: set[int] = set()
    own = {}
    for name, given in tensors.items():
        tensor = given.detach().cpu().contiguous()
        address = tensor.untyped_storage().data_ptr()
        own[name] = tensor.clone() if address in seen else tensor
        seen.add(address)
    return own


def save(folder: Path, model: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Write a checkpoint, whole or not at all.

    Args:
        folder: its place; an older checkpoint there stays until this one is complete.
        model: the objective's state dict.
        state: a tree of dicts, lists, JSON values and tensors.
    """
    tensors: dict[str, Tensor] = {}
    packed = pack(state, tensors)
    with folder_written_atomically(folder) as part:
        sums = {}
        for name, content in ((MODEL, model), (TRAINING, tensors)):
            save_file(separate(content), part / name)
            sums[name] = sha256(part / name)
        write_json(part / STATE, {"format": FORMAT, "sha256": sums, "state": packed})


def read_state(folder: Path) -> dict[str, Any]:
    """Read ``state.json`` alone: marks stand where tensors belong.

    Raises:
        RunError: if it is not there, is broken, or is of another format.
    """
    return dict(_read(folder)["state"])


def _read(folder: Path) -> dict[str, Any]:
    try:
        content = read_json(folder / STATE)
    except DataError as error:
        raise RunError(f"{folder} is no whole checkpoint: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise RunError(
            f"{folder / STATE} is not a checkpoint of this version of scanpath (format {FORMAT}): "
            "read it with the version that wrote it, or train again."
        )
    return content


def _load_tensors(folder: Path, name: str, sums: Mapping[str, str]) -> dict[str, Tensor]:
    path = folder / name
    try:
        if sha256(path) != sums[name]:
            raise RunError(f"{path} is damaged (its checksum is not the one written): restore it, or train again.")
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise RunError(f"{path} cannot be read ({error}): restore it, or train again.") from None


def load(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read a checkpoint: the model's tensors and the state that :func:`save` was given (tuples as lists).

    Raises:
        RunError: if a part is missing, damaged or of another format.
    """
    content = _read(folder)
    tensors = _load_tensors(folder, TRAINING, content["sha256"])
    return _load_tensors(folder, MODEL, content["sha256"]), unpack(content["state"], tensors)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Read a checkpoint's weights alone, which suffice to begin with and are all that a record of a run keeps.

    Raises:
        RunError: if they are missing, damaged or of another format.
    """
    return _load_tensors(folder, MODEL, _read(folder)["sha256"])


def load_weights(folder: Path, module: nn.Module) -> dict[str, Any]:
    """Load a checkpoint's weights into ``module`` and return its state without tensors.

    Raises:
        RunError: if the checkpoint is damaged, or is another model's.
    """
    put_weights(module, read_weights(folder), folder)
    return read_state(folder)


def put_weights(module: nn.Module, tensors: Mapping[str, Tensor], origin: Path) -> None:
    """Copy ``tensors`` into ``module``, name by name; ``origin`` is what to call them in an error.

    Raises:
        RunError: if the names or shapes are not the module's.
    """
    wanted = module.state_dict()
    for name in sorted(wanted.keys() ^ tensors.keys()):
        if name in wanted:
            raise RunError(f"{origin} lacks the weights {name!r}: it is another model's checkpoint.")
        raise RunError(f"{origin} has weights {name!r}, which the model lacks{near(name, wanted) or '.'}")
    for name, tensor in tensors.items():
        if tensor.shape != wanted[name].shape:
            raise RunError(
                f"{name!r} is {tuple(tensor.shape)} in {origin}, the model expects {tuple(wanted[name].shape)}: "
                "build it with the settings it was trained with."
            )
    module.load_state_dict(dict(tensors))


def optimiser_state(optimiser: torch.optim.Optimizer, names: Mapping[Any, str]) -> dict[str, Any]:
    """Return what an optimiser remembers of each parameter, by the parameter's name."""
    return {names[parameter]: dict(kept) for parameter, kept in optimiser.state.items()}


def put_optimiser_state(
    optimiser: torch.optim.Optimizer, state: Mapping[str, Any], names: Mapping[nn.Parameter, str]
) -> None:
    """Give an optimiser what :func:`optimiser_state` returned, laid out as its parameters are.

    A file keeps no strides; an optimiser whose moments lie otherwise than its parameters rounds differently, and a
    resumed run would no longer equal the one that was not cut.

    Raises:
        RunError: if it remembers parameters that this optimiser does not move.
    """
    own = [names[parameter] for group in optimiser.param_groups for parameter in group["params"]]
    for name in state:
        if name not in own:
            raise RunError(
                f"the checkpoint's optimiser moves {name!r}, which this one does not{near(name, own) or '.'}"
            )
    kept = {own.index(name): value for name, value in state.items()}
    optimiser.load_state_dict({"state": kept, "param_groups": optimiser.state_dict()["param_groups"]})
    for parameter, remembered in optimiser.state.items():
        for name, value in remembered.items():
            if torch.is_tensor(value) and value.shape == parameter.shape:
                remembered[name] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
