from __future__ import annotations

import pytest

from scanpath.data.fetching.sources import FileSource
from scanpath.data.fetching.store import Stored, settle
from scanpath.errors import DataError


def stored(folder, *gives):
    return Stored(folder, FileSource(name="a.zip", addresses=["http://a/a.zip"], gives=list(gives)))


def test_states_of_a_file_that_stays_as_it_is(tmp_path):
    one = stored(tmp_path)
    assert one.state() == "missing"
    one.path.write_bytes(b"abc")
    assert one.state() == "waiting"  # to be checked
    one.record(bytes=3, done=True)
    assert one.state() == "fetched"
    one.path.write_bytes(b"ab")
    assert one.state() == "waiting"  # somebody changed it
    one.path.unlink()
    assert one.state() == "missing"


def test_states_of_an_archive(tmp_path):
    one = stored(tmp_path, "inside/x")
    assert one.state() == "missing"
    one.path.write_bytes(b"abc")
    assert one.state() == "waiting"
    one.unpacked.mkdir(parents=True)
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "x").write_text("x")
    assert one.state() == "waiting"  # the rest is still to be moved
    one.unpacked.rmdir()
    assert one.state() == "laid"
    one.record(done=True)
    assert one.state() == "fetched"
    (tmp_path / "inside" / "x").unlink()
    assert one.state() == "waiting"  # the archive is there still
    one.path.unlink()
    assert one.state() == "missing"


def test_what_is_laid_holds_something_under_each_name(tmp_path):
    one = stored(tmp_path, "a", "pictures")
    (tmp_path / "a").write_text("a")
    (tmp_path / "pictures").mkdir()
    assert one.state() == "missing"
    (tmp_path / "pictures" / "1.jpg").touch()
    assert one.state() == "laid"
    (tmp_path / "a").write_text("")
    assert one.state() == "missing"


def test_what_is_discarded_leaves_no_receipt(tmp_path):
    one = stored(tmp_path)
    one.path.write_bytes(b"abc")
    one.record(bytes=3, ours=True)
    one.discard()
    assert (one.path.exists(), one.receipt()) == (False, {})


def test_a_broken_receipt_is_none(tmp_path):
    one = stored(tmp_path)
    one.record(bytes=3)
    receipt = tmp_path / ".fetch" / "a.zip.json"
    for text in ("{", "[]"):
        receipt.write_text(text)
        assert one.receipt() == {}


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_content_settles_among_what_is_there(tmp_path):
    content, folder = tmp_path / "content", tmp_path / "folder"
    write(content, a="new", new__b="new", old__c="new", old__sub__d="new")
    write(folder, a="old", old__c="old", old__e="old", f="old")
    settle(content, folder)
    assert tree(folder) == {
        "a": "new", "new/b": "new", "old/c": "new", "old/sub/d": "new", "old/e": "old", "f": "old",
    }  # fmt: skip
    assert tree(content) == {}
    settle(content, folder)  # as after a kill
    assert len(tree(folder)) == 6


def test_a_file_where_a_folder_should_go(tmp_path):
    content, folder = tmp_path / "content", tmp_path / "folder"
    write(content, a__b="new")
    write(folder, a="old")
    with pytest.raises(DataError, match="is a file where a folder should go: move it away"):
        settle(content, folder)
    assert tree(folder) == {"a": "old"}


def test_a_folder_where_a_file_should_go(tmp_path):
    content, folder = tmp_path / "content", tmp_path / "folder"
    write(content, a="new")
    write(folder, a__b="old")
    with pytest.raises(DataError, match="is a folder where a file should go: move it away"):
        settle(content, folder)
