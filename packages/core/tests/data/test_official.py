from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from scanpath.data.official import compare, file_md5, first_there, md5, read_whole
from scanpath.errors import DataError


def test_files_are_read_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"content")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(b"content", mtime=0))
    assert read_whole(tmp_path / "plain", "x") == read_whole(tmp_path / "packed.gz", "x") == b"content"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("absent", None, "absent does not exist: run it again"),
        ("cut.gz", gzip.compress(b"content" * 50, mtime=0)[:-12], "cut.gz is not a whole gzip file .*: run it again"),
        ("plain.gz", b"content", "plain.gz is not a whole gzip file .Not a gzipped file"),
        ("damaged.gz", gzip.compress(b"content", mtime=0)[:10] + b"\xff" * 20, "damaged.gz is not a whole gzip file"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, data: bytes | None, words: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError, match=words):
        read_whole(tmp_path / name, "run it again")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read .Is a directory.: check the path"):
        read_whole(tmp_path, "x")


def test_a_file_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"one", b"two!"):
        path.write_bytes(content)
        assert file_md5(path) == md5(content) == hashlib.md5(content, usedforsecurity=False).hexdigest()
    path.write_bytes(b"four")
    os.utime(path, ns=(1, 1))
    assert file_md5(path) == md5(b"four")


def test_a_file_as_long_as_the_official_one_must_be_it(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    assert compare(path, "aa", "aa", like_official=True, remedy="x") == ()
    (remark,) = compare(path, "bb", "aa", like_official=False, remedy="x")
    assert remark == f"{path} is not the official file (its MD5 is bb, that of the official one aa)."
    with pytest.raises(DataError, match=r"list.txt has as many entries .* but the MD5 bb where that has aa: mend it"):
        compare(path, "bb", "aa", like_official=True, remedy="mend it")


def test_the_first_folder_that_is_there_counts(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    assert first_there(tmp_path / "a", tmp_path / "b") == tmp_path / "b"
    assert first_there(tmp_path / "a", tmp_path / "c") == tmp_path / "a"
