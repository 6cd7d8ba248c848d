"""What the writers write is what the formats say, read here without this package's readers."""

import base64
import json
import zipfile

import numpy as np
import pytest

from scanpath.testing.files.bundles import (
    draw_picture,
    tsv_line,
    write_h5_grids,
    write_h5_named,
    write_h5_rows,
    write_npz,
    write_npz_regions,
    write_zip,
)

PICTURE = draw_picture(5, regions=3, width=7)


def test_a_picture_is_drawn_from_its_id():
    assert (draw_picture(5, regions=3, width=7).features == PICTURE.features).all()
    assert (draw_picture(6, regions=3, width=7).features != PICTURE.features).any()
    assert (PICTURE.boxes[:, 2:] >= PICTURE.boxes[:, :2]).all()


def test_a_line_of_tsv():
    cells = tsv_line(PICTURE).split(b"\t")
    assert cells[:4] == [b"5", b"640", b"480", b"3"]
    assert (np.frombuffer(base64.b64decode(cells[4]), np.float32).reshape(3, 4) == PICTURE.boxes).all()
    assert (np.frombuffer(base64.b64decode(cells[5]), np.float32).reshape(3, 7) == PICTURE.features).all()
    assert cells[5].endswith(b"\r\n")


def test_files_of_hdf5(tmp_path):
    h5py = pytest.importorskip("h5py")
    write_h5_rows(tmp_path / "a.hdf5", [PICTURE])
    write_h5_named(tmp_path / "b.h5", [PICTURE])
    write_h5_grids(tmp_path / "c.h5", {5: np.arange(30).reshape(2, 3, 5)})
    with h5py.File(tmp_path / "a.hdf5") as file:
        assert file["image_features"].shape == (1, 3, 7)
        assert file["spatial_features"].shape == (1, 3, 6)
        assert file["image_bb"][0, 0, 0] == PICTURE.boxes[0, 0]
    assert json.loads((tmp_path / "a_imgid2idx.json").read_text()) == {"5": 0}
    with h5py.File(tmp_path / "b.h5") as file:
        assert file["5"].shape == (7, 3)
    with h5py.File(tmp_path / "c.h5") as file:
        assert file["features"].shape == (1, 5, 2, 3)
        assert file["features"].dtype == np.float16
        assert file["ids"][:].tolist() == [5]


def test_npz_files_of_regions(tmp_path):
    write_npz_regions(tmp_path, [PICTURE])
    with np.load(tmp_path / "COCO_train2014_000000000005.jpg.npz") as file:
        assert file["x"].shape == (7, 3)
        assert (file["bbox"] == PICTURE.boxes).all()
        assert [int(file[name]) for name in ("num_bbox", "image_h", "image_w")] == [3, 480, 640]


def test_a_zip_has_its_files_in_a_folder(tmp_path):
    (tmp_path / "x.tsv").write_bytes(b"1" * 1000)
    for packed in (True, False):
        write_zip(tmp_path / "x.zip", [tmp_path / "x.tsv"], "trainval_36", packed=packed)
        with zipfile.ZipFile(tmp_path / "x.zip") as archive:
            (info,) = archive.infolist()
            assert info.filename == "trainval_36/x.tsv"
            assert (info.compress_size < info.file_size) == packed


def test_npz_files_are_named_as_pictures_of_coco(tmp_path):
    write_npz(tmp_path, {5: np.arange(30).reshape(2, 3, 5)})
    with np.load(tmp_path / "COCO_train2014_000000000005.jpg.npz") as file:
        assert file["x"].shape == (5, 2, 3)
