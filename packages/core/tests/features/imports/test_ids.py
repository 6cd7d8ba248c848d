"""Tables of image ids; pickles of every protocol, and what they might do if they were unpickled."""

import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scanpath.errors import DataError
from scanpath.features.imports.ids import ids_beside, read_ids, read_plain_pickle

#: What Python 2 wrote for {57870: 0, 9: 1}, typed by hand.
PROTOCOL_0 = b"(dp1\nI57870\nI0\nsI9\nI1\ns."
#: And Python 3, protocol 3.
PROTOCOL_3 = b"\x80\x03}q\x00(J\x0e\xe2\x00\x00K\x00K\x09K\x01u."


@pytest.mark.parametrize("content", [PROTOCOL_0, PROTOCOL_3])
def test_pickles_typed_by_hand(tmp_path, content):
    (tmp_path / "x.pkl").write_bytes(content)
    assert read_plain_pickle(tmp_path / "x.pkl") == {57870: 0, 9: 1}
    assert read_ids(tmp_path / "x.pkl", 3).tolist() == [57870, 9, -1]


ITEMS = st.dictionaries(
    st.integers(0, 2**62) | st.integers(0, 10**6).map(str), st.integers(-(2**70), 2**70), max_size=40
) | st.lists(st.integers(-(2**70), 2**70) | st.text(max_size=5), max_size=40)


@settings(max_examples=80, deadline=None)
@given(table=ITEMS, protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_tables_of_every_protocol_are_read(tmp_path_factory, table, protocol):
    path = tmp_path_factory.mktemp("ids") / "x.pkl"
    path.write_bytes(pickle.dumps(table, protocol))
    assert read_plain_pickle(path) == table


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_would_act_does_nothing(tmp_path, protocol):
    trace = tmp_path / "trace"
    (tmp_path / "x.pkl").write_bytes(pickle.dumps({57870: Evil(str(trace))}, protocol))
    with pytest.raises(DataError, match=r"holds the instruction .+ \(at byte \d+\): nothing is unpickled here"):
        read_plain_pickle(tmp_path / "x.pkl")
    assert not trace.exists()


@pytest.mark.parametrize("value", [{1: np.int64(3)}, {1: True}, {1: 2.5}, {1: None}, {1: (2,)}, {1, 2}, b"x"])
def test_other_things_are_refused(tmp_path, value):
    (tmp_path / "x.pkl").write_bytes(pickle.dumps(value))
    with pytest.raises(DataError, match="nothing is unpickled here; where you trust it"):
        read_plain_pickle(tmp_path / "x.pkl")


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, len(PROTOCOL_3) - 1), byte=st.integers(0, 255), cut=st.integers(0, len(PROTOCOL_3)))
def test_a_damaged_pickle_is_a_table_or_a_sentence(tmp_path_factory, place, byte, cut):
    content = bytearray(PROTOCOL_3)
    content[place] = byte
    path = tmp_path_factory.mktemp("ids") / "x.pkl"
    path.write_bytes(content[:cut])
    try:
        found = read_plain_pickle(path)
    except DataError:
        return
    assert isinstance(found, dict | list)


def test_all_forms_say_the_same(tmp_path):
    (tmp_path / "map.json").write_text(json.dumps({"57870": 0, "9": 1}))
    (tmp_path / "list.json").write_text("[57870, 9]")
    np.save(tmp_path / "x.npy", np.array([57870, 9], dtype=np.int32))
    np.savez(tmp_path / "x.npz", image_ids=np.array([57870, 9]))
    np.savez(tmp_path / "y.npz", ids=np.array([57870, 9]))
    (tmp_path / "x.pkl").write_bytes(pickle.dumps([57870, 9]))
    for path in tmp_path.iterdir():
        assert read_ids(path, 2).tolist() == [57870, 9], path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.json", '{"a": 0}', "says 'a': 0, expected an image id and its row"),
        ("x.json", '{"1": "0"}', "says '1': '0'"),
        ("x.json", '{"1": true}', "says '1': True"),
        ("x.json", '{"1": 2}', "puts the image 1 in row 2, of 2"),
        ("x.json", '{"1": -1}', "in row -1, of 2"),
        ("x.json", '{"1": 0, "2": 0}', "puts the images 1 and 2 in the same row 0"),
        ("x.json", "[1]", "has 1 image ids for 2 rows"),
        ("x.json", "[1.5, 2]", "expected one whole number a row"),
        ("x.json", "{", "not valid JSON"),
        ("x.npy", "no array", "cannot be read as an array"),
        ("x.npz", "no array", "has no array 'image_ids' or 'ids'"),
        ("x.txt", "1 2", "holds no image ids that are known here"),
        ("x.pkl", "", "is cut short after 0 bytes"),
        ("x.pkl", "I1\n.", "holds no table of numbers and names"),
    ],
)
def test_a_table_that_does_not_fit_is_a_sentence(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=message):
        read_ids(tmp_path / name, 2)


def test_the_table_beside_a_file_is_found_and_the_plainer_form_first(tmp_path):
    path = tmp_path / "train36.hdf5"
    assert ids_beside(path) is None
    (tmp_path / "train36_imgid2idx.pkl").touch()
    assert ids_beside(path).name == "train36_imgid2idx.pkl"
    (tmp_path / "train36_imgid2idx.json").touch()
    assert ids_beside(path).name == "train36_imgid2idx.json"
