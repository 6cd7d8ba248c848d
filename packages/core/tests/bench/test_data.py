import numpy as np
import pytest

from scanpath.bench.data import Sizes, measure_opening, measure_store, time_in_turn
from scanpath.bench.parts import PARTS
from scanpath.errors import ConfigError

SMALL = Sizes(images=23, regions=3, width=7, batch=11, rounds=2, opened=300)


def test_every_line_has_a_figure_and_what_was_asked_a_verdict(tmp_path):
    pytest.importorskip("h5py")
    lines = list(measure_store(tmp_path, SMALL))
    assert [line.what for line in lines] == [
        "opening 300 pictures in 150 shards",
        "of it on the processor",
        "plain copy: batches of 11",
        "store: batches of 11",
        "store, int8: batches of 11",
        "h5py, row by row: batches of 11",
        "h5py, a list of rows: batches of 11",
        "store by plain copy",
        "store by h5py, row by row",
        "store by h5py, a list of rows",
        "store, int8 by store",
    ]
    assert all(line.value > 0 for line in lines)
    assert [line.met is not None for line in lines] == [True, *[False] * 6, *[True] * 4]


def test_without_h5py_the_rest_is_measured(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    assert not [line for line in measure_store(tmp_path, SMALL) if "h5py" in line.what]


def test_cases_take_turns_on_the_same_rows():
    calls = []
    cases = {name: (lambda rows, name=name: calls.append((name, rows[0]))) for name in "abc"}
    numbers = iter(range(10))
    seconds = time_in_turn(cases, lambda: np.array([next(numbers)]), rounds=2)
    assert [name for name, _ in calls] == [*"abc", *"bca", *"cab"]
    assert [row for _, row in calls] == [0] * 3 + [1] * 3 + [2] * 3
    assert {name: len(times) for name, times in seconds.items()} == {"a": 2, "b": 2, "c": 2}


def test_opening_is_judged(tmp_path):
    line, worked = measure_opening(tmp_path / "x", SMALL)
    assert line.unit == worked.unit == "ms"
    assert line.met == (line.value < 50)
    assert worked.met is None


def test_a_batch_larger_than_the_store_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="batches of 11 pictures were asked of 5: raise --images"):
        list(measure_store(tmp_path, Sizes(images=5, batch=11)))


def test_the_parts_are_known():
    assert PARTS["store"] is measure_store
