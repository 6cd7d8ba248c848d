"""What becomes of drawn pieces on the disk, by hand: two splits, three pictures, and a question more than is wanted."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scanpath.data.clevr_making import Entry, PackedFiles, Piece, Work, list_work, write_pieces
from scanpath.files import read_json

PICTURES = {"train": 3, "val": 1}


def draw(work: Work[str]) -> Piece[str]:
    """Draw pictures of an object and a half, which are asked about by their numbers."""
    piece = Piece[str]([], [], [], [], f"digest of {work.split} {work.start}")
    for index in range(work.start, work.stop):
        name = f"X_{work.split}_{index:06d}.png"
        piece.scenes.append({"image_index": index, "image_id": 70 + index, "image_filename": name})
        piece.questions.append([f"{work.source} {index}{letter}" for letter in "ab"])
        piece.pictures.append(f"picture {index}".encode())
        piece.masks.append(f"mask {index}".encode())
    return piece


def entry(asked: str) -> Entry:
    return Entry(f"{asked}?", asked[-1], 5, [{"function": asked}], (2, 0))


def write(folder: Path, made_from: object = "anything", **options: Any) -> Any:
    folder.mkdir(exist_ok=True)
    work = list_work("what", PICTURES, 2)
    return write_pieces(PackedFiles(folder, "X"), work, map(draw, work), entry, made_from=made_from, **options)


def test_work_is_cut_split_by_split() -> None:
    assert list_work("s", PICTURES, 2) == [
        Work("s", "train", 0, 2),
        Work("s", "train", 2, 3),
        Work("s", "val", 0, 1),
    ]


def test_archives_hold_the_pictures_in_order_and_are_equal_bytes(tmp_path: Path) -> None:
    files = PackedFiles(tmp_path / "a", "X")
    written = write(files.folder)
    for path, kind in ((files.images("train"), "picture"), (files.masks("train"), "mask")):
        with zipfile.ZipFile(path) as archive:
            assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
            found = {name: archive.read(name).decode() for name in archive.namelist()}
        assert list(found.items()) == [(f"train/X_train_{index:06d}.png", f"{kind} {index}") for index in range(3)]
    assert write(tmp_path / "b") == written
    for path in (file for file in files.folder.rglob("*") if file.is_file()):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(files.folder)).read_bytes()


def test_texts_are_numbered_within_their_split(tmp_path: Path) -> None:
    files, steps = PackedFiles(tmp_path, "X"), []
    written = write(tmp_path, most={"train": 5, "val": 2}, progress=lambda *step: steps.append(step))
    assert written.counts == {"train": (3, 5), "val": (1, 2)}
    assert steps == [("drawing and asking", done, 4) for done in (2, 3, 4)]
    last = read_json(files.questions("train"))["questions"][-1]
    assert last == {
        "question_index": 4, "split": "train", "image_index": 2, "image_filename": "X_train_000002.png",
        "question": "what 2a?", "answer": "a", "question_family_index": 5, "program": [{"function": "what 2a"}],
    }  # fmt: skip
    assert len(read_json(files.scenes("train"))["scenes"]) == 3
    assert read_json(files.grounding("val"))["grounding"] == [
        {"question_id": 1_000_000 + number, "image_id": 70, "objects": [2, 0]} for number in range(2)
    ]


def test_the_checksum_is_of_what_it_was_made_from_of_pixels_and_of_texts(tmp_path: Path) -> None:
    written, files = write(tmp_path, made_from=("a", 1)), PackedFiles(tmp_path, "X")
    content = hashlib.sha256(b"('a', 1)")
    for split, starts in (("train", (0, 2)), ("val", (0,))):
        for start in starts:
            content.update(f"digest of {split} {start}".encode())
        for path in (files.questions(split), files.scenes(split), files.grounding(split)):
            content.update(path.name.encode() + path.read_bytes())
    assert written.content == content.hexdigest()


def test_pieces_must_be_as_many_as_the_work(tmp_path: Path) -> None:
    work = list_work("what", PICTURES, 2)
    with pytest.raises(ValueError, match="shorter"):
        write_pieces(PackedFiles(tmp_path), work, map(draw, work[:2]), entry, made_from="")
