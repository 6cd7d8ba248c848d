import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.features.imports.detecting import open_bundle
from scanpath.testing.files.bundles import draw_picture, write_h5_named, write_npz, write_tsv, write_zip

GRID = {3: np.ones((2, 2, 5))}


def test_kinds_are_told_by_their_endings(tmp_path):
    pictures = [draw_picture(3, regions=2, width=5)]
    for name in ("a.tsv", "b.tsv.0", "b.tsv.1"):
        write_tsv(tmp_path / name, pictures)
    write_zip(tmp_path / "trainval_36.zip", [tmp_path / "a.tsv"])
    write_npz(tmp_path / "grids", GRID)
    (npz,) = (tmp_path / "grids").iterdir()
    assert open_bundle([tmp_path / "a.tsv"]).facts["kind"] == "bottom-up tsv"
    assert [name for name, _ in open_bundle([tmp_path / "b.tsv.0", tmp_path / "b.tsv.1"]).facts["files"]] == [
        "b.tsv.0",
        "b.tsv.1",
    ]
    assert open_bundle([tmp_path / "trainval_36.zip", tmp_path / "a.tsv"]).facts["kind"] == "bottom-up tsv"
    assert open_bundle([tmp_path / "grids"]).facts["kind"] == "npz"
    assert open_bundle([npz]).files == [npz]
    assert [file.name for file in open_bundle([tmp_path]).files] == ["a.tsv", "b.tsv.0", "b.tsv.1"]


@pytest.mark.parametrize("name", ["x.h5", "x.hdf5", "x.HDF5"])
def test_hdf5_by_any_ending(tmp_path, name):
    pytest.importorskip("h5py")
    write_h5_named(tmp_path / name, [draw_picture(3, regions=2, width=5)])
    assert open_bundle([tmp_path / name]).facts["kind"] == "h5 names"


@pytest.mark.parametrize(
    ("names", "ids", "message"),
    [
        ([], [], "no file was given"),
        (["none.tsv"], [], "none.tsv does not exist"),
        (["a.tsv", "a.tsv"], [], "a.tsv was given twice"),
        (["grids", "grids"], [], "COCO_train2014_000000000003.jpg.npz was given twice"),
        (["a.tsv", "grids"], [], r"several kinds \(npz, tsv\)"),
        (["a.tsv"], ["ids.json"], "--ids was given for files of the kind tsv"),
        (["empty"], [], "is a folder without .npz or .tsv files"),
        (["x.tsv.gz"], [], "is packed in a way that is not read here: unpack it first"),
        (["x.7z"], [], "is packed in a way"),
        (["trainval_36.zip"], [], "is no whole archive"),
        (["a.csv"], [], "is no bundle that is known here"),
    ],
)
def test_mistakes_are_told(tmp_path, names, ids, message):
    for name in ("a.tsv", "a.csv", "trainval_36.zip", "x.tsv.gz", "x.7z", "ids.json"):
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    write_npz(tmp_path / "grids", GRID)
    with pytest.raises(DataError, match=message):
        open_bundle([tmp_path / name for name in names], [tmp_path / name for name in ids])
