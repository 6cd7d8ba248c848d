"""The data set by its name: attributes as CelebA's reader has them, and label maps of the same pictures."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.labelled import check_disjoint
from scanpath.data.labelled_catalogue import describe_any, find_labelled, make_any, open_labelled
from scanpath.errors import ConfigError, DataError, UnknownNameError
from scanpath_attention_rnn.data.faces import Faces


def test_splits_are_read_as_celebas(faces):
    train, val = (open_labelled("faces", split, faces) for split in ("train", "val"))
    assert (len(train), len(val), train.remarks) == (19, 11, ())
    assert train.picture(3).shape == (3, 32, 32)
    hair = train.matrix("Black_Hair", "Blond_Hair", "Brown_Hair")
    assert (hair.sum(axis=1) == 1).all()
    check_disjoint(train, val)
    with pytest.raises(UnknownNameError, match="no split 'tets' of faces; did you mean 'test'"):
        open_labelled("faces", "tets", faces)


def test_label_maps_are_of_the_same_pictures(faces):
    test = open_labelled("faces", "test", faces)
    maps = find_labelled("faces", faces).label_maps()
    hair = Faces.parts.index("hair")
    black, blond = (test.labels[name].numbers == 1 for name in ("Black_Hair", "Blond_Hair"))
    light = [test.picture(row)[:, maps[key] == hair].mean() for row, key in enumerate(test.keys)]
    assert max(np.asarray(light)[black]) < min(np.asarray(light)[blond])


def test_it_is_made_by_its_name(tmp_path):
    with pytest.raises(DataError, match="run scanpath data make faces"):
        open_labelled("faces", "train", tmp_path)
    assert make_any("faces", tmp_path, workers=1, train=3, val=2, test=2, side=16) == tmp_path / "faces"
    assert describe_any("faces", tmp_path).counts == {"train": (3, 0), "val": (2, 0), "test": (2, 0)}
    with pytest.raises(ConfigError, match="data set faces has no option 'sides'; did you mean 'side'"):
        make_any("faces", tmp_path, sides=16)


def test_a_changed_file_is_named(faces, tmp_path):
    (tmp_path / "faces").mkdir()
    for file in (faces / "faces").iterdir():
        (tmp_path / "faces" / file.name).write_bytes(file.read_bytes())
    found = Faces(tmp_path)
    assert (found.checksum(), found.damaged()) == (Faces(faces).checksum(), [])
    path = tmp_path / "faces" / "parts.zip"
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    assert found.damaged() == ["parts.zip"]
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"parts\.zip has 0 bytes, expected"):
        found.label_maps()
