"""Small bundles in the forms in which features are given away, for tests and for people without the real ones."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.errors import missing_extra

Array = npt.NDArray[Any]


class Picture(NamedTuple):
    """What a detector gives of a picture."""

    image_id: int
    width: int
    height: int
    boxes: Array
    """x1, y1, x2, y2 in pixels, (K, 4)."""
    features: Array
    """(K, D)."""


def draw_picture(image_id: int, *, regions: int, width: int, seed: int = 0) -> Picture:
    """Draw a picture's boxes and features: half of the numbers are zero, as behind a ReLU."""
    generator = np.random.default_rng([seed, image_id])
    size = np.array([640, 480, 640, 480], dtype=np.float32)
    corners = np.sort(generator.random((regions, 2, 2), dtype=np.float32), axis=1).reshape(regions, 4)
    features = generator.standard_normal((regions, width), dtype=np.float32).clip(0)
    return Picture(image_id, 640, 480, corners * size, features)


def tsv_line(picture: Picture) -> bytes:
    """Write a line of a bottom-up TSV."""
    arrays = (base64.b64encode(np.asarray(one, dtype="<f4").tobytes()) for one in (picture.boxes, picture.features))
    numbers = (picture.image_id, picture.width, picture.height, len(picture.boxes))
    return b"\t".join((*(str(number).encode() for number in numbers), *arrays)) + b"\r\n"


def write_tsv(path: Path, pictures: Iterable[Picture]) -> None:
    """Write a bottom-up TSV, one picture in memory at a time."""
    with path.open("wb") as stream:
        stream.writelines(map(tsv_line, pictures))


def write_h5_rows(path: Path, pictures: list[Picture]) -> None:
    """Write ``image_features`` and ``spatial_features``, and the table of ids beside them as JSON."""
    with _create(path) as file:
        places = []
        for one in pictures:
            corners = one.boxes / np.array([one.width, one.height, one.width, one.height], dtype=np.float32)
            places.append(np.concatenate([corners, corners[:, 2:] - corners[:, :2]], axis=1))
        file["image_features"] = np.stack([one.features for one in pictures]).astype(np.float32)
        file["spatial_features"] = np.stack(places).astype(np.float32)
        file["image_bb"] = np.stack([one.boxes for one in pictures]).astype(np.float32)
    table = {one.image_id: row for row, one in enumerate(pictures)}
    path.with_name(f"{path.stem}_imgid2idx.json").write_text(json.dumps(table))


def write_h5_named(path: Path, pictures: Iterable[Picture]) -> None:
    """Write one data set (D, K) a picture, named by its id."""
    with _create(path) as file:
        for one in pictures:
            file[str(one.image_id)] = np.asarray(one.features, dtype=np.float32).T


def write_h5_grids(path: Path, grids: dict[int, Array]) -> None:
    """Write ``features`` (N, D, H, W) in half precision and ``ids``, from grids (H, W, D) by image id."""
    with _create(path) as file:
        file["features"] = np.stack([grid.transpose(2, 0, 1) for grid in grids.values()]).astype(np.float16)
        file["ids"] = np.asarray([*grids], dtype=np.int32)


def write_npz(folder: Path, grids: dict[int, Array], split: str = "train2014") -> None:
    """Write one ``.npz`` a picture, ``x`` (D, H, W), from grids (H, W, D) by image id."""
    folder.mkdir(parents=True, exist_ok=True)
    for image, grid in grids.items():
        np.savez(folder / f"COCO_{split}_{image:012d}.jpg.npz", x=grid.transpose(2, 0, 1).astype(np.float32))


def write_npz_regions(folder: Path, pictures: Iterable[Picture], split: str = "train2014") -> None:
    """Write one ``.npz`` a picture as OpenVQA has them: ``x`` (D, K), ``bbox`` in pixels, sizes, ``num_bbox``."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in pictures:
        np.savez_compressed(
            folder / f"COCO_{split}_{one.image_id:012d}.jpg.npz",
            x=np.asarray(one.features, dtype=np.float32).T,
            bbox=np.asarray(one.boxes, dtype=np.float32),
            num_bbox=len(one.boxes),
            image_h=one.height,
            image_w=one.width,
        )


def write_zip(path: Path, files: Iterable[Path], folder: str = "", *, packed: bool = True) -> None:
    """Write files into a zip, deflated or stored, as bottom-up features are given away."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.write(file, f"{folder}/{file.name}" if folder else file.name)


def _create(path: Path) -> Any:
    try:
        import h5py
    except ImportError:
        raise missing_extra("h5py", purpose=f"writing {path.name}", extra="h5") from None
    return h5py.File(path, "w")
