"""Arrays by name in one file that is mapped into memory, in the format of safetensors; nothing is ever unpickled.

Source of the format: https://github.com/huggingface/safetensors#format.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.files import opened_atomically

Array = npt.NDArray[Any]

KINDS: Mapping[str, str] = MappingProxyType(
    # Wide ones first: all are aligned then.
    {"I64": "<i8", "I32": "<i4", "F32": "<f4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1"}
)
"""numpy's types by safetensors' words for them."""

_WORDS = {np.dtype(kind): word for word, kind in KINDS.items()}
_ALIGNMENT = 64
_LONGEST_HEADER = 1 << 24


def write_arrays(path: Path, arrays: Mapping[str, Array], facts: Any) -> None:
    """Write a file, atomically.

    Args:
        path: the file; one that is there is replaced.
        arrays: of the types in :data:`KINDS`.
        facts: plain values that describe them.
    """
    order = sorted(arrays, key=lambda name: [*_WORDS].index(arrays[name].dtype))
    described: dict[str, Any] = {"__metadata__": {"facts": json.dumps(facts)}}
    begin = 0
    for name in order:
        array = arrays[name]
        end = begin + array.nbytes
        described[name] = {"dtype": _WORDS[array.dtype], "shape": list(array.shape), "data_offsets": [begin, end]}
        begin = end
    header = json.dumps(described).encode()
    header += b" " * (-(8 + len(header)) % _ALIGNMENT)
    with opened_atomically(path) as stream:
        stream.write(len(header).to_bytes(8, "little") + header)
        for name in order:
            stream.write(np.ascontiguousarray(arrays[name]).reshape(-1).view(np.uint8).data)


def map_arrays(path: Path) -> tuple[dict[str, Array], Any]:
    """Map a file's arrays; what is written to them changes no file.

    Returns:
        the arrays and the facts.

    Raises:
        OSError: there is no such file.
        ValueError: it is not whole, or another kind of file.
    """
    content = np.memmap(path, np.uint8, mode="c")
    length = int.from_bytes(content[:8].tobytes(), "little")
    if length > min(_LONGEST_HEADER, len(content)):
        raise ValueError(f"{path} has no header of safetensors")
    begin = 8 + length
    found: dict[str, Array] = {}
    try:
        described = json.loads(content[8:begin].tobytes())
        facts = json.loads(described.pop("__metadata__")["facts"])
        end = begin + max((one["data_offsets"][1] for one in described.values()), default=0)
        for name, one in described.items():
            kind, shape, (first, last) = np.dtype(KINDS[one["dtype"]]), tuple(one["shape"]), one["data_offsets"]
            if last - first != kind.itemsize * math.prod(shape) or end != len(content):
                raise ValueError(f"{path} is cut short")
            found[name] = np.asarray(content[begin + first : begin + last]).view(kind).reshape(shape)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"{path} is not a file of arrays ({error})") from None
    return found, facts
