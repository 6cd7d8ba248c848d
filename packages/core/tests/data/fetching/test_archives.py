from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from scanpath.data.fetching.archives import unpack
from scanpath.data.fetching.members import Limits
from scanpath.errors import DataError

FILES = {"top/a.json": b"[1, 2]", "top/images/1.jpg": os.urandom(5000), "top/empty": b""}


def zipped(files=FILES, method=zipfile.ZIP_DEFLATED, **attributes):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.writestr(info, data)
    return stream.getvalue()


def tarred(files=FILES, *, format=tarfile.GNU_FORMAT, **attributes):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(data) if info.isfile() else None)
    return stream.getvalue()


@pytest.fixture
def tried(tmp_path):
    """Unpack bytes; return what came out by its path."""

    def call(data, **more):
        archive, folder = tmp_path / "a.archive", tmp_path / "inside" / "out"
        archive.write_bytes(data)
        folder.mkdir(parents=True, exist_ok=True)
        unpack(archive, folder, **more)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    return call


@pytest.mark.parametrize(
    "data",
    [
        zipped(),
        zipped(method=zipfile.ZIP_STORED),
        zipped(method=zipfile.ZIP_LZMA),
        tarred(),
        tarred(format=tarfile.PAX_FORMAT),
        tarred(format=tarfile.USTAR_FORMAT),
        gzip.compress(tarred(), mtime=0),
        bz2.compress(tarred()),
        lzma.compress(tarred()),
    ],
    ids=["zip", "stored", "lzma zip", "gnu tar", "pax tar", "ustar", "tar.gz", "tar.bz2", "tar.xz"],
)
def test_good_archives(tried, data):
    assert tried(data) == FILES


def test_folders_and_bytes(tmp_path):
    archive, folder = tmp_path / "a.zip", tmp_path / "out"
    archive.write_bytes(zipped({"top/": b"", "top/x": b"abc"}))
    folder.mkdir()
    seen = []
    assert unpack(archive, folder, progress=lambda done, total: seen.append((done, total))) == 3
    assert ((folder / "top").is_dir(), seen) == (True, [(3, 3)])


def test_long_names(tried):
    name = "/".join(["d" * 90] * 3)
    assert tried(tarred({name: b"x"}, format=tarfile.PAX_FORMAT)) == {name: b"x"}


def test_the_top_folder_left_away(tried):
    assert tried(zipped(), strip="top") == {name.removeprefix("top/"): data for name, data in FILES.items()}
    with pytest.raises(DataError, match="holds other/a outside top: it is another archive"):
        tried(zipped({"other/a": b""}), strip="top")


def test_rights_and_owners_stay_behind(tmp_path):
    archive, folder = tmp_path / "a.tar", tmp_path / "out"
    archive.write_bytes(tarred({"a": b"x"}, mode=0o6777, uid=0))
    folder.mkdir()
    unpack(archive, folder)
    assert stat.S_IMODE((folder / "a").stat().st_mode) & 0o6111 == 0


def zip_mode(form):
    return zipped({"bad": b"/etc"}, external_attr=(form | 0o777) << 16)


