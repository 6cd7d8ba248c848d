from __future__ import annotations

from scanpath.data.fetching.asking import Version
from scanpath.data.fetching.partial import PartialFile

VERSION = Version("http://a/b", etag='"one"', total=11)


def grow(part, data, *, start=0):
    with part.growing(VERSION, start=start) as stream:
        stream.write(data)


def test_it_grows_and_is_known(tmp_path):
    part = PartialFile(tmp_path / "b.part")
    assert (part.size, part.version(), part.whole) == (0, None, False)
    grow(part, b"hello ")
    assert (part.size, part.version(), part.whole) == (6, VERSION, False)
    again = PartialFile(tmp_path / "b.part")
    grow(again, b"world", start=6)
    assert (again.whole, again.path.read_bytes()) == (True, b"hello world")


def test_it_begins_anew(tmp_path):
    part = PartialFile(tmp_path / "b.part")
    grow(part, b"something else")
    grow(part, b"hello")
    assert part.path.read_bytes() == b"hello"


def test_bytes_of_which_nothing_is_known(tmp_path):
    part = PartialFile(tmp_path / "b.part")
    grow(part, b"hello")
    about = tmp_path / "b.part.json"
    for text in ("{", "[]", '{"colour": 1}'):
        about.write_text(text)
        assert part.version() is None
    about.unlink()
    assert (part.version(), part.whole) == (None, False)


def test_discarded_and_moved_leave_nothing(tmp_path):
    part = PartialFile(tmp_path / "b.part")
    grow(part, b"hello")
    part.discard()
    assert list(tmp_path.iterdir()) == []
    grow(part, b"hello")
    part.moved_to(tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
