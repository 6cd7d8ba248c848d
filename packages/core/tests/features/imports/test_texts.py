"""Streams out of archives are what was packed, from anywhere; every way to spoil an archive is a sentence."""

import gzip
import io
import re
import tarfile
import tracemalloc
import zipfile

import pytest

from scanpath.data.fetching.members import Limits
from scanpath.errors import DataError
from scanpath.features.imports import texts as module
from scanpath.features.imports.texts import is_archive, is_text, texts, unpacked_bytes

CONTENTS = {"d/x.tsv": bytes(range(256)) * 40, "d/readme": b"no features", "d/y.tsv.0": b"line\n" * 999}
OURS = {name: content for name, content in CONTENTS.items() if "tsv" in name}


def zipped(contents=CONTENTS, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.mkdir("d")
        for name, content in contents.items():
            archive.writestr(name, content)
    return stream.getvalue()


def member(name, content=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, io.BytesIO(content)


def tarred(*members):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for one in members or [member("d", type=tarfile.DIRTYPE), *(member(*pair) for pair in CONTENTS.items())]:
            archive.addfile(*one)
    return stream.getvalue()


ARCHIVES = {
    "x.zip": zipped(),
    "stored.ZIP": zipped(method=zipfile.ZIP_STORED),
    "x.tar": tarred(),
    "x.tar.gz": gzip.compress(tarred()),
    "x.tgz": gzip.compress(tarred()),
}


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("skip", [0, 1, 4995, 9999])
def test_members_are_streamed_in_their_order_from_any_byte(tmp_path, name, skip):
    path, others = tmp_path / name, []
    path.write_bytes(ARCHIVES[name])
    found = {}
    for text in texts(path, others.append):
        with text.open(min(skip, text.bytes)) as stream:
            found[text.name] = stream.read()
        assert text.bytes == len(OURS[text.name.split()[0]])
    assert found == {f"{ours} in {name}": content[skip:] for ours, content in OURS.items()}
    assert others == ["d/readme"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ARCHIVES)
def test_members_that_are_not_opened_are_passed_over(tmp_path, name):
    (tmp_path / name).write_bytes(ARCHIVES[name])
    assert [text.open(0).read() for text in texts(tmp_path / name) if "y.tsv" in text.name] == [OURS["d/y.tsv.0"]]


@pytest.mark.parametrize("name", ["x.zip", "x.tgz"])
def test_a_member_is_never_in_memory(tmp_path, name):
    contents = {"x.tsv": b"0123456789abcde\n" * 2**21}  # 32 MiB
    content = zipped(contents) if name == "x.zip" else gzip.compress(tarred(member("x.tsv", contents["x.tsv"])))
    (tmp_path / name).write_bytes(content)
    tracemalloc.start()
    for text in texts(tmp_path / name):
        with text.open(5 * 2**20) as stream:
            assert sum(1 for _ in iter(lambda: stream.read(2**16), b"")) == 27 * 16
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 2**20


def test_a_file_on_the_disk_is_a_text(tmp_path):
    (tmp_path / "x.tsv").write_bytes(b"0123")
    (text,) = texts(tmp_path / "x.tsv")
    with text.open(1) as stream:
        assert (text.name, text.bytes, stream.read()) == ("x.tsv", 4, b"123")


def test_lengths_are_told_before(tmp_path, monkeypatch):
    total = sum(map(len, OURS.values()))
    for name, content in {**ARCHIVES, "x.tsv": b"0123"}.items():
        (tmp_path / name).write_bytes(content)
    assert unpacked_bytes(tmp_path / "x.tsv") == 4
    assert unpacked_bytes(tmp_path / "x.zip") == total
    assert unpacked_bytes(tmp_path / "x.tar") == len(tarred())
    assert unpacked_bytes(tmp_path / "x.tgz") == len(tarred())
    monkeypatch.setattr(module, "_TRIED", len(tarred()) // 2)
    assert total / 4 < unpacked_bytes(tmp_path / "x.tgz") <= len(tarred())


@pytest.mark.parametrize(
    ("name", "text", "archive"),
    [
        ("x.tsv", True, False),
        ("a/b.c/X.TSV", True, False),
        ("x.tsv.12", True, False),
        ("x.tsv.gz", False, False),
        ("x.tsvx", False, False),
        ("__MACOSX/x.tsv", False, False),
        ("d/._x.tsv", False, False),
        ("x.zip", False, True),
        ("x.tar.gz", False, True),
        ("x.tar.bz2", False, False),
        ("x.gz", False, False),
    ],
)
def test_names(tmp_path, name, text, archive):
    assert is_text(name) == text
    assert is_archive(tmp_path / name) == archive


def flagged(content):
    """Say of every member that it is encrypted."""
    changed = bytearray(content)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), content):
            changed[found.start() + flags] |= 1
    return bytes(changed)


def flipped(content, inside):
    changed = bytearray(content)
    changed[content.index(inside) + 3] ^= 1
    return bytes(changed)


def twice():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x.tsv", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("x.tsv", "2")
    return stream.getvalue()


def sparse():
    info, _ = member("x.tsv", pax_headers={"GNU.sparse.map": "0,0", "GNU.sparse.size": "99999999"})
    return tarred((info, io.BytesIO()))


NOT_WHOLE = "is no whole archive"
BAD = {
    "no zip": ("x.zip", b"nothing", NOT_WHOLE),
    "no tar": ("x.tar", b"nothing" * 999, NOT_WHOLE),
    "an empty tar": ("x.tar", b"", NOT_WHOLE),
    "no gzip": ("x.tgz", b"\x1f\x8bnothing", NOT_WHOLE),
    "a cut zip": ("x.zip", zipped()[:-30], NOT_WHOLE),
    "a cut tar": ("x.tar", tarred()[:3000], "unexpected end of data"),
    "a tar cut between members": ("x.tar", tarred()[: -tarfile.RECORDSIZE], "ends without the mark|unexpected end"),
    "a cut gzip": ("x.tgz", gzip.compress(tarred())[:-9], NOT_WHOLE),
    "another checksum in gzip": ("x.tgz", gzip.compress(tarred())[:-8] + bytes(8), NOT_WHOLE),
    "a changed byte": ("x.zip", flipped(zipped(method=0), OURS["d/y.tsv.0"]), r"Bad CRC-32 for file 'd/y.tsv.0'"),
    "a secret": ("x.zip", flagged(zipped()), r"is encrypted \(d/x.tsv\): unpack it with its password"),
    "another method": ("x.zip", zipped(method=zipfile.ZIP_BZIP2), "packs d/x.tsv by method 12, which is not read here"),
    "a name twice": ("x.zip", twice(), "holds 'x.tsv' twice"),
    "no text": ("x.zip", zipped({"a.pth": b"1"}), r"holds no .tsv \(a.pth\): unpack it"),
    "nothing": ("x.tar", tarred()[:512] + bytes(1024), "holds no .tsv: unpack it"),
    "a link": ("x.tar", tarred(member("x.tsv", type=tarfile.SYMTYPE, linkname="/etc/passwd")), "'x.tsv' as a link"),
    "a hard link": ("x.tar", tarred(member("x.tsv", type=tarfile.LNKTYPE, linkname="y")), "'x.tsv' as a link"),
    "a pipe": ("x.tar", tarred(member("x.tsv", type=tarfile.FIFOTYPE)), "'x.tsv' as a link, a device"),
    "a hole": ("x.tar", sparse(), "a sparse file"),
    "a way out": ("x.tar", tarred(member("../x.tsv", b"1")), "with '..'"),
    "a long header": (
        "x.tgz",
        gzip.compress(tarred(member("x.tsv", b"1", pax_headers={"comment": "a" * 5_000_000}))),
        "has more than 1,048,576 bytes between two files: it may be a bomb",
    ),
}


@pytest.mark.parametrize(("name", "content", "message"), BAD.values(), ids=BAD)
def test_a_bad_archive_is_a_sentence(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as told:
        [text.open(0).read() for text in texts(path)]
    assert str(path) in str(told.value)


@pytest.mark.parametrize("name", ["x.zip", "x.tgz"])
def test_a_bomb_is_stopped(tmp_path, name, monkeypatch):
    monkeypatch.setattr(module, "Limits", lambda: Limits(allowance=10_000))
    contents = {"x.tsv": bytes(10_000_000)}
    content = zipped(contents) if name == "x.zip" else gzip.compress(tarred(member(*next(iter(contents.items())))))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match="unpacks to more than 200 times its size: it may be a bomb"):
        [text.open(0).read() for text in texts(tmp_path / name)]


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tgz"])
def test_any_cut_is_a_sentence(tmp_path, name):
    content = ARCHIVES[name]
    end = tarred().rindex(b"line") if name == "x.tar" else len(content)  # behind it a record is filled with zeros
    for length in range(0, end, 101):
        (tmp_path / name).write_bytes(content[:length])
        with pytest.raises(DataError, match=re.escape(str(tmp_path / name))):
            [text.open(0).read() for text in texts(tmp_path / name)]


def test_damage_is_found_behind_what_was_left_out(tmp_path):
    (tmp_path / "x.zip").write_bytes(flipped(zipped(method=0), OURS["d/y.tsv.0"]))
    with pytest.raises(DataError, match="Bad CRC-32"):
        [text.open(100).read() for text in texts(tmp_path / "x.zip")]
