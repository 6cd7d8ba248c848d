from __future__ import annotations

import io
import multiprocessing
import pickle
import struct
import zipfile
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from scanpath.data.images import ImageSource, JoinedImages, decode, encode_png, open_images
from scanpath.errors import DataError

PICTURES = {
    "COCO_val2014_000000000042.png": np.full((3, 5, 3), 7, np.uint8),
    "COCO_val2014_000000000073.png": np.arange(3 * 7 * 3, dtype=np.uint8).reshape(3, 7, 3),
}


def png(pixels: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def as_folder(path: Path) -> Path:
    (path / "val2014").mkdir(parents=True)
    for name, pixels in PICTURES.items():
        (path / "val2014" / name).write_bytes(png(pixels))
    (path / "val2014" / "notes.txt").write_text("no picture")
    return path


def as_zip(path: Path, method: int, *, comment: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.comment = comment
        archive.mkdir("val2014")
        archive.writestr("val2014/notes.txt", "no picture")
        for name, pixels in PICTURES.items():
            archive.writestr(f"val2014/{name}", png(pixels))
    return path


@pytest.fixture(params=["folder", "stored", "deflated"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> ImageSource:
    if request.param == "folder":
        return open_images(as_folder(tmp_path / "pictures"))
    method = zipfile.ZIP_STORED if request.param == "stored" else zipfile.ZIP_DEFLATED
    return open_images(as_zip(tmp_path / "val2014.zip", method, comment=b"made by hand"))


def test_a_folder_and_an_archive_give_the_same_pictures(source: ImageSource) -> None:
    assert list(source.names) == sorted(PICTURES)
    for name, pixels in PICTURES.items():
        assert name in source
        assert source.read_bytes(name) == png(pixels)
        np.testing.assert_array_equal(source.read(name), pixels)
    assert "notes.txt" not in source


def test_a_source_travels_to_another_process_after_it_was_read(source: ImageSource) -> None:
    name = source.names[1]
    source.read(name)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(source)).read(name), PICTURES[name])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        np.testing.assert_array_equal(pool.apply(source.read, (name,)), PICTURES[name])


def test_an_unknown_picture_is_named(source: ImageSource) -> None:
    with pytest.raises(DataError, match=r"no picture called 'COCO_val2014_000000000099.png' among its 2"):
        source.read("COCO_val2014_000000000099.png")


def test_what_is_not_there_or_not_an_archive_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist: expected a folder or a zip archive"):
        open_images(tmp_path / "absent.zip")
    broken = as_zip(tmp_path / "broken.zip", zipfile.ZIP_STORED)
    broken.write_bytes(broken.read_bytes()[:-40])
    with pytest.raises(DataError, match=r"broken.zip is not a whole zip archive"):
        open_images(broken)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no pictures"):
        open_images(tmp_path / "empty")


def test_two_pictures_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "pictures")
    (folder / "copy").mkdir()
    (folder / "copy" / "COCO_val2014_000000000042.png").write_bytes(png(np.zeros((3, 3, 3), np.uint8)))
    with pytest.raises(DataError, match=r"holds 'COCO_val2014_000000000042.png' twice"):
        open_images(folder)


def test_a_picture_cut_short_is_named(tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "pictures")
    file = folder / "val2014" / "COCO_val2014_000000000073.png"
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"COCO_val2014_000000000073.png in .* is not a whole picture"):
        open_images(folder).read(file.name)


def test_a_picture_too_large_to_be_one_is_named() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (3, 5)).save(stream, "BMP")
    content = bytearray(stream.getvalue())
    content[18:26] = struct.pack("<ii", 70_001, 70_003)  # width and height
    with pytest.raises(DataError, match="x is not a whole picture"):
        decode(bytes(content), "x")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_archive_is_a_sentence_wherever_the_damage_is(tmp_path: Path, method: int) -> None:
    path = as_zip(tmp_path / "val2014.zip", method)
    whole, random = path.read_bytes(), Random(7)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[-1 - random.randrange(len(damaged) if random.random() < 0.3 else 250)] = random.randrange(256)
        path.write_bytes(damaged)
        try:
            source = open_images(path)
            for name in source.names:
                source.read(name)
        except DataError:
            refused += 1
    assert refused > 100


def test_an_archive_of_a_foreign_packing_is_refused_when_read(tmp_path: Path) -> None:
    source = open_images(as_zip(tmp_path / "val2014.zip", zipfile.ZIP_LZMA))
    with pytest.raises(DataError, match="packed by method 14"):
        source.read(source.names[0])


def test_a_grey_picture_is_read_as_colour_and_as_labels() -> None:
    labels = np.arange(15, dtype=np.uint8).reshape(3, 5)
    np.testing.assert_array_equal(decode(png(labels), "labels", "L"), labels)
    np.testing.assert_array_equal(decode(png(labels), "labels"), np.stack([labels] * 3, axis=-1))


def test_joined_sources_look_in_each(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "extra.png").write_bytes(png(np.zeros((3, 3, 3), np.uint8)))
    joined = JoinedImages([open_images(as_folder(tmp_path / "pictures")), open_images(other)])
    assert list(joined.names) == [*sorted(PICTURES), "extra.png"]
    assert joined.read("extra.png").shape == (3, 3, 3)
    assert joined.read_bytes("extra.png") == (other / "extra.png").read_bytes()
    assert "absent.png" not in joined
    with pytest.raises(DataError, match=r"no picture called 'absent.png'"):
        joined.read("absent.png")


@pytest.mark.parametrize("noisy", [True, False])
@pytest.mark.parametrize("shape", [(5, 7, 3), (5, 7)])
def test_encoded_pictures_are_decoded_alike(shape: tuple[int, ...], noisy: bool) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    found = decode(encode_png(pixels, "a test", noisy=noisy), "picture", "RGB" if len(shape) == 3 else "L")
    np.testing.assert_array_equal(found, pixels)
