from __future__ import annotations

import hashlib
import io
import os
import random
import zipfile

import pytest

from scanpath.data.fetching.obtaining import Ways, obtain
from scanpath.data.fetching.sources import FileSource
from scanpath.data.fetching.store import Stored
from scanpath.data.fetching.transfer import Patience
from scanpath.errors import DataError

CONTENT = random.Random(5).randbytes(50_021)
SHA = hashlib.sha256(CONTENT).hexdigest()


def packed(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


ARCHIVE = packed({"top/a.json": b"[]", "top/pictures/1.jpg": CONTENT})


@pytest.fixture
def said():
    return []


@pytest.fixture
def ways(said):
    return Ways(Patience(timeout=0.3, attempts=2, pause=0.01), say=said.append)


def stored(tmp_path, *addresses, name="a.bin", **more):
    return Stored(tmp_path / "data", FileSource(name=name, addresses=list(addresses), **more))


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_file_and_its_receipt(site, tmp_path, ways, said):
    address = site.serve("a.bin", CONTENT)
    one = stored(tmp_path, address, sha256=SHA, known_from="us")
    obtain(one, ways)
    assert one.path.read_bytes() == CONTENT
    assert one.receipt() == {
        "address": address, "ours": False, "bytes": len(CONTENT), "checked_by": "sha256", "done": True, "sha256": SHA,
    }  # fmt: skip
    assert (one.state(), said) == ("fetched", [])
    assert names(one.folder) == {"a.bin", ".fetch/a.bin.json"}


def test_a_checksum_that_nobody_tells_is_told_and_recorded(site, tmp_path, ways, said):
    one = stored(tmp_path, site.serve("a.bin", CONTENT))
    obtain(one, ways)
    assert said == [f"nobody tells a checksum of a.bin: its sha256 {SHA} is recorded."]
    assert (one.receipt()["sha256"], one.receipt()["checked_by"]) == (SHA, None)


def test_mirrors_in_their_order(site, tmp_path, ways, said):
    addresses = [
        site.serve("gone/a.bin", b"", site.status(404)),
        site.serve("page/a.bin", b"", site.status(200)),
        site.serve("wrong/a.bin", b"x" * len(CONTENT)),
        site.serve("short/a.bin", b"x"),
        site.serve("good/a.bin", CONTENT),
        site.serve("never/a.bin", CONTENT),
    ]
    one = stored(tmp_path, *addresses, sha256=SHA, size=len(CONTENT), known_from="us")
    obtain(one, ways)
    assert one.path.read_bytes() == CONTENT
    assert one.receipt()["address"] == addresses[4]
    assert len(said) == 4
    assert not site.asked("never/a.bin")
    for line, words in zip(said, ["404", "web page", "has the sha256", "has 1 bytes where"], strict=True):
        assert words in line


def test_a_mirror_goes_on_where_another_broke_off(site, tmp_path, ways):
    """Its checksum will tell whether they had the same file."""
    bad = site.serve("bad/a.bin", CONTENT, tag='"bad"')
    site.always["/bad/a.bin"] = site.cut(1000)
    site.scripts["/bad/a.bin"].extend([site.cut(1000), site.status(404)])
    good = site.serve("good/a.bin", CONTENT, tag='"good"')
    one = stored(tmp_path, bad, good, sha256=SHA, known_from="us")
    obtain(one, ways)
    assert one.path.read_bytes() == CONTENT
    assert site.asked("good/a.bin")[0]["Range"] == "bytes=1000-"


def test_a_mirror_starts_again_where_no_checksum_would_tell(site, tmp_path, ways):
    bad = site.serve("bad/a.bin", b"x" * len(CONTENT), site.cut(1000), site.status(404))
    good = site.serve("good/a.bin", CONTENT)
    one = stored(tmp_path, bad, good)
    obtain(one, ways)
    assert one.path.read_bytes() == CONTENT


def test_a_later_call_goes_on_at_the_mirror_that_the_part_is_of(site, tmp_path, ways):
    """The first one would begin anew: nothing tells whether it has the same bytes."""
    first = site.serve("first/a.bin", b"x" * len(CONTENT), site.status(404))
    second = site.serve("second/a.bin", CONTENT, site.cut(1000), site.status(404))
    one = stored(tmp_path, first, second)
    with pytest.raises(DataError, match="1,000 bytes of it are kept"):
        obtain(one, ways)
    obtain(one, ways)
    assert one.path.read_bytes() == CONTENT
    assert site.asked("second/a.bin")[-1]["Range"] == "bytes=1000-"
    assert len(site.asked("first/a.bin")) == 1


def test_without_any_tag_or_checksum_it_starts_again(site, tmp_path, ways):
    address = site.serve("a.bin", CONTENT, site.cut(1000), site.status(404), tag="")
    one = stored(tmp_path, address)
    with pytest.raises(DataError):
        obtain(one, ways)
    obtain(one, ways)
    assert one.path.read_bytes() == CONTENT
    assert "Range" not in site.asked("a.bin")[-1]


def test_bytes_of_two_versions_are_noticed_and_begun_again(site, tmp_path, ways, said):
    """A server without tags whose file changed between two attempts: the length is the same, the checksum is not."""
    address = site.serve("a.bin", b"x" * len(CONTENT), site.cut(1000), site.status(404), tag="")
    one = stored(tmp_path, address, sha256=SHA, known_from="us")
    with pytest.raises(DataError, match="1,000 bytes of it are kept"):
        obtain(one, ways)
    site.files["/a.bin"] = CONTENT
    obtain(one, ways)
    assert one.path.read_bytes() == CONTENT
    assert "put together from several attempts and begins again" in said[-1]


def test_no_address_gives_it(site, tmp_path, ways):
    first = site.serve("first/a.bin", b"", site.status(403))
    second = site.serve("second/a.bin", b"x" * 7)
    one = stored(tmp_path, first, second, sha256=SHA, known_from="us")
    with pytest.raises(DataError) as caught:
        obtain(one, ways)
    text = str(caught.value)
    assert f"{first} answered 403 (forbidden); what {second} sent has the sha256" in text
    assert f"lay it at {one.path} and run the same command, which checks it." in text
    assert "\n" not in text
    assert (one.part.size, one.path.exists()) == (0, False)


def test_what_is_fetched_by_hand(tmp_path, ways):
    one = Stored(tmp_path, FileSource(name="a.bin", by_hand="https://drive/a", md5=hashlib.md5(CONTENT).hexdigest()))
    with pytest.raises(DataError, match=r"get it in a browser from https://drive/a, lay it at .*a\.bin and run"):
        obtain(one, ways)
    one.path.write_bytes(CONTENT[:-1])
    with pytest.raises(DataError, match=r"has the md5 .* move it away to fetch it, or lay the right one there"):
        obtain(one, ways)
    one.path.write_bytes(CONTENT)
    obtain(one, ways)
    assert (one.state(), one.receipt()["checked_by"], one.path.read_bytes()) == ("fetched", "md5", CONTENT)


def archive(tmp_path, address, **more):
    more = {"gives": ["a.json", "pictures"], "strip": "top", **more}
    return stored(tmp_path, address, name="a.zip", **more)


def test_an_archive_is_unpacked_and_goes(site, tmp_path, ways):
    one = archive(tmp_path, site.serve("a.zip", ARCHIVE))
    obtain(one, ways)
    assert names(one.folder) == {"a.json", "pictures/1.jpg", ".fetch/a.zip.json"}
    assert (one.folder / "pictures" / "1.jpg").read_bytes() == CONTENT
    assert one.state() == "fetched"


def test_an_archive_may_stay(site, tmp_path):
    one = archive(tmp_path, site.serve("a.zip", ARCHIVE))
    obtain(one, Ways(keep=True))
    assert one.path.read_bytes() == ARCHIVE
    assert one.state() == "fetched"


def test_an_archive_that_somebody_laid_there_stays(tmp_path, ways):
    one = archive(tmp_path, "http://never/a.zip")
    one.folder.mkdir()
    one.path.write_bytes(ARCHIVE)
    obtain(one, ways)
    assert (one.folder / "a.json").read_bytes() == b"[]"
    assert one.path.read_bytes() == ARCHIVE


LACKING = packed({"top/a.json": b"[]"})
LEAVING = packed({"top/a.json": b"[]", "top/../../bad": b""})


def test_a_bad_archive_is_thrown_away_and_the_next_mirror_asked(site, tmp_path, ways, said):
    bad = {"page": b"<html>try later</html>", "cut": ARCHIVE[:-30], "lacking": LACKING, "leaving": LEAVING}
    addresses = [site.serve(f"{name}/a.zip", content) for name, content in bad.items()]
    one = stored(tmp_path, *addresses, site.serve("a.zip", ARCHIVE), name="a.zip", gives=["pictures"], strip="top")
    obtain(one, ways)
    assert names(tmp_path) == {"data/a.json", "data/pictures/1.jpg", "data/.fetch/a.zip.json"}
    assert one.receipt()["address"] == f"{site.address}/a.zip"
    told = [line for line in said if "sent" in line]
    words = ["neither a zip nor a tar", "is not a whole archive", "does not hold pictures", "with '..'"]
    for line, address, word in zip(told, addresses, words, strict=True):
        assert line.startswith(f"what {address} sent ")
        assert word in line


def test_no_mirror_has_a_good_archive(site, tmp_path, ways):
    addresses = [site.serve("one/a.zip", LACKING), site.serve("two/a.zip", LEAVING)]
    one = stored(tmp_path, *addresses, name="a.zip", gives=["pictures"], strip="top")
    with pytest.raises(DataError) as caught:
        obtain(one, ways)
    assert f"(what {addresses[0]} sent does not hold pictures; what {addresses[1]} sent holds" in str(caught.value)
    assert (names(tmp_path), one.state()) == (set(), "missing")


@pytest.mark.parametrize(("content", "words"), [(LACKING, "does not hold pictures: it is an"), (LEAVING, "with '..'")])
def test_a_bad_archive_of_the_right_checksum_stays(site, tmp_path, ways, content, words):
    """Any mirror has the same bytes: the table of sources would be wrong, or the limits too narrow."""
    one = archive(tmp_path, site.serve("a.zip", content), sha256=hashlib.sha256(content).hexdigest(), known_from="us")
    with pytest.raises(DataError, match=r"a\.zip .* and nothing of it is used; delete it and fetch it again") as caught:
        obtain(one, ways)
    assert words in str(caught.value)
    assert names(tmp_path) == {"data/a.zip", "data/.fetch/a.zip.json"}


def test_a_bad_archive_that_somebody_laid_there_stays(site, tmp_path, ways):
    one = archive(tmp_path, site.serve("a.zip", ARCHIVE))
    one.folder.mkdir()
    one.path.write_bytes(LACKING)
    for _ in range(2):
        with pytest.raises(DataError, match="does not hold pictures"):
            obtain(one, ways)
        assert one.path.read_bytes() == LACKING
    assert not site.requests


def test_a_bad_archive_that_was_not_unpacked_before_a_kill(site, tmp_path, ways, said, monkeypatch):
    one = archive(tmp_path, site.serve("a.zip", LACKING))

    def die(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("scanpath.data.fetching.obtaining.unpack", die)
        with pytest.raises(KeyboardInterrupt):
            obtain(one, ways)
    assert one.path.read_bytes() == LACKING
    site.files["/a.zip"] = ARCHIVE
    obtain(one, ways)
    assert (one.folder / "pictures" / "1.jpg").read_bytes() == CONTENT
    assert "a.zip does not hold pictures: it is thrown away and fetched again." in said


LISTED = b'\n[{"question_id": 1}]\n'


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (b"<!DOCTYPE html><title>moved</title>", "begins with b'<!DOCTYPE html><title>mo', expected '['"),
        (b'{"questions": []}', "begins with b'{\"questions\": []}', expected '['"),
        (b'[{"question_id": 1', "ends with b'[{\"question_id\": 1', expected ']'"),
        (b" ", "begins with b'', expected '['"),
    ],
)
def test_what_is_no_list_is_refused_by_its_ends(site, tmp_path, ways, said, other, words):
    """VQA-CP, whose checksums nobody tells and whose old host may answer anything as JSON."""
    first = site.serve("old/a.json", other)
    one = stored(tmp_path, first, site.serve("new/a.json", LISTED), name="a.json", brackets="[]")
    obtain(one, ways)
    assert one.path.read_bytes() == LISTED
    assert said[0] == f"what {first} sent {words}."
    laid = stored(tmp_path / "laid", first, name="a.json", brackets="[]")
    laid.folder.mkdir(parents=True)
    laid.path.write_bytes(other)
    with pytest.raises(DataError, match=r"expected '.': move it away to fetch it, or lay the right one there"):
        obtain(laid, ways)
    assert laid.path.read_bytes() == other


