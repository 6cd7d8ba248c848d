"""Which task reads which kind of data set, for the sentence that somebody gets who gave one to another task."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scanpath import registry

READERS: Mapping[str, str] = MappingProxyType(
    {"datasets": "vqa", "labelled": "classification", "captions": "captioning"}
)
"""Parts of the registry, and the task of each."""


def not_read(part: registry.Part, name: str) -> str:
    """Say why a task that reads ``part`` does not read the data set ``name``: another does, or nobody knows it."""
    for other, task in READERS.items():
        if other in registry.PARTS and other != part and name in registry.addresses(other):
            return f"{name!r} is a {registry.noun(other)}, which task.name={task} reads"
    return str(registry.unknown(part, name)).removesuffix(".")
