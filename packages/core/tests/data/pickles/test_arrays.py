from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from scanpath.data.cifar_writing import old_pickle
from scanpath.data.pickles import parse_old_pickle
from scanpath.errors import DataError

PATH = Path("train")
#: What cPickle of Python 2 writes for {'data': a 2x3 array of bytes, 'fine_labels': [7, 300, 7]}, typed by hand:
#: memo instructions (q) after everything, the array by numpy's _reconstruct, its type built before the array.
GOLDEN = (
    b"\x80\x02}q\x01(U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\nq\x04K\x00\x85U\x01b"
    b"\x87Rq\x05(K\x01K\x02K\x03\x86cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xff"
    b"J\xff\xff\xff\xffK\x00tb\x89U\x06\x00\x01\x02\xfd\xfe\xfftbU\x0bfine_labelsq\x08]q\x09(K\x07M\x2c\x01K\x07eu."
)


def test_the_golden_bytes_are_what_python_unpickles_too() -> None:
    found = parse_old_pickle(GOLDEN, PATH)
    assert found.keys() == {b"data", b"fine_labels"}
    assert found[b"data"].tolist() == [[0, 1, 2], [253, 254, 255]]
    assert found[b"data"].dtype == np.uint8
    assert found[b"fine_labels"] == [7, 300, 7]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy has moved the name since
        theirs = pickle.loads(GOLDEN, encoding="bytes")
    assert theirs[b"data"].tolist() == found[b"data"].tolist()
    assert theirs[b"fine_labels"] == found[b"fine_labels"]


def test_other_instructions_of_the_same_time() -> None:
    """Long integers, values taken from the memo, single appends and items, arrays in Fortran's order."""
    data = b"\x80\x02}(U\x01aq\x01]q\x02(\x8a\x02\xff\x7f\x8a\x00NK\x05eU\x01b]K\x09aU\x01ch\x02U\x01d)u"
    data += b"U\x01er\x00\x01\x00\x00j\x00\x01\x00\x00s."
    assert parse_old_pickle(data, PATH) == {
        b"a": [32767, 0, None, 5],
        b"b": [9],
        b"c": [32767, 0, None, 5],
        b"d": (),
        b"e": b"e",
    }
    fortran = GOLDEN.replace(b"tb\x89U", b"tb\x88U")
    assert parse_old_pickle(fortran, PATH)[b"data"].tolist() == [[0, 2, 254], [1, 253, 255]]


values = st.recursive(
    st.text(st.characters(max_codepoint=255), max_size=300) | st.integers(-(2**31), 2**31 - 1),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), values, max_size=4))
def test_what_is_written_is_read_here_and_by_python(content) -> None:
    data = old_pickle(content)
    assert plain(parse_old_pickle(data, PATH)) == content
    assert plain(pickle.loads(data, encoding="bytes")) == content


@given(arrays(np.uint8, array_shapes(max_dims=3, min_side=1, max_side=7)))
def test_arrays_are_read_without_a_copy(array) -> None:
    data = old_pickle({"data": array})
    found = parse_old_pickle(data, PATH)[b"data"]
    np.testing.assert_array_equal(found, array)
    assert not found.flags.writeable


def plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return str(value, "latin-1")
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    return value


class Runs:
    """Makes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.target,)


def test_nothing_is_imported_or_called(tmp_path: Path) -> None:
    target = tmp_path / "run"
    data = pickle.dumps({"data": Runs(target)}, protocol=2)
    with pytest.raises(DataError, match=r"train (asks for|holds the instruction)"):
        parse_old_pickle(data, PATH)
    assert not target.exists()
    pickle.loads(data)
    assert target.exists()  # so the file was what it should be


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is cut short after 0 bytes"),
        (b"PK\x03\x04", "is no pickle of Python 2's protocol 2"),
        (pickle.dumps({}, protocol=4), "is no pickle of Python 2's protocol 2"),
        (GOLDEN[:-40], "is cut short after"),
        (GOLDEN[:-1], "is cut short after"),
        (GOLDEN + b"x", "goes on after its end"),
        (b"\x80\x02cos\nsystem\n(U\x02lstR.", "asks for 'os.system', which data have no use for"),
        (b"\x80\x02cnumpy\nload\n.", "asks for 'numpy.load'"),
        (b"\x80\x02cos", "names something without an end"),
        (b"\x80\x02(U\x02lsios\nsystem\n.", "holds the instruction b'i'"),
        (b"\x80\x02U\x01aQ.", "holds the instruction b'Q'"),
        (b"\x80\x02\x82\x01.", r"holds the instruction b'\\x82'"),
        (GOLDEN.replace(b"u1", b"O8"), "makes something else than an array of unsigned bytes"),
        (GOLDEN.replace(b"K\x02K\x03\x86c", b"K\x02K\x04\x86c"), "has an array of 6 bytes whose shape does not fit"),
        (GOLDEN.replace(b"K\x02K\x03\x86c", b"K\x02N\x86c"), "has an array without a shape"),
        (GOLDEN.replace(b"(K\x01K\x02K", b"(K\x09K\x02K"), "fills something else than an array"),
        (b"\x80\x02}K\x01b.", "fills something else than an array"),
        (b"\x80\x02K\x01K\x02a.", "adds to something else than a list"),
        (b"\x80\x02](K\x01u.", "fills something else than a dictionary"),
        (b"\x80\x02}(K\x01K\x02u.", "has a dictionary whose keys are not texts"),
        (b"\x80\x02T\xff\xff\xff\xff.", "holds a text of negative length"),
        (b"\x80\x02T\xff\xff\xff\x7f.", "is cut short after"),
        (b"\x80\x02cnumpy\nndarray\n.", "leaves an array half made"),
        (b"\x80\x02h\x07.", "has instructions that do not fit each other"),
        (b"\x80\x02e.", "has instructions that do not fit each other"),
        (b"\x80\x02K\x01\x87.", "takes more values than it gave"),
    ],
)
def test_anything_else_is_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        parse_old_pickle(data, PATH)


def is_data_or_refused(data: bytes) -> bool:
    """Parse, and tell whether plain values came out, or a sentence that names the file."""
    try:
        return only_plain(parse_old_pickle(data, PATH))
    except DataError as error:
        return str(error).startswith("train ")


def only_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, bytes) and only_plain(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return all(only_plain(one) for one in value)
    return value is None or isinstance(value, bytes | memoryview | int | np.ndarray)


@given(st.binary(max_size=60))
def test_any_bytes_are_data_or_a_sentence(data) -> None:
    assert is_data_or_refused(b"\x80\x02" + data)


@given(st.data())
def test_a_flipped_byte_is_data_or_a_sentence(drawn) -> None:
    place = drawn.draw(st.integers(0, len(GOLDEN) - 1))
    damaged = GOLDEN[:place] + bytes([drawn.draw(st.integers(0, 255))]) + GOLDEN[place + 1 :]
    assert is_data_or_refused(damaged)
