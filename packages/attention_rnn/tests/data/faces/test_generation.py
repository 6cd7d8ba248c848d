"""Faces are made once, the same by any number of processes, and stand in CelebA's lists."""

from __future__ import annotations

import zipfile

import pytest

from scanpath.errors import DataError
from scanpath.files import read_json
from scanpath_attention_rnn.data.faces.generation import Work, draw_piece, make_faces
from scanpath_attention_rnn.data.faces.options import FacesOptions


def test_files_are_celebas(faces):
    folder = faces / "faces"
    attributes = (folder / "list_attr_celeba.txt").read_text().splitlines()
    assert attributes[0] == "37"
    assert attributes[1].startswith("5_o_Clock_Shadow Arched_Eyebrows ")
    assert attributes[2].split()[0] == "000001.png"
    assert len(attributes[2].split()) == 41
    partition = (folder / "list_eval_partition.txt").read_text().splitlines()
    assert [line[-1] for line in partition] == ["0"] * 19 + ["1"] * 11 + ["2"] * 7
    with zipfile.ZipFile(folder / "img_align_celeba.zip") as archive:
        assert archive.namelist() == [f"{number:06d}.png" for number in range(1, 38)]


def test_pieces_do_not_matter(faces):
    """Each picture follows from its number alone."""
    options = FacesOptions(train=19, val=11, test=7, side=32)
    whole, part = draw_piece(Work(options, "val", 0, 3)), draw_piece(Work(options, "val", 2, 3))
    assert part.pictures == whole.pictures[2:]
    assert part.values == whole.values[2:]
    with zipfile.ZipFile(faces / "faces" / "img_align_celeba.zip") as archive:
        assert archive.read("000022.png") == part.pictures[0]


def test_a_finished_set_is_left_and_another_refused(faces, tmp_path):
    options = FacesOptions(train=19, val=11, test=7, side=32)
    content = read_json(faces / "faces" / "manifest.json")["content"]
    told = []
    again = make_faces(tmp_path / "faces", options, workers=2, progress=lambda *done: told.append(done))
    assert read_json(again / "manifest.json")["content"] == content
    assert told[-1] == ("drawing faces", 37, 37)
    assert make_faces(faces / "faces", options) == faces / "faces"
    with pytest.raises(DataError, match="made with seed = 0, and seed = 1 was asked for"):
        make_faces(faces / "faces", FacesOptions(train=19, val=11, test=7, side=32, seed=1))
