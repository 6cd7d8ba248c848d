import json
import re
import subprocess
import sys

import numpy as np
import pytest

from scanpath.errors import DataError, MissingExtraError
from scanpath.features.imports.h5 import H5
from scanpath.features.imports.sources import START, Row
from scanpath.testing.files.bundles import draw_picture, write_h5_grids, write_h5_named, write_h5_rows

h5py = pytest.importorskip("h5py")

PICTURES = [draw_picture(image, regions=3, width=7) for image in (5, 11, 2)]


def read(source, place=START):
    return [*source.read(place)]


def test_rows_come_with_their_boxes_and_ids(tmp_path):
    write_h5_rows(tmp_path / "train36.hdf5", PICTURES)
    source = H5([tmp_path / "train36.hdf5"])
    found = read(source)
    assert [one.row.image_id for one in found] == [5, 11, 2]
    for one, picture in zip(found, PICTURES, strict=True):
        assert (one.row.features == picture.features).all()
        np.testing.assert_allclose(one.row.boxes * [640, 480, 640, 480], picture.boxes, atol=1e-4)
    assert [one.where for one in read(source, found[0].behind)] == ["row 1 of train36.hdf5", "row 2 of train36.hdf5"]
    assert source.done(found[-1].behind) == source.steps == 3
    assert source.values == 3 * 3 * 7
    assert source.facts["kind"] == "h5 rows"


def test_a_data_set_a_picture_is_turned_and_read_by_number(tmp_path):
    write_h5_named(tmp_path / "trainval_36.h5", PICTURES)
    found = read(H5([tmp_path / "trainval_36.h5"]))
    assert [one.row.image_id for one in found] == [2, 5, 11]
    assert (found[0].row.features == PICTURES[2].features).all()
    assert found[0].where == "data set 2 of trainval_36.h5"


def test_grids_come_channels_last(tmp_path):
    grids = {image: np.random.default_rng(image).standard_normal((2, 3, 5)).astype(np.float16) for image in (7, 3)}
    write_h5_grids(tmp_path / "resnet-14x14.h5", grids)
    found = read(H5([tmp_path / "resnet-14x14.h5"]))
    assert [one.row.image_id for one in found] == [7, 3]
    assert all((one.row.features == grids[one.row.image_id]).all() for one in found)


def test_several_files_follow_each_other(tmp_path):
    write_h5_rows(tmp_path / "train36.hdf5", PICTURES[:2])
    write_h5_rows(tmp_path / "val36.hdf5", PICTURES[2:])
    source = H5([tmp_path / "train36.hdf5", tmp_path / "val36.hdf5"])
    found = read(source)
    assert [one.row.image_id for one in found] == [5, 11, 2]
    assert [one.row.image_id for one in read(source, found[1].behind)] == [2]


def test_a_row_of_no_picture_is_told(tmp_path):
    path = tmp_path / "train36.hdf5"
    write_h5_rows(path, PICTURES)
    table = tmp_path / "ids.json"
    table.write_text(json.dumps({"5": 0, "2": 2}))
    found = read(H5([path], [table]))
    assert [isinstance(one.row, Row) for one in found] == [True, False, True]
    assert found[1].row == "ids.json tells no picture for it"


def with_file(change):
    def write(path):
        with h5py.File(path, "w") as file:
            change(file)

    return write


def outside(file):
    file["image_features"] = np.ones((2, 3, 7))
    file["spatial_features"] = np.full((2, 3, 6), 1.5)


def external(file):
    file["features"] = h5py.ExternalLink("/etc/other.h5", "/features")
    file["ids"] = [1, 2]


def stored_elsewhere(file):
    file.create_dataset("3", shape=(7, 3), dtype="f4", external=[("/etc/hostname", 0, 84)])


def soft(file):
    file["3"] = h5py.SoftLink("/4")
    file["4"] = np.ones((7, 3))