def encrypted():
    data = bytearray(zipped({"bad": b"x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def other_method():
    data = bytearray(zipped({"bad": b"x"}))
    data[8:10] = b"\x09\x00"
    place = data.index(b"PK\x01\x02") + 10
    data[place : place + 2] = b"\x09\x00"
    return bytes(data)


def damaged():
    data = bytearray(zipped({"bad": b"x" * 100}, zipfile.ZIP_STORED))
    data[data.index(b"xxx") + 1] = 0
    return bytes(data)


def twice(write):
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


def zip_twice(stream):
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"2")


def tar_twice(stream):
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for _ in range(2):
            archive.addfile(tarfile.TarInfo("a"))


def sparse():
    info = tarfile.TarInfo("bad")
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:482] = (b"00000000000\0" * 8)[:96]
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + bytes(1024)


BAD = {
    "zip, path traversal": (zipped({"../../bad": b"x"}), "with '..'"),
    "zip, absolute": (zipped({"/bad": b"x"}), "the absolute name '/bad'"),
    "zip, drive": (zipped({"C:bad": b"x"}), "the absolute name"),
    "zip, backslashes": (zipped({"..\\bad": b"x"}), "not every system"),
    "zip, symbolic link": (zip_mode(stat.S_IFLNK), "holds a symbolic link, 'bad'"),
    "zip, device": (zip_mode(stat.S_IFBLK), "holds a device or a pipe, 'bad'"),
    "zip, pipe": (zip_mode(stat.S_IFIFO), "holds a device or a pipe, 'bad'"),
    "zip, encrypted": (encrypted(), "is encrypted ('bad')"),
    "zip, unknown packing": (other_method(), "by method 9, which Python cannot read: unpack it"),
    "zip, cut": (zipped()[:-30], "is not a whole archive"),
    "zip, beginning alone": (zipped()[:40], "is not a whole archive"),
    "zip, damaged": (damaged(), "is not a whole archive (Bad CRC-32 for file 'bad')"),
    "zip, twice": (twice(zip_twice), "holds 'a' twice"),
    "zip, file and folder": (zipped({"a": b"", "a/b": b""}), "as a file and as a folder"),
    "tar, path traversal": (tarred({"a/../../bad": b"x"}), "with '..'"),
    "tar, absolute": (tarred({"/bad": b"x"}), "the absolute name"),
    "tar, symbolic link": (tarred({"bad": b""}, type=tarfile.SYMTYPE, linkname="/etc"), "a symbolic link, 'bad'"),
    "tar, hard link": (tarred({"bad": b""}, type=tarfile.LNKTYPE, linkname="/etc/passwd"), "a hard link, 'bad'"),
    "tar, character device": (tarred({"bad": b""}, type=tarfile.CHRTYPE), "a device, a pipe or a sparse file"),
    "tar, block device": (tarred({"bad": b""}, type=tarfile.BLKTYPE), "a device, a pipe or a sparse file"),
    "tar, pipe": (tarred({"bad": b""}, type=tarfile.FIFOTYPE), "a device, a pipe or a sparse file"),
    "tar, sparse": (sparse(), "a device, a pipe or a sparse file"),
    "tar, twice": (twice(tar_twice), "holds 'a' twice"),
    "tar, cut inside a file": (tarred()[:3000], "is not a whole archive"),
    "tar, cut behind a file": (tarred({"a": b""})[:512], "ends without the mark that ends a tar"),
    "tar, cut inside the header of the next file": (
        tarred({"a": b"", "b": b""})[:612],
        "ends without the mark that ends a tar",
    ),
    "tar.gz, cut": (gzip.compress(tarred(), mtime=0)[:-20], "is not a whole archive"),
    "tar.gz, damaged": (gzip.compress(tarred(), mtime=0)[:-8] + bytes(8), "is not a whole archive"),
    "gz, no tar inside": (gzip.compress(b"hello" * 300, mtime=0), "is not a whole archive"),
    "a page": (b"<html>please log in</html>", "begins with b'<html>please', neither a zip nor a tar"),
    "nothing": (b"", "begins with b'', neither a zip nor a tar"),
}


@pytest.mark.parametrize("cause", BAD)
def test_bad_archives(tried, tmp_path, cause):
    data, words = BAD[cause]
    with pytest.raises(DataError) as caught:
        tried(data)
    assert words in str(caught.value)
    assert str(tmp_path / "a.archive") in str(caught.value)
    assert "\n" not in str(caught.value)
    outside = {path.name for path in tmp_path.rglob("*") if "out" not in path.parts}
    assert outside == {"a.archive", "inside"}


def test_a_bad_zip_is_known_before_anything_is_written(tried, tmp_path):
    with pytest.raises(DataError):
        tried(zipped({"good": b"x", "../bad": b"x"}))
    assert list((tmp_path / "inside" / "out").iterdir()) == []


LITTLE = Limits(size=2**20, members=50, ratio=20, allowance=2**16)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({"zeros": bytes(2**19)}), "more than 20 times its size"),
        (gzip.compress(tarred({"zeros": bytes(2**19)}), mtime=0), "more than 20 times its size"),
        (zipped({"noise": os.urandom(2**20 + 1)}), "more than 1,048,576 bytes"),
        (tarred({"noise": os.urandom(2**20 + 1)}), "more than 1,048,576 bytes"),
        (zipped({str(number): b"" for number in range(51)}), "more than 50 files and folders"),
        (tarred({str(number): b"" for number in range(51)}), "more than 50 files and folders"),
        (gzip.compress(tarred() + bytes(2**19), mtime=0), "more than 20 times its size"),
    ],
    ids=["zip ratio", "tar.gz ratio", "zip size", "tar size", "zip count", "tar count", "zeros behind the end"],
)
def test_bombs(tried, data, words):
    with pytest.raises(DataError, match=words) as caught:
        tried(data, limits=LITTLE)
    assert "it may be a bomb" in str(caught.value)


def test_a_bomb_that_lies_about_its_size(tried):
    """The directory says ten bytes; what is packed are a million."""
    data = bytearray(zipped({"zeros": bytes(2**20)}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(DataError, match="not a whole archive"):
        tried(bytes(data))


def test_a_bomb_stops_early(tmp_path, monkeypatch):
    archive, folder = tmp_path / "a.tar.gz", tmp_path / "out"
    archive.write_bytes(gzip.compress(tarred({"zeros": bytes(2**24)}), mtime=0))
    folder.mkdir()
    with pytest.raises(DataError, match="bomb"):
        unpack(archive, folder, limits=LITTLE)
    assert sum(path.stat().st_size for path in folder.rglob("*")) <= 2**20


@pytest.mark.parametrize("data", [zipped(), gzip.compress(tarred(), mtime=0), tarred()], ids=["zip", "tar.gz", "tar"])
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_damage_anywhere_is_one_sentence(tmp_path_factory, data, draw):
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        broken[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    broken = broken[: draw.draw(st.integers(len(data) // 2, len(data)))]
    home = tmp_path_factory.mktemp("fuzz")
    (home / "a").write_bytes(broken)
    (home / "out").mkdir()
    said = ""
    try:
        unpack(home / "a", home / "out", limits=Limits(size=10**6))
    except DataError as error:
        said = str(error)
    assert "\n" not in said
    assert {path.name for path in home.iterdir()} == {"a", "out"}


def test_a_full_disk(tmp_path, monkeypatch):
    import scanpath.data.fetching.archives as archives

    def full(*_arguments, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    archive, folder = tmp_path / "a.zip", tmp_path / "out"
    archive.write_bytes(zipped())
    folder.mkdir()
    monkeypatch.setattr(archives._Place, "write", full)
    with pytest.raises(DataError, match=r"has no space left for what a\.zip holds: free some"):
        unpack(archive, folder)


def test_an_error_of_the_system_stays_one(tmp_path, monkeypatch):
    import scanpath.data.fetching.archives as archives

    def refused(*_arguments, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    archive, folder = tmp_path / "a.zip", tmp_path / "out"
    archive.write_bytes(zipped())
    folder.mkdir()
    monkeypatch.setattr(archives._Place, "write", refused)
    with pytest.raises(PermissionError):
        unpack(archive, folder)