@pytest.mark.parametrize("other", [b"try later", ARCHIVE[:-30]])
def test_what_stays_packed_and_is_no_zip_is_refused_by_its_end(site, tmp_path, ways, said, other):
    """Bottom-up features, whose checksums nobody tells and which no unpacking would find out."""
    first = site.serve("old/a.zip", other)
    one = stored(tmp_path, first, site.serve("new/a.zip", ARCHIVE), name="a.zip")
    obtain(one, ways)
    assert (one.path.read_bytes(), one.state()) == (ARCHIVE, "fetched")
    assert said[0] == f"what {first} sent does not end as a zip does: it was cut, or is another file."


def test_a_kill_while_the_content_is_moved(site, tmp_path, ways, monkeypatch):
    """After each rename in turn: the next call ends with the same files."""
    real = os.rename
    for renames in range(3):
        one = archive(tmp_path / str(renames), site.serve("a.zip", ARCHIVE))
        done = 0

        def die(*paths, **more):
            nonlocal done
            if ".unpacked" in str(paths[0]):
                done += 1
                if done > renames:  # noqa: B023 - called within its round
                    raise KeyboardInterrupt
            return real(*paths, **more)

        monkeypatch.setattr(os, "rename", die)
        if renames < 2:
            with pytest.raises(KeyboardInterrupt):
                obtain(one, ways)
            assert one.state() == "waiting"
        monkeypatch.setattr(os, "rename", real)
        obtain(one, ways)
        assert names(one.folder) == {"a.json", "pictures/1.jpg", ".fetch/a.zip.json"}
        assert one.state() == "fetched"


def test_what_a_kill_left_of_an_unpacking_is_not_trusted(site, tmp_path, ways):
    one = archive(tmp_path, site.serve("a.zip", ARCHIVE))
    one.unpacking.mkdir(parents=True)
    (one.unpacking / "a.json").write_bytes(b"half")
    obtain(one, ways)
    assert (one.folder / "a.json").read_bytes() == b"[]"
