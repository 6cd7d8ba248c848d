"""Where the features of a data set lie, so that what was extracted once is found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from scanpath.data.caption_catalogue import find_captions
from scanpath.data.catalogue import dataset_checksum, open_split
from scanpath.data.own import is_own
from scanpath.errors import DataError
from scanpath.features.crew import Crew
from scanpath.features.extraction import extract, store_key
from scanpath.features.frozen import Extractor
from scanpath.features.store import INDEX, FeatureStore
from scanpath.features.writing import SHARD_BYTES
from scanpath.files import data_home

SERVED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType({"test-dev": ("test", "test-dev")})
"""Splits whose pictures are some of another's: its store serves them too. Their own is asked for last."""


def features_home(root: Path | str | None = None) -> Path:
    """Return the folder of all stores: beside the data sets, under ``root``, ``$SCANPATH_DATA`` or the user's cache."""
    return Path(root or data_home()) / "features"


def store_folder(
    dataset: str, split: str, backbone: Extractor, root: Path | str | None = None, *, dtype: str = "float16"
) -> Path:
    """Name the folder of a split's features by all that they depend on: data, weights, preprocessing, type.

    Raises:
        DataError: the data set is not there.
    """
    key = store_key(backbone, dataset_checksum(dataset, root), dtype)
    place = f"own-{Path(dataset).stem}" if is_own(dataset) else dataset
    return features_home(root) / place / split / f"{backbone.name}-{key}"


def features_for(
    dataset: str,
    split: str,
    backbone: Extractor,
    root: Path | str | None = None,
    *,
    batch: int = 64,
    device: str = "cpu",
    dtype: str = "float16",
    skip_bad: bool = False,
    decoders: int | None = None,
    shard_bytes: int = SHARD_BYTES,
    crew: Crew | None = None,
    say: Callable[[str], None] | None = None,
) -> FeatureStore:
    """Open the features of a split, extracting them first where they are missing.

    Args:
        dataset: a name of ``scanpath data list``, or the path of a file of one's own questions.
        split: ``"train"``, ``"val"`` or ``"test"``.
        backbone: what makes the features.
        root: the folder of the data sets.
        batch: pictures in one forward pass.
        device: where the backbone runs.
        dtype: ``"float16"``, ``"bfloat16"``, ``"float32"`` or ``"int8"``.
        skip_bad: leave out pictures that cannot be read; questions about them have then no features.
        decoders: threads that read pictures; None takes one for each core.
        shard_bytes: about how large a shard's features become.
        crew: the processes that share the work; None is this one alone.
        say: is told what will be done, before it starts.
    """
    for name in SERVED_BY.get(split, (split,)):
        folder = store_folder(dataset, name, backbone, root, dtype=dtype)
        if folder.exists():
            return FeatureStore.open(folder)
    facts = {"name": dataset, "split": split, "checksum": dataset_checksum(dataset, root)}
    return extract(
        open_split(dataset, split, root),
        backbone,
        folder,
        batch=batch,
        device=device,
        dtype=dtype,
        data=facts,
        skip_bad=skip_bad,
        decoders=decoders,
        shard_bytes=shard_bytes,
        crew=crew,
        say=say,
    )


def captioned_features(
    dataset: str,
    split: str,
    backbone: Extractor,
    root: Path | str | None = None,
    *,
    device: str = "cpu",
    say: Callable[[str], None] | None = None,
) -> FeatureStore:
    """Open the features of a split of captions, extracting them first where they are missing.

    Where its pictures are those of a data set of questions, features are shared with it.

    Args:
        dataset: a name of :func:`scanpath.data.caption_catalogue.caption_names`.
        split: one of its splits.
        backbone: what makes the features.
        root: the folder of the data sets.
        device: where the backbone runs.
        say: is told what will be done, before it starts.
    """
    found = find_captions(dataset, root)
    if found.pictures is not None:
        return features_for(found.pictures, split, backbone, root, device=device, say=say)
    checksum = found.checksum()
    folder = features_home(root) / dataset / split / f"{backbone.name}-{store_key(backbone, checksum)}"
    if folder.exists():
        return FeatureStore.open(folder)
    facts = {"name": dataset, "split": split, "checksum": checksum}
    return extract(found.open(split), backbone, folder, device=device, data=facts, say=say)


def find_stores(root: Path | str | None = None) -> Iterator[tuple[Path, FeatureStore | DataError]]:
    """Walk over the stores under ``root``, sorted by folder; a broken one comes with its error."""
    for index in sorted(features_home(root).glob(f"*/*/[!.]*/{INDEX}")):
        try:
            yield index.parent, FeatureStore.open(index.parent)
        except DataError as error:
            yield index.parent, error
