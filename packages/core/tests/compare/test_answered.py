"""The CSV of a row's answers: what is written is read back, what is broken is named."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pytest

from scanpath.compare.answered import read_answered, write_answered
from scanpath.errors import DataError


def test_what_is_written_is_read(make_answered, tmp_path: Path) -> None:
    answered = make_answered([0.0, 0.3, 0.6, 1.0, 1.0, 0.9, 0.0], mass=(0.2, 0.7))
    write_answered(tmp_path / "seed0.csv", answered)
    found = read_answered(tmp_path / "seed0.csv")
    for field in dataclasses.fields(answered):
        expected, got = getattr(answered, field.name), getattr(found, field.name)
        if isinstance(expected, np.ndarray):
            np.testing.assert_allclose(got, expected, rtol=1e-5, err_msg=field.name)
        else:
            assert got == expected
    assert found.headline == 1
    assert found.one_object.tolist() == [True, False, True, False, True, False, True]
    assert found.right.tolist() == [False, False, True, True, True, True, False]


def test_columns_that_people_look_for(make_answered, tmp_path: Path) -> None:
    write_answered(tmp_path / "a.csv", make_answered([1.0, 0.0], mass=(0.2, 0.7)))
    with (tmp_path / "a.csv").open(newline="") as stream:
        first, second = csv.DictReader(stream)
    assert first["question_id"] == "1"
    assert (first["question_type"], first["prediction"], first["score"]) == ("color", 'the "0"', "1")
    assert first["mass_on_object"] == first["mass[hop 2]"] == "0.7"
    assert (second["mass_on_object"], second["chance"]) == ("", "")


def test_rows_without_maps(make_answered, tmp_path: Path) -> None:
    write_answered(tmp_path / "a.csv", make_answered([1.0, 0.0, 0.6]))
    found = read_answered(tmp_path / "a.csv")
    assert found.maps == ()
    assert found.mass.shape == (3, 0)
    assert found.headline is None


@pytest.mark.parametrize("content", ["", "question_id,score\n", "question_id,score\n1,0.5\n", "a,b\n1\n", "\x00"])
def test_foreign_and_broken_files(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(DataError, match=r"a\.csv"):
        read_answered(tmp_path / "a.csv")
    with pytest.raises(DataError, match="cannot be read"):
        read_answered(tmp_path / "none.csv")
