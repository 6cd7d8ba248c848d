"""Run by test_kernels.py in a process of its own: the kernels against the plain form, interpreted or on a GPU."""

from __future__ import annotations

import os

import pytest
import torch
from hypothesis import example, given, settings, strategies as st

from scanpath.errors import ConfigError
from scanpath_attention_rnn import AttentionRNN, ops
from scanpath_attention_rnn.launching import scan_by_kernel
from scanpath_attention_rnn.scan import scan

SIDES = st.integers(1, 5)
NAMES = ("context", "from_context", "from_state", "bias", "heads", "constant")


DEVICE = "cpu" if os.environ.get("TRITON_INTERPRET") == "1" else "cuda"


torch.backends.cudnn.allow_tf32 = False  # the plain form convolves, and is to be exact here


def cast(given, dtype):
    """Bring the arguments of a scan to the device, numbers in a precision."""
    found = {name: one.to(DEVICE) for name, one in given._asdict().items() if one is not None}
    return given._replace(**{name: one.to(dtype) if one.is_floating_point() else one for name, one in found.items()})


@settings(max_examples=8)
@given(st.integers(1, 2), st.sampled_from([1, 3, 5]), SIDES, SIDES, st.booleans(), st.booleans())
@example(2, 5, 1, 7, True, True)
@example(1, 3, 7, 1, True, True)
@example(1, 1, 1, 1, False, False)
@example(1, 2, 17, 3, True, True)
def test_they_equal_the_plain_form(draw, assert_twins, batch, hidden, rows, columns, asked, masked):
    given = cast(draw(batch, 3, hidden, rows, columns, 3, asked=asked, masked=masked), torch.float32)
    leaves = given.leaves()
    assert_twins(scan_by_kernel(*given), ops.scan(*given.plain()), leaves, tolerance=1e-4)


def test_half_precision_is_near(draw):
    given = draw(2, 3, 5, 3, 4, masked=True)
    found, expected = scan_by_kernel(*cast(given, torch.bfloat16)), scan(*cast(given, torch.float32))
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), expected, atol=0.06, rtol=0.06)


def test_gradients_of_half_precision_are_near(draw):
    given = draw(2, 3, 5, 3, 4, masked=True)
    found = []
    for dtype, run in ((torch.bfloat16, scan_by_kernel), (torch.float32, scan)):
        leaves = cast(given, dtype).leaves()
        of_kind = cast(given, dtype)._replace(**dict(zip(NAMES, leaves, strict=True)))
        found.append(torch.autograd.grad(run(*of_kind).float().square().sum(), leaves))
    for half, full in zip(*found, strict=True):
        torch.testing.assert_close(half.float(), full, atol=0.05 * float(full.abs().max()), rtol=0.1)


@pytest.mark.skipif(DEVICE == "cpu", reason="hours in the interpreter")
@pytest.mark.parametrize(("hidden", "rows", "columns"), [(32, 50, 50), (32, 112, 112), (17, 14, 14), (7, 128, 3)])
def test_large_maps(draw, assert_twins, hidden, rows, columns):
    given = cast(draw(2, 3, hidden, rows, columns), torch.float32)
    given = given._replace(**{name: 0.3 * one for name, one in given._asdict().items() if one is not None})
    leaves = given.leaves()
    assert_twins(scan_by_kernel(*given), scan(*given), leaves, tolerance=1e-3)


def test_a_layer_takes_it_when_asked():
    by_sweep = AttentionRNN(region_dim=3, query_dim=2, hidden=2)
    by_kernel = AttentionRNN(region_dim=3, query_dim=2, hidden=2, kernel="triton")
    by_kernel.load_state_dict(by_sweep.state_dict())
    given = torch.randn(2, 3, 4, 3, device=DEVICE), torch.randn(2, 2, device=DEVICE)
    torch.testing.assert_close(by_kernel.to(DEVICE)(*given), by_sweep.to(DEVICE)(*given))


@pytest.mark.parametrize(("rows", "hidden"), [(129, 2), (2, 33)])
def test_what_has_no_room_is_told(draw, rows, hidden):
    with pytest.raises(ConfigError, match=rf"a map of {rows} rows and hidden={hidden}, and has room for 128 rows"):
        scan_by_kernel(*draw(1, 2, hidden, rows, 1))
