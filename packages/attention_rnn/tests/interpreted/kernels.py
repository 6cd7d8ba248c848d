"""Run by test_kernels.py in a process of its own: the kernels against the plain form, interpreted or on a GPU."""

from __future__ import annotations

import os

import pytest
import torch
from hypothesis import example, given, settings, strategies as st
from torch.utils.flop_counter import FlopCounterMode

from scanpath.bench.memory import peak_bytes
from scanpath.errors import ConfigError
from scanpath_attention_rnn import AttentionRNN, ops
from scanpath_attention_rnn.launching import _states, scan_by_kernel
from scanpath_attention_rnn.scan import scan

SIDES = st.integers(1, 5)
NAMES = ("context", "from_context", "from_state", "bias", "heads", "constant")


DEVICE = "cpu" if os.environ.get("TRITON_INTERPRET") == "1" else "cuda"


torch.backends.cudnn.allow_tf32 = False  # the plain form convolves, and is to be exact here


def cast(given, dtype):
    """Bring the arguments of a scan to the device, numbers in a precision."""
    found = {name: one.to(DEVICE) for name, one in given._asdict().items() if one is not None}
    return given._replace(**{name: one.to(dtype) if one.is_floating_point() else one for name, one in found.items()})


@settings(max_examples=3 if DEVICE == "cpu" else 25)  # the interpreter takes seconds for each
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


def test_autocast_leaves_them_in_full(draw):
    given = cast(draw(2, 3, 5, 3, 4, masked=True), torch.float32)
    leaves = given.leaves()
    with torch.autocast(DEVICE, torch.bfloat16):
        inside = scan_by_kernel(*given)
    outside = scan_by_kernel(*given)
    assert torch.equal(inside, outside)
    pulled = [torch.autograd.grad(one.square().sum(), leaves) for one in (inside, outside)]
    torch.testing.assert_close(*pulled, rtol=0, atol=0)


def test_in_a_graph_they_do_the_same(draw, assert_twins):
    given = cast(draw(2, 3, 2, 4, 3, masked=True), torch.float32)
    leaves = given.leaves()
    run = torch.compile(scan_by_kernel, backend="aot_eager", fullgraph=True)
    assert_twins(run(*given), scan_by_kernel(*given), leaves, tolerance=1e-5)
    with torch.no_grad():
        torch.testing.assert_close(run(*given), scan_by_kernel(*given))


@pytest.mark.parametrize(
    ("backend", "words"),
    [(None, "no autograd formula"), ("eager", "no autograd formula"), ("aot_eager", "create_graph=False")],
)
def test_a_gradient_of_the_gradient_is_refused(draw, backend, words):
    given = cast(draw(1, 2, 1, 2, 2), torch.float32)
    leaves = given.leaves()
    run = scan_by_kernel if backend is None else torch.compile(scan_by_kernel, backend=backend, fullgraph=True)

    def differentiate_twice():
        (first,) = torch.autograd.grad(run(*given).square().sum(), leaves[:1], create_graph=True)
        first.sum().backward()

    with pytest.raises(RuntimeError, match=words):
        differentiate_twice()


@pytest.mark.filterwarnings("ignore:The .grad attribute")  # torch's check reads it of what it has made itself
def test_the_operator_keeps_to_torchs_rules():
    pushed, weights = (torch.randn(*shape, device=DEVICE) for shape in ((2, 2, 6, 8), (2, 8, 4)))
    mask = (torch.rand(2, 6, device=DEVICE) > 0.3).to(torch.int8)
    torch.library.opcheck(_states, (pushed.requires_grad_(), weights.requires_grad_(), mask, 3, 2, True))
    with torch.no_grad():
        torch.library.opcheck(_states, (pushed, weights, mask, 3, 2, False))


def test_they_multiply_what_the_sweep_does(draw):
    """But for the bias, which is a column of the sweep's product."""
    given = cast(draw(2, 3, 5, 3, 4, masked=True), torch.float32)
    leaves = given.leaves()

    def counted(run):
        with FlopCounterMode(display=False) as counter:
            torch.autograd.grad(run(*given).sum(), leaves)
        return counter.get_total_flops()

    bias = 2 * 2 * (4 * 5) * (3 * 4) * 2
    assert counted(scan_by_kernel) == counted(scan) - 2 * bias


def test_where_nobody_goes_backward_gates_and_memories_are_not_written(draw):
    given = cast(draw(1, 3, 5, 2, 9), torch.float32)
    leaves, cells = given.leaves(), 4 * 2 * 1 * 2 * 9
    with torch.no_grad():
        held, without = peak_bytes(lambda: scan_by_kernel(*given)), scan_by_kernel(*given)
    assert peak_bytes(lambda: scan_by_kernel(*given)) >= held + 5 * 5 * cells
    for leaf in leaves:
        leaf.requires_grad_(False)
    assert torch.equal(scan_by_kernel(*given), without)
    given.heads.requires_grad_()  # whose gradient the states are enough for
    assert peak_bytes(lambda: scan_by_kernel(*given)) < held + 5 * cells


def test_what_nobody_differentiates_gets_no_zeros():
    """Gates and memories are outputs too: five numbers more a unit, cell and stream, at a peak of 14."""
    pushed = torch.randn(2, 1, 18, 20, device=DEVICE, requires_grad=True)
    weights = torch.randn(2, 20, 10, device=DEVICE, requires_grad=True)
    peak = peak_bytes(lambda: _states(pushed, weights, None, 2, 9, True)[0].sum().backward())
    assert peak < 16 * 4 * 2 * 18 * 5


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
