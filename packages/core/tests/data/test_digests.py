"""What is remembered of a file is believed only as long as nobody can have written to it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from scanpath.data import digests
from scanpath.data.digests import BESIDE, joint_checksum, keeping_places, known_sha256

DAY = 24 * 3600


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that is read to the end for its checksum."""
    found: list[Path] = []
    real = digests.sha256
    monkeypatch.setattr(digests, "sha256", lambda path: (found.append(path), real(path))[1])
    monkeypatch.setattr(digests, "SMALL", 1)
    return found


def write(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all files rest for a day: the clock goes on, since nobody can set a file's time of change."""
    real = digests.time.time_ns()
    monkeypatch.setattr(digests.time, "time_ns", lambda: real + DAY * 10**9)


@pytest.mark.skipif(os.name == "nt", reason="Windows tells no time of change, so files are always read again")
def test_a_file_that_rests_is_read_once(tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    digest = write(path, b"abc")
    rest(monkeypatch)
    assert [known_sha256(path) for _ in range(3)] == [digest] * 3
    assert reads == [path]
    assert (tmp_path / BESIDE / "a.json.stamp").is_file()


def test_a_file_written_a_moment_ago_is_read_again(tmp_path: Path, reads: list[Path]) -> None:
    path = tmp_path / "a.json"
    digest = write(path, b"abc")
    assert [known_sha256(path) for _ in range(2)] == [digest] * 2
    assert len(reads) == 2


def test_an_equal_size_and_time_hide_no_change(
    tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    write(path, b"abc")
    os.utime(path, ns=(10**18, 10**18))
    rest(monkeypatch)
    known_sha256(path)
    changed = write(path, b"abd")
    os.utime(path, ns=(10**18, 10**18))
    assert known_sha256(path) == changed
    assert len(reads) == 2


def test_another_file_of_equal_times_under_the_name_is_noticed(
    tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "a.json", tmp_path / "b.json"
    write(path, b"abc")
    expected = write(other, b"xyz")
    for file in (path, other):
        os.utime(file, ns=(10**18, 10**18))
    rest(monkeypatch)
    known_sha256(path)
    other.replace(path)
    assert known_sha256(path) == expected
    assert len(reads) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"stamp": 3}', b"\xff"])
def test_a_broken_memory_is_no_error(
    tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    path = tmp_path / "a.json"
    digest = write(path, b"abc")
    rest(monkeypatch)
    known_sha256(path)
    (tmp_path / BESIDE / "a.json.stamp").write_bytes(content)
    assert known_sha256(path) == digest
    assert len(reads) == 2


def test_fields_that_are_missing_are_not_believed(
    tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    write(path, b"abc")
    rest(monkeypatch)
    known_sha256(path)
    memory = tmp_path / BESIDE / "a.json.stamp"
    for lost in ("began", "sha256"):
        known = json.loads(memory.read_text())
        memory.write_text(json.dumps({name: value for name, value in known.items() if name != lost}))
        known_sha256(path)
    assert len(reads) == 3


def test_where_nobody_may_write_the_cache_remembers(
    tmp_path: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data" / "a.json"
    path.parent.mkdir()
    digest = write(path, b"abc")
    (path.parent / BESIDE).write_text(
        "a file where the folder should be: nothing can be written there, by root neither"
    )
    cache = tmp_path / "cache"
    monkeypatch.setattr(digests.platformdirs, "user_cache_path", lambda name: cache / name)
    rest(monkeypatch)
    assert [known_sha256(path) for _ in range(2)] == [digest] * 2
    assert len(reads) == 1
    assert keeping_places(path)[1].joinpath("a.json.stamp").is_file()
    (cache / "scanpath").rename(tmp_path / "gone")
    (cache / "scanpath").write_text("nor there")
    assert known_sha256(path) == digest


def test_small_files_are_not_remembered(tmp_path: Path) -> None:
    digest = write(tmp_path / "a", b"x")
    assert known_sha256(tmp_path / "a") == digest
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_several_files_have_one_checksum(tmp_path: Path) -> None:
    for name, text in (("a", "x"), ("b", "y"), ("c", "y")):
        (tmp_path / name).write_text(text)
    one, two = joint_checksum([tmp_path / "a", tmp_path / "b"]), joint_checksum([tmp_path / "a", tmp_path / "c"])
    assert one == two  # what is in them, not how they are called
    assert one != joint_checksum([tmp_path / "b", tmp_path / "a"])
