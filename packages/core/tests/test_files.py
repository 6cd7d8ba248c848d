"""Files that a kill at any instant leaves whole, old or new, and readers that say what is wrong."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from scanpath import files
from scanpath.errors import DataError
from scanpath.files import write_json, write_json_list

KILLED_AT = """
    import os, pathlib, shutil, signal, sys
    from scanpath import files

    left = int(sys.argv[1])

    def deadly(function):
        def call(*args, **keywords):
            global left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **keywords)
        return call

    os.fsync, shutil.rmtree = deadly(os.fsync), deadly(shutil.rmtree)
    for name in ("rename", "replace", "unlink", "mkdir", "open"):
        setattr(pathlib.Path, name, deadly(getattr(pathlib.Path, name)))
    path = pathlib.Path(sys.argv[2])
"""
WRITE_FILE = "files.write_atomically(path, 'new' * 1000)\n"
WRITE_FOLDER = """
with files.folder_written_atomically(path) as folder:
    for name in ("a", "b"):
        with open(folder / name, "w") as stream:
            stream.write("new")
"""


def killed(program: str, step: int, path: Path) -> bool:
    """Run a program that is killed before its ``step``-th touch of the disk; say whether it got that far."""
    code = textwrap.dedent(KILLED_AT) + program
    done = subprocess.run([sys.executable, "-c", code, str(step), str(path)], capture_output=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


def test_a_kill_leaves_the_old_file_or_the_new(tmp_path):
    seen = []
    for step in range(20):
        path = tmp_path / str(step) / "values.json"
        path.parent.mkdir()
        path.write_text("old")
        dead = killed(WRITE_FILE, step, path)
        seen.append(path.read_text())
        assert seen[-1] in ("old", "new" * 1000)
        if not dead:
            break
    assert step > 2
    assert seen[0] == "old"
    assert seen[-1] == "new" * 1000
    assert [one.name for one in path.parent.iterdir()] == ["values.json"]


def test_a_kill_leaves_the_old_folder_or_the_new(tmp_path):
    seen = []
    for step in range(40):
        path = tmp_path / str(step) / "last"
        path.mkdir(parents=True)
        (path / "a").write_text("old")
        dead = killed(WRITE_FOLDER, step, path)
        readable = files.whole_folder(path)
        content = {file.name: file.read_text() for file in readable.iterdir()}
        assert content in ({"a": "old"}, {"a": "new", "b": "new"})
        files.recover_folder(path)
        assert {file.name: file.read_text() for file in path.iterdir()} == content
        assert [one.name for one in path.parent.iterdir()] == ["last"]
        seen.append(content["a"])
        if not dead:
            break
    assert step > 5
    assert (seen[0], seen[-1]) == ("old", "new")
    assert seen == sorted(seen, reverse=True)


def test_a_kill_before_there_was_a_folder_leaves_none(tmp_path):
    for step in range(3):
        path = tmp_path / str(step) / "last"
        assert killed(WRITE_FOLDER, step, path)
        files.recover_folder(path)
        assert not path.exists()


def test_an_error_while_filling_leaves_the_old_folder(tmp_path):
    path = tmp_path / "last"
    with files.folder_written_atomically(path) as folder:
        (folder / "a").write_text("old")

    def fail():
        with files.folder_written_atomically(path) as folder:
            (folder / "a").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (path / "a").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["last"]


def test_files_are_synced_by_what_may_write_and_folders_by_what_reads(tmp_path, monkeypatch):
    """Windows refuses to sync a file that was opened for reading."""
    flags, real = {}, os.open

    def noted(path, flag):
        flags[Path(path).name] = flag
        return real(path, flag)

    monkeypatch.setattr(files.os, "open", noted)
    with files.folder_written_atomically(tmp_path / "last") as folder:
        (folder / "file").write_text("new")
        (folder / "inner").mkdir()
    assert flags["file"] == os.O_RDWR
    assert flags["inner"] == os.O_RDONLY


def test_a_failed_write_leaves_no_litter(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        files.write_atomically(tmp_path / "a", "\ud800")
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json(tmp_path / "a", float("nan"))
    assert list(tmp_path.iterdir()) == []


def test_bytes_and_missing_folders(tmp_path):
    path = tmp_path / "deep" / "er" / "file"
    files.write_atomically(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@given(JSON, st.sampled_from([None, 2]))
def test_json_comes_back(tmp_path_factory, value, indent):
    path = tmp_path_factory.getbasetemp() / "round.json"
    files.write_json(path, value, indent=indent)
    assert files.read_json(path) == value


def test_json_objects_are_replaced_while_they_are_parsed(tmp_path):
    (tmp_path / "a.json").write_text('[{"a": 1}, {"a": 2}]')
    assert files.read_json(tmp_path / "a.json", object_hook=lambda entry: entry["a"]) == [1, 2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, r"a\.json does not exist: check the path"),
        (b'{"a": 1,\n "b"}', r"a\.json is not valid JSON at line 2, column 5"),
        (b"", "is not valid JSON at line 1, column 1"),
        (b'{"a": [1, -Infinity]}', "has the value -Infinity, which is no JSON"),
        (b"NaN", "has the value NaN, which is no JSON"),
        (b"9" * 5000, "has a number of thousands of digits: is it the right file"),
        (b"[" * 200_000, "has lists or objects within each other to no end: is it the right file"),
        (b"\x1f\x8b\x08\x00\xff\xfe", "is not text, expected JSON: is it the right file, or still compressed"),
    ],
)
def test_broken_json_is_one_sentence(tmp_path, content, words):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        files.read_json(path)
    with pytest.raises(DataError, match=r"is a folder, expected a JSON file"):
        files.read_json(tmp_path)
    if content is not None:
        with pytest.raises(DataError, match=r"a\.json.b\.json cannot be read \(Not a directory\): check the path"):
            files.read_json(path / "b.json")


def test_an_error_of_the_hook_is_its_own(tmp_path):
    (tmp_path / "a.json").write_text('{"a": 1}')
    with pytest.raises(ValueError, match="of the hook"):
        files.read_json(tmp_path / "a.json", object_hook=lambda _: (_ for _ in ()).throw(ValueError("of the hook")))


def test_the_data_home_is_the_variable_s_or_the_platform_s(monkeypatch, tmp_path):
    monkeypatch.setenv("SCANPATH_DATA", str(tmp_path))
    assert files.data_home() == tmp_path
    monkeypatch.setenv("SCANPATH_DATA", "")
    assert files.data_home().parts[-2:] == ("scanpath", "data")


def test_sha256(tmp_path):
    (tmp_path / "a").write_bytes(b"a" * 3_000_000)
    assert files.sha256(tmp_path / "a") == hashlib.sha256(b"a" * 3_000_000).hexdigest()


@given(st.lists(st.recursive(st.none() | st.integers() | st.text(), lambda part: st.lists(part, max_size=3))))
def test_a_list_written_entry_by_entry_is_the_same_file(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("lists")
    write_json(folder / "whole.json", entries)
    write_json_list(folder / "parts.json", iter(entries))
    assert (folder / "parts.json").read_bytes() == (folder / "whole.json").read_bytes()
    write_json(folder / "whole.json", {"a": 1, "list": entries})
    write_json_list(folder / "parts.json", iter(entries), key="list", beside={"a": 1})
    assert (folder / "parts.json").read_bytes() == (folder / "whole.json").read_bytes()


def test_a_list_that_breaks_off_leaves_the_old_file(tmp_path):
    write_json_list(tmp_path / "a.json", [1])
    with pytest.raises(ZeroDivisionError):
        write_json_list(tmp_path / "a.json", (1 // number for number in (1, 0)))
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "[1]\n"
