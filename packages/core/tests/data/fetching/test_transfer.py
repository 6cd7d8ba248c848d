from __future__ import annotations

import errno
import io
import random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from scanpath.data.fetching.asking import AddressError
from scanpath.data.fetching.partial import PartialFile
from scanpath.data.fetching.transfer import Patience, _write, transfer
from scanpath.errors import DataError

CONTENT = random.Random(3).randbytes(300_007)
QUICK = Patience(timeout=0.3, attempts=3, pause=0.01)


@pytest.fixture
def part(tmp_path):
    return PartialFile(tmp_path / "a.part")


def content(part):
    return part.path.read_bytes()


def test_in_one_go(site, part):
    seen = []
    transfer(site.serve("a", CONTENT), part, size=len(CONTENT), progress=lambda done, total: seen.append((done, total)))
    assert content(part) == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_what_is_whole_is_not_asked_for_again(site, part):
    address = site.serve("a", CONTENT)
    transfer(address, part)
    transfer(address, part)
    assert len(site.requests) == 1


def test_cut_connections_are_taken_up(site, part):
    address = site.serve("a", CONTENT, site.cut(100_000), site.cut(1), site.cut(7))
    transfer(address, part, size=len(CONTENT), patience=Patience(pause=0.01))
    assert content(part) == CONTENT
    assert [headers.get("Range") for headers in site.asked("a")] == [
        None, "bytes=100000-", "bytes=100001-", "bytes=100008-",
    ]  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 200_000), max_size=4))
def test_wherever_it_is_cut(site, part, cuts):
    part.discard()
    site.scripts.clear()
    transfer(site.serve("a", CONTENT, *map(site.cut, cuts)), part, patience=Patience(attempts=9, pause=0.001))
    assert content(part) == CONTENT


def test_another_process_goes_on(site, part):
    address = site.serve("a", CONTENT, site.cut(1234))
    with pytest.raises(AddressError, match="broke off after 1,234 of 300,007 bytes"):
        transfer(address, part, patience=Patience(attempts=1))
    transfer(address, PartialFile(part.path))
    assert content(part) == CONTENT
    assert site.asked("a")[1]["Range"] == "bytes=1234-"


def test_a_server_without_ranges_starts_again(site, part):
    address = site.serve("a", CONTENT, site.cut(1234), site.whole)
    transfer(address, part, patience=QUICK)
    assert content(part) == CONTENT


def test_a_server_without_ranges_that_always_cuts_is_left(site, part):
    address = site.serve("a", CONTENT)

    def always(handler, whole):
        handler.head(200, len(whole))
        handler.wfile.write(whole[:999])
        handler.leave()

    site.always["/a"] = always
    with pytest.raises(AddressError, match="broke off after 999"):
        transfer(address, part, patience=QUICK)
    assert len(site.requests) == QUICK.attempts


@pytest.mark.parametrize("length", [300_007, 300_000, 500])
def test_a_file_that_changes_between_two_requests(site, part, length):
    """With an equal size too; with fewer bytes than are here already."""
    new = random.Random(4).randbytes(length)
    said = []

    def change(handler, whole):
        handler.body(whole, up_to=1234)
        site.serve("a", new, tag='"two"')

    transfer(site.serve("a", CONTENT, change), part, patience=QUICK, say=said.append)
    assert content(part) == new


def test_a_change_that_only_the_size_shows(site, part):
    new = random.Random(4).randbytes(400_000)
    said = []

    def change(handler, whole):
        handler.body(whole, up_to=1234)
        site.files["/a"] = new

    transfer(site.serve("a", CONTENT, change, tag=""), part, patience=QUICK, say=said.append)
    assert content(part) == new
    assert "another version of the file than before: it begins again." in said[0]


def test_errors_that_pass(site, part):
    address = site.serve("a", CONTENT, site.status(500), site.status(503, Retry_After="0"))
    transfer(address, part, patience=QUICK)
    assert content(part) == CONTENT


@pytest.mark.parametrize(("code", "requests"), [(403, 1), (404, 1), (500, 3)])
def test_errors_that_stay(site, part, code, requests):
    address = site.serve("a", CONTENT)
    site.always["/a"] = site.status(code)
    with pytest.raises(AddressError, match=f"answered {code}"):
        transfer(address, part, patience=QUICK)
    assert len(site.requests) == requests


def test_silence_after_some_bytes(site, part):
    address = site.serve("a", CONTENT, site.stalling(5000))
    transfer(address, part, patience=QUICK)
    assert content(part) == CONTENT
    assert site.asked("a")[1]["Range"] == "bytes=5000-"


def test_a_length_that_is_not_the_file_s(site, part):
    address = site.serve("a", CONTENT)
    with pytest.raises(AddressError, match="has 300,007 bytes where 5 were expected: another file"):
        transfer(address, part, size=5, patience=QUICK)
    assert part.size == 0


@pytest.mark.parametrize("size", [None, len(CONTENT)])
def test_a_length_that_is_not_told(site, part, size):
    transfer(site.serve("a", CONTENT, site.no_length()), part, size=size, patience=QUICK)
    assert content(part) == CONTENT


def test_less_than_expected_without_a_length(site, part):
    address = site.serve("a", CONTENT, site.no_length(up_to=1000))
    transfer(address, part, size=len(CONTENT), patience=QUICK)
    assert content(part) == CONTENT


def test_more_than_expected_without_a_length(site, part):
    address = site.serve("a", CONTENT)
    site.always["/a"] = site.no_length()
    with pytest.raises(AddressError, match="sends more than the 1,000 bytes"):
        transfer(address, part, size=1000, patience=QUICK)
    assert part.size <= 1000


def test_chunks_that_never_end(site, part):
    address = site.serve("a", CONTENT, site.chunks(up_to=5000))
    transfer(address, part, patience=QUICK)
    assert content(part) == CONTENT


def test_bytes_of_which_nothing_is_known_are_not_kept(site, part):
    part.path.write_bytes(b"x" * 1000)
    transfer(site.serve("a", CONTENT), part)
    assert content(part) == CONTENT
    assert "Range" not in site.asked("a")[0]


class Full(io.BytesIO):
    """A disk that takes ten bytes at a time, and twenty altogether."""

    name = "a.part"

    def write(self, data):
        if self.tell() >= 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data[:10])


def test_a_full_disk():
    stream = Full()
    with pytest.raises(DataError, match=r"a\.part cannot grow any more .No space left on device.: free some space"):
        _write(stream, b"x" * 100)
    assert len(stream.getvalue()) == 20


def test_a_disk_that_takes_a_little_at_a_time():
    stream = Full()
    _write(stream, b"0123456789abcdef")
    assert stream.getvalue() == b"0123456789abcdef"