BAD = {
    "no HDF5": (lambda path: path.write_bytes(b"nothing"), "is no whole HDF5 file .it begins as none does.: fetch"),
    "nothing in it": (with_file(lambda file: None), "holds nothing, expected 'image_features'"),
    "other names": (with_file(lambda file: file.update({"a": [1]})), "holds 'a', expected 'image_features'"),
    "a group": (with_file(lambda file: file.create_group("image_features")), "holds a group under 'image_features'"),
    "other axes": (with_file(lambda file: file.update({"image_features": [1.0]})), r"holds \(1,\) under"),
    "words": (with_file(lambda file: file.update({"features": ["a"], "ids": [1]})), "expected numbers with 4 axes"),
    "two counts": (
        with_file(lambda file: file.update({"features": np.ones((2, 5, 3, 3)), "ids": [1]})),
        "has 1 int64 under 'ids' for 2 rows",
    ),
    "broken ids": (
        with_file(lambda file: file.update({"features": np.ones((1, 5, 3, 3)), "ids": [1.5]})),
        "has 1 float64 under 'ids'",
    ),
    "other places": (
        with_file(lambda file: file.update(image_features=np.ones((2, 3, 7)), spatial_features=np.ones((2, 2, 6)))),
        "they do not go together",
    ),
    "no table": (
        with_file(lambda file: file.update({"image_features": np.ones((2, 3, 7))})),
        r"name the table that came with it with --ids \(x_imgid2idx.pkl",
    ),
    "a link out": (with_file(external), "a link that leads out of the file"),
    "numbers elsewhere": (with_file(stored_elsewhere), "keeps '3' in other files, which are not followed"),
    "a link inside": (with_file(soft), "has no '3', or a link"),
}


@pytest.mark.parametrize(("write", "message"), BAD.values(), ids=BAD)
def test_a_bad_file_is_a_sentence(tmp_path, write, message):
    write(tmp_path / "x.h5")
    with pytest.raises(DataError, match=message):
        H5([tmp_path / "x.h5"])


def test_a_file_cut_anywhere_is_a_sentence_or_rows_with_reasons(tmp_path):
    path = tmp_path / "x.h5"
    write_h5_named(path, PICTURES)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match=re.escape(str(path))) as caught:
            H5([path])
        assert "eof" not in str(caught.value)
    assert "(it was cut short or damaged): fetch it again" in str(caught.value)


def test_a_file_that_is_still_written_or_gone_is_a_sentence(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w"):
        code = "from pathlib import Path; from scanpath.features.imports.h5 import H5; H5([Path('x.h5')])"
        said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True).stderr
    assert "x.h5 is no whole HDF5 file (another program is still writing it): fetch" in said.splitlines()[-1]
    with pytest.raises(DataError, match=r"no whole HDF5 file .no such file or directory.: fetch"):
        H5([tmp_path / "absent.h5"])


def test_a_damaged_chunk_is_a_reason(tmp_path):
    path = tmp_path / "x.h5"
    numbers = np.random.default_rng(0).random((7, 300)).astype(np.float32)
    with h5py.File(path, "w") as file:
        for name in ("3", "5"):
            file.create_dataset(name, data=numbers, chunks=(7, 300), compression="gzip")
        place = file["5"].id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[place : place + 500] = bytes(500)
    path.write_bytes(content)
    first, second = (one.row for one in read(H5([path])))
    assert first.image_id == 3
    assert second == "it cannot be read: the file is damaged there, or packed by a filter that is not installed"


def test_boxes_outside_are_a_reason(tmp_path):
    with_file(outside)(tmp_path / "x.h5")
    (tmp_path / "ids.json").write_text("[1, 2]")
    assert all("lies outside" in one.row for one in read(H5([tmp_path / "x.h5"], [tmp_path / "ids.json"])))


def test_negative_ids_are_a_reason(tmp_path):
    write_h5_grids(tmp_path / "x.h5", {-3: np.ones((2, 2, 5))})
    assert [one.row for one in read(H5([tmp_path / "x.h5"]))] == ["its image id is -3"]


def test_one_table_a_file(tmp_path):
    with pytest.raises(DataError, match="1 tables of image ids were given for 2 files"):
        H5([tmp_path / "a.h5", tmp_path / "b.h5"], [tmp_path / "ids.json"])


def test_without_h5py_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(MissingExtraError, match=r"reading x.h5 needs 'h5py'.*pip install 'scanpath\[h5\]'"):
        H5([tmp_path / "x.h5"])
    with pytest.raises(MissingExtraError, match=r"writing x.h5 needs 'h5py'"):
        write_h5_named(tmp_path / "x.h5", PICTURES)
