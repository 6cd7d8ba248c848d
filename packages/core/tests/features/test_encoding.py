import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from scanpath.errors import DataError
from scanpath.features.encoding import INT8_ERROR, as_tensor, encode, widen


def both_ways(x, dtype):
    features, scales = encode(x, dtype)
    if scales is None:
        return as_tensor(features, dtype)
    found = np.zeros((1, *features.shape), np.float16)
    widen(found, features, scales, np.array([0]), np.array([len(features)]))
    return torch.from_numpy(found[0])


HALVES = st.floats(-60000, 60000, width=32)


@settings(max_examples=80, deadline=None)
@given(x=arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 7)), elements=HALVES))
def test_eight_bits_cost_no_more_than_is_stated(x):
    error = np.abs(both_ways(x, "int8").double().numpy() - x.astype(np.float64))
    assert (error <= INT8_ERROR * np.abs(x).max(-1, keepdims=True).astype(np.float64) + 2.0**-25).all()


def test_eight_bits_by_hand():
    features, scales = encode(np.array([[127.0, -63.4, 0.0], [0.0, 0.0, 0.0]]), "int8")
    assert features.tolist() == [[127, -63, 0], [0, 0, 0]]
    assert scales.tolist() == [1.0, 0.0]


def test_the_bound_of_eight_bits_is_tight():
    x = np.linspace(-1, 1, 100_001, dtype=np.float32)[None]
    error = float(np.abs(both_ways(x, "int8").double().numpy() - x).max())
    assert 0.9 * INT8_ERROR < error <= INT8_ERROR + 2.0**-25


def test_pictures_are_widened_from_where_they_lie():
    draw = np.random.default_rng(0)
    levels, scales = encode(draw.standard_normal((31, 97)).astype(np.float32), "int8")
    levels.flags.writeable = scales.flags.writeable = False  # as mapped files are
    firsts, counts = np.array([7, 0, 26]), np.array([3, 2, 5])
    found = np.zeros((3, 5, 97), np.float16)
    widen(found, levels, scales, firsts, counts)
    for row, first, count in zip(found, firsts, counts, strict=True):
        exact = levels[first : first + count].astype(np.float32) * scales[first : first + count, None]
        assert (row[:count] == exact.astype(np.float16)).all()
        assert not row[count:].any()


@settings(max_examples=50, deadline=None)
@given(x=arrays(np.float32, (2, 3), elements=HALVES))
def test_bfloat16_rounds_as_torch_does(x):
    assert torch.equal(both_ways(x, "bfloat16"), torch.from_numpy(x).bfloat16())


def test_float16_and_float32_are_numpys():
    x = np.random.default_rng(0).standard_normal((3, 5)).astype(np.float32)
    assert (both_ways(x, "float16").numpy() == x.astype(np.float16)).all()
    assert (both_ways(x, "float32").numpy() == x).all()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "int8"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(dtype, wrong):
    with pytest.raises(DataError, match="not a finite number"):
        encode(np.array([[1.0, wrong]]), dtype)


@pytest.mark.parametrize(("dtype", "value"), [("float16", 65600.0), ("int8", -65600.0), ("bfloat16", 3.4e38)])
def test_what_is_too_large_is_refused(dtype, value):
    with pytest.raises(DataError, match=f"too large for {dtype}"):
        encode(np.array([[1.0, value]]), dtype)
