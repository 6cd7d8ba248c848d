"""What differs between two rows: types, flips, and where rows are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.compare.answered import write_answered
from scanpath.compare.diff import diff, find_row
from scanpath.errors import DataError


@pytest.fixture
def comparison(make_answered, tmp_path: Path) -> Path:
    """Two rows over 23 questions: B answers six of A's misses about one object, and misses one that A answers."""
    first = [0.0] * 12 + [1.0] * 11
    second = list(first)
    for place in range(0, 12, 2):
        second[place] = 1.0
    second[13] = 0.3
    for row, scores in (("mean", first), ("dot", second)):
        for seed in (0, 1):
            write_answered(tmp_path / "rows" / row / f"seed{seed}.csv", make_answered(scores))
    write_answered(tmp_path / "rows" / "short" / "seed0.csv", make_answered(first[:5]))
    write_answered(tmp_path / "rows" / "late" / "seed7.csv", make_answered(first))
    return tmp_path


def test_types_and_flips(comparison: Path) -> None:
    found = diff(f"{comparison}:mean", f"{comparison}:dot")
    assert found.seeds == (0, 1)
    assert found.flips[:2] == (6, 1)
    assert found.flips.p == pytest.approx(2 * (1 + 7) / 2**7)
    assert [one.name for one in found.types] == ["color", "count"]
    color, count = found.types
    assert (color.questions, color.first, color.second) == (12, 50.0, 100.0)
    assert color.moved
    assert count.difference == pytest.approx(-70 / 11)
    assert not count.moved
    assert found.overall.difference == pytest.approx((600 - 70) / 23)
    assert [flipped.gained for flipped in found.flipped] == [True] * 6 + [False]
    assert found.flipped[-1].question == "what, number 13?"


def test_the_other_way_round(comparison: Path) -> None:
    there, back = diff(f"{comparison}:mean", f"{comparison}:dot"), diff(f"{comparison}:dot", f"{comparison}:mean")
    assert back.flips[:2] == (1, 6)
    assert back.overall.difference == -there.overall.difference


def test_where_rows_are_found(comparison: Path) -> None:
    files = {seed: comparison / "rows" / "dot" / f"seed{seed}.csv" for seed in (0, 1)}
    assert find_row(f"{comparison}:dot") == find_row(str(comparison / "rows" / "dot")) == files
    assert find_row(str(files[1])) == {1: files[1]}
    (comparison / "rows" / "dot").rename(comparison / "rows" / "dot.scale=0.1")
    try:
        assert list(find_row(f"{comparison}:dot:scale=0.1")) == [0, 1], "as --mechanisms and the table write it"
    finally:
        (comparison / "rows" / "dot.scale=0.1").rename(comparison / "rows" / "dot")


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (":dto", "no row 'dto'; did you mean 'dot'"),
        (":short", "23 questions and .* 5, of which 5 are the same"),
        (":late", "share none"),
        ("/nowhere", "is no row"),
        ("/rows", "holds no answers"),
    ],
)
def test_errors(comparison: Path, second: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        diff(f"{comparison}:mean", f"{comparison}{second}")
