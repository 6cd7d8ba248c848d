"""A table gives what the reader gave, and never what the files no longer say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scanpath.data import digests, tables
from scanpath.data.columns import Coded
from scanpath.data.digests import BESIDE
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.tables import kept, read_table, write_table
from scanpath.data.tokenisers import TOKENISERS
from scanpath.data.vqa import read_split
from scanpath.data.vqa_drawing import draw_split
from scanpath.data.vqa_writing import write_annotations, write_questions
from scanpath.errors import DataError

WHOLE = VQASplit(
    name="made/train",
    question_ids=np.asarray([9, 2**40, 3]),
    image_ids=np.asarray([2, 2, 1]),
    questions=["Is it a T-shirt?", "What's this?", "Is it a T-shirt?"],
    image_names={2: "two.jpg", 1: "one \N{SNOWMAN}.jpg"},
    annotations=VQAAnnotations(
        ["is it", "what", "is it"],
        ["yes/no", "other", "yes/no"],
        ["yes", "a \ud800", "no"],
        [["yes"], ["x", "a"], ["no"]],
    ),
    extra=np.asarray([False, False, True]),
    remarks=("mind the gap",),
)


@pytest.fixture(autouse=True)
def keep_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SMALL", 1)
    monkeypatch.setattr(digests, "SMALL", 1)


def check_equal(found: VQASplit, split: VQASplit) -> None:
    assert found.question_ids.tolist() == split.question_ids.tolist()
    assert found.image_ids.tolist() == split.image_ids.tolist()
    assert (found.name, found.remarks, found.image_names) == (split.name, split.remarks, split.image_names)
    assert (found.questions, found.annotations) == (split.questions, split.annotations)
    assert (found.extra is None) == (split.extra is None)
    if split.extra is not None:
        assert found.extra.tolist() == split.extra.tolist()


@pytest.mark.parametrize(
    "split", [WHOLE, replace(WHOLE, annotations=None, extra=None), WHOLE.take([2]), WHOLE.take([])]
)
def test_a_table_holds_the_whole_split(tmp_path: Path, split: VQASplit) -> None:
    write_table(tmp_path / "t", split, "key")
    found = read_table(tmp_path / "t", "key")
    check_equal(found, split)
    texts = Coded.of(found.questions).texts
    assert len(texts) == len(set(split.questions))
    for name, tokenise in TOKENISERS.items():
        assert found.tokens[name] == [tuple(tokenise(text)) for text in texts]
    check_equal(found.take(np.arange(len(split))[::-1]), split.take(np.arange(len(split))[::-1]))
    with pytest.raises(ValueError, match="was made from other files"):
        read_table(tmp_path / "t", "another")


class Reader:
    """Counts how often the files are really read."""

    def __init__(self, *sources: Path) -> None:
        self.sources = sources
        self.read = 0

    def __call__(self) -> VQASplit:
        self.read += 1
        return replace(WHOLE, name="".join(path.read_text() for path in self.sources))

    def open(self, reader: str = "made", **options: object) -> str:
        return kept(self, self.sources, reader=reader, options=options).name


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    for name in "ab":
        (tmp_path / name).write_text(name)
    return Reader(tmp_path / "a", tmp_path / "b")


def test_files_are_read_once_and_again_when_one_changes(reader: Reader) -> None:
    assert [reader.open() for _ in range(3)] == ["ab"] * 3
    assert reader.read == 1
    for number, path in enumerate(reader.sources):
        times = path.stat()
        path.write_text("x")  # as long as before, and as old
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert [reader.open() for _ in range(2)] == [("xb", "xx")[number]] * 2
        assert reader.read == 2 + number
    assert len([*(reader.sources[0].parent / BESIDE).glob("*.safetensors")]) == 1


def test_readers_and_options_have_tables_of_their_own(reader: Reader) -> None:
    for _ in range(2):
        for name, options in (("made", {}), ("other", {})):
            reader.open(name, **options)
    assert reader.read == 2
    assert (reader.open(keep="mcb"), reader.read) == ("ab", 3)


@pytest.mark.parametrize("spoil", [lambda whole: whole[:-9], lambda _: b"", lambda whole: b"x" + whole])
def test_a_broken_table_is_made_again(reader: Reader, spoil: Callable[[bytes], bytes]) -> None:
    reader.open()
    (table,) = (reader.sources[0].parent / BESIDE).glob("*.safetensors")
    table.write_bytes(spoil(table.read_bytes()))
    assert [reader.open() for _ in range(2)] == ["ab"] * 2
    assert reader.read == 2


def test_where_nobody_may_write_the_cache_keeps_the_table(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests.platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    (tmp_path / BESIDE).write_text("no folder")
    assert [reader.open() for _ in range(2)] == ["ab"] * 2
    assert reader.read == 1
    assert [*(tmp_path / "cache").rglob("*.safetensors")]


def test_where_nothing_can_be_kept_the_files_are_read(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests.platformdirs, "user_cache_path", lambda _: tmp_path / "a")
    (tmp_path / BESIDE).write_text("no folder")
    assert [reader.open() for _ in range(2)] == ["ab"] * 2
    assert reader.read == 2


def test_small_files_have_no_table(reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SMALL", 3)
    assert [reader.open() for _ in range(2)] == ["ab"] * 2
    assert (reader.read, sorted(path.name for path in tmp_path.iterdir())) == (2, ["a", "b"])


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def read() -> VQASplit:
        path.write_text("newer")
        return WHOLE

    kept(read, [path], reader="made")
    assert not [*tmp_path.rglob("*.safetensors")]


def test_a_missing_file_is_the_readers_to_tell(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        read_split(tmp_path / "none.json")


#: Of the table of fixed questions. A tokeniser that splits otherwise, or another form, changes it: raise VERSION then.
PINNED = {1: "00d1f0bc3e98fc92"}


def test_equal_files_give_an_equal_table_of_each_version(tmp_path: Path) -> None:
    questions = [
        "What's that t-shirt's colour?",
        "2,000 or 2.5? \N{RIGHT SINGLE QUOTATION MARK}no\N{RIGHT SINGLE QUOTATION MARK}",
        "ÄÖ_ü / (a)",
    ]
    split = replace(WHOLE, questions=questions)
    write_table(tmp_path / "t", split, "key")
    assert {tables.VERSION: digests.sha256(tmp_path / "t")[:16]} == PINNED


def test_official_files_are_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = draw_split("train2014", questions=50, pictures=20, seed=0)
    write_questions(tmp_path / "q.json", drawn, "train2014")
    write_annotations(tmp_path / "a.json", drawn, "train2014")
    first = read_split(tmp_path / "q.json", tmp_path / "a.json", name="one")
    monkeypatch.setattr("scanpath.data.vqa.gather", lambda *_, **__: pytest.fail("a file was parsed again"))
    again = read_split(
        tmp_path / "q.json", tmp_path / "a.json", name="two", image_name=lambda kind, image: f"{kind} {image}"
    )
    check_equal(replace(again, name="one", image_names=first.image_names), first)
    check_equal(first, replace(drawn, name="one"))
    image = int(first.image_ids[0])
    assert (again.name, again.image_names[image]) == ("two", f"train2014 {image}")
    assert json.loads((tmp_path / "q.json").read_text())["questions"][3]["question"] == first.questions[3]
