from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from scanpath.data.fetching.members import Account, Limits
from scanpath.errors import DataError


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"x" * 10)
    return path


def account(archive, **limits):
    return Account(archive, Limits(**limits))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "the absolute name '/etc/passwd'"),
        ("C:/windows/a", "the absolute name"),
        ("c:a", "the absolute name"),
        ("../a", "with '..'"),
        ("a/../../b", "with '..'"),
        ("a/..", "with '..'"),
        ("a\\..\\b", "not every system"),
        ("ab:stream", "not every system"),
        ("a\x00b", "not every system"),
        ("a\nb", "not every system"),
        ("NUL.txt", "not every system"),
        ("a./b", "not every system"),
        ("a ", "not every system"),
        ("a//b", "not every system"),
        ("", "not every system"),
        ("é" * 200, "of more than 255 bytes"),
    ],
)
def test_names_that_cannot_be(archive, name, words):
    with pytest.raises(DataError, match=r"a\.zip holds the") as caught:
        account(archive).admit(name, folder=False)
    assert words in str(caught.value)
    assert str(caught.value).endswith("and nothing of it is used; delete it and fetch it again.")
    assert "\n" not in str(caught.value)


@given(st.text(max_size=40), st.booleans())
def test_whatever_is_admitted_stays_below(tmp_path_factory, name, folder):
    path = tmp_path_factory.getbasetemp() / "some.zip"
    path.touch()
    try:
        admitted = account(path).admit(name, folder=folder)
    except DataError:
        return
    place = tmp_path_factory.getbasetemp() / "place"
    assert (place / admitted).resolve().is_relative_to(place.resolve())
    assert ".." not in admitted.parts


def test_ordinary_names(archive):
    one = account(archive)
    assert one.admit("images/", folder=True).as_posix() == "images"
    assert one.admit("./images/a b-1_(2).jpg", folder=False).as_posix() == "images/a b-1_(2).jpg"
    assert one.admit("images/", folder=True).as_posix() == "images"  # some archives name a folder twice
    assert one.admit("...hidden/.x", folder=False).as_posix() == "...hidden/.x"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (("a", False), ("a", False), "holds 'a' twice"),
        (("a", False), ("./a", False), "holds './a' twice"),
        (("a", False), ("a/b", False), "as a file and as a folder"),
        (("a", False), ("a/", True), "as a file and as a folder"),
        (("a/b", False), ("a", False), "holds 'a' twice"),
        (("images/a.jpg", False), ("images/A.JPG", False), "holds 'images/A.JPG' twice, case aside: one would be"),
        (("images/a", False), ("Images/A", False), "holds 'Images/A' twice, case aside"),
        (("caf\u00e9", False), ("cafe\u0301", False), "twice, case aside"),
        (("Images", False), ("images/a", False), "holds 'images' as a file and as a folder"),
        (("images/a", False), ("IMAGES", False), "holds 'IMAGES' twice"),
    ],
)
def test_duplicates(archive, first, second, words):
    one = account(archive)
    one.admit(first[0], folder=first[1])
    with pytest.raises(DataError, match=words):
        one.admit(second[0], folder=second[1])


def test_names_keep_their_case(archive):
    one = account(archive)
    assert one.admit("Images/A.JPG", folder=False).as_posix() == "Images/A.JPG"
    assert one.admit("images/b.jpg", folder=False).as_posix() == "images/b.jpg"  # one folder, two files


def test_too_many(archive):
    one = account(archive, members=2)
    one.admit("a", folder=False)
    one.admit("b", folder=False)
    with pytest.raises(DataError, match="holds more than 2 files and folders: it may be a bomb"):
        one.admit("c", folder=False)


def test_too_much(archive):
    one = account(archive, size=100)
    one.add(100)
    with pytest.raises(DataError, match="unpacks to more than 100 bytes: it may be a bomb"):
        one.add(1)


def test_too_much_for_its_size(archive):
    one = account(archive, ratio=5, allowance=40)
    one.add(50)
    with pytest.raises(DataError, match="unpacks to more than 5 times its size"):
        one.add(1)
    generous = account(archive, ratio=5, allowance=60)
    generous.add(60)
