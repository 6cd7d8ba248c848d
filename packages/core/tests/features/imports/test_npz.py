import io
import zipfile

import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.features.imports import npz
from scanpath.features.imports.bundles_writing import write_npz
from scanpath.features.imports.npz import NPZ, image_of, read_array
from scanpath.features.imports.sources import START

GRIDS = {image: np.random.default_rng(image).standard_normal((2, 3, 5)).astype(np.float32) for image in (9, 581929)}


def test_grids_come_back_channels_last_under_their_ids(tmp_path):
    write_npz(tmp_path, GRIDS)
    source = NPZ([*tmp_path.iterdir()])
    found = [*source.read(START)]
    assert [one.where for one in found] == [f"COCO_train2014_{image:012d}.jpg.npz" for image in (9, 581929)]
    assert [one.row.image_id for one in found] == [9, 581929]
    for one in found:
        assert (one.row.features == GRIDS[one.row.image_id]).all()
        assert one.row.boxes is None
    assert [one.row.image_id for one in source.read(found[0].behind)] == [581929]
    assert source.done(found[1].behind) == source.steps == 2
    assert source.facts["files"] == 2


@pytest.mark.parametrize(
    ("name", "image"),
    [("COCO_val2014_000000000009.jpg.npz", 9), ("17.npz", 17), ("COCO_test2015_000000581929.npz", 581929)],
)
def test_the_id_stands_in_the_name(name, image):
    assert image_of(name) == image


def test_a_name_without_an_id_is_refused():
    with pytest.raises(DataError, match="ends in no image id"):
        image_of("features.npz")


def test_nothing_is_unpickled(tmp_path):
    np.savez(tmp_path / "3.npz", x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DataError, match=r"cannot be read .*allow_pickle"):
        read_array(tmp_path / "3.npz")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "3.npz", x=np.zeros((1000, 10)))
    monkeypatch.setattr(npz, "LARGEST", 1000)
    with pytest.raises(DataError, match="claims 80128 bytes, more than 1000"):
        read_array(tmp_path / "3.npz")


def archive(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("x.npy", content)
    return stream.getvalue()


def saved(**arrays) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


BAD = {
    "no zip": (b"nothing", "no whole .npz"),
    "empty": (b"", "no whole .npz"),
    "cut": (saved(x=np.ones((3, 2, 2)))[:-30], "no whole .npz"),
    "another key": (saved(y=np.ones(3)), "there is no array 'x'"),
    "words": (saved(x=np.array(["a"])), "expected numbers"),
    "no numbers": (saved(x=np.ones((0, 3))), "expected numbers"),
    "one axis": (saved(x=np.ones(3)), r"the features are \(3,\), expected"),
    "a square": (saved(x=np.ones((3, 3))), r"the features are \(3, 3\), expected"),
    "no array in it": (archive(b"nothing"), "is no array"),
    "a cut array in it": (archive(saved(x=np.ones(3))[:20]), "is no array"),
}


@pytest.mark.parametrize(("content", "why"), BAD.values(), ids=BAD)
def test_a_bad_file_says_why_and_the_next_is_read(tmp_path, content, why):
    (tmp_path / "1.npz").write_bytes(content)
    (tmp_path / "2.npz").write_bytes(saved(x=np.ones((3, 2, 2))))
    bad, good = NPZ([*tmp_path.iterdir()]).read(START)
    assert isinstance(bad.row, str)
    assert __import__("re").search(why, bad.row)
    assert good.row.features.shape == (2, 2, 3)
