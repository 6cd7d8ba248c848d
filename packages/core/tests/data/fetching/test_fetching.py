from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest
import yaml

from scanpath.data.fetching.claim import claimed
from scanpath.data.fetching.fetching import ask_sizes, check_room, fetch, plan
from scanpath.data.fetching.obtaining import Ways
from scanpath.errors import BusyError, DataError, UnknownNameError

GIGA = 10**9


@pytest.fixture
def table(tmp_path):
    """Write a table of sources with the files that are given."""

    def write(*files):
        path = tmp_path / "sources.yaml"
        path.write_text(yaml.safe_dump({"some": {"about": "x", "folder": "some", "page": "http://a/", "files": files}}))
        return path

    return write


def file(name, address="http://127.0.0.1:9/", **more):
    return {"name": name, "addresses": [address + name if address.endswith("/") else address], **more}


def test_what_is_here_and_what_is_to_come(tmp_path, table):
    sources = table(file("a.bin", size=100), file("b.bin", roughly=50), file("c.bin"), file("d.bin", optional=True))
    planned = plan("some", tmp_path, sources=sources)
    assert [step.state for step in planned.steps] == ["missing"] * 3
    assert (planned.to_come, planned.unknown, planned.folder) == (150, ["c.bin"], tmp_path / "some")
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "a.bin").write_bytes(b"x")
    assert [step.state for step in plan("some", tmp_path, sources=sources).open] == ["waiting", "missing", "missing"]
    assert [step.file.name for step in plan("some", tmp_path, only=["d.bin"], sources=sources).steps] == ["d.bin"]
    with pytest.raises(UnknownNameError):
        plan("some", tmp_path, only=["e"], sources=sources)


def test_the_user_s_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SCANPATH_DATA", str(tmp_path))
    assert plan("coco").folder == tmp_path / "coco"


def test_room_at_the_worst_moment(tmp_path, table):
    first = file("a.zip", size=10, gives=["a"], unpacked=30)
    second = file("b.zip", size=20, gives=["b"])
    third = file("c.bin", size=7)
    sources = table(first, second, third)
    # a.zip 10, a 30; then a 30, b.zip 20, b taken as 40; then a 30, b 40, c 7
    assert plan("some", tmp_path, sources=sources).room == 90
    assert plan("some", tmp_path, only=["a"], sources=sources).room == 40
    assert plan("some", tmp_path, sources=sources, keep=True).room == 107
    assert plan("some", tmp_path, only=["c.bin"], sources=sources).room == 7


def test_a_disk_that_is_too_small(tmp_path, table, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=2 * GIGA))
    planned = plan("some", tmp_path, sources=table(file("a.bin", size=3 * GIGA)))
    with pytest.raises(DataError, match=r"some needs 3\.1 GB of disk .* has 2\.0 GB free: free some, give --root"):
        fetch(planned, Ways())
    check_room(plan("some", tmp_path, sources=table(file("a.bin", size=GIGA))))


def test_sizes_that_the_addresses_tell(site, tmp_path, table):
    gone = site.serve("gone/a.bin", b"")
    site.always["/gone/a.bin"] = site.status(404)
    known = {**file("a.bin", gone), "addresses": [gone, site.serve("a.bin", b"x" * 123)]}
    sources = table(known, file("b.bin", gone), file("c.bin", size=5))
    planned = ask_sizes(plan("some", tmp_path, sources=sources))
    assert [step.size for step in planned.steps] == [123, 0, 5]
    assert (planned.to_come, planned.unknown) == (128, ["b.bin"])


def test_all_of_it_and_again(site, tmp_path, table):
    sources = table(*(file(name, site.serve(name, name.encode())) for name in ("a.bin", "b.bin")))
    fetch(plan("some", tmp_path, sources=sources), Ways())
    assert [(tmp_path / "some" / name).read_bytes() for name in ("a.bin", "b.bin")] == [b"a.bin", b"b.bin"]
    again = plan("some", tmp_path, sources=sources)
    assert again.open == []
    fetch(again, Ways())
    assert len(site.requests) == 2


def test_what_another_process_fetched_meanwhile_is_not_fetched_again(site, tmp_path, table):
    sources = table(file("a.bin", site.serve("a.bin", b"x")))
    early = plan("some", tmp_path, sources=sources)
    fetch(plan("some", tmp_path, sources=sources), Ways())
    fetch(early, Ways())
    assert len(site.requests) == 1


def test_two_at_once(site, tmp_path, table):
    planned = plan("some", tmp_path, sources=table(file("a.bin", site.serve("a.bin", b"x"))))
    lock = tmp_path / "some" / ".fetch" / "lock"
    with claimed(lock, "x"), pytest.raises(BusyError, match=r"some in .* is being fetched by another process"):
        fetch(planned, Ways())
    assert site.requests == []
