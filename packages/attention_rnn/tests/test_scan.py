"""The fast form against the plain one and the loops: outputs, gradients, shapes, masks, half precision, graphs."""

from __future__ import annotations

import pytest
import torch
from hypothesis import example, given, strategies as st

from scanpath.bench.memory import peak_bytes
from scanpath_attention_rnn import reference
from scanpath_attention_rnn.scan import OPERATOR, _operator, plain_scan, scan

SIDES = st.integers(1, 7)


def cast(given, dtype, scale=1.0):
    """Bring the numbers among the arguments of a scan to a precision."""
    numbers = {name: one for name, one in given._asdict().items() if one is not None and one.is_floating_point()}
    return given._replace(**{name: (scale * one).to(dtype) for name, one in numbers.items()})


def gradients(run, given):
    """Give the gradients of all arguments, of the sum of squares."""
    leaves = given.leaves()
    return torch.autograd.grad(run(*given).float().square().sum(), leaves)


@given(
    st.integers(1, 3), st.sampled_from([1, 2, 5]), st.sampled_from([1, 3]), SIDES, SIDES, st.booleans(), st.booleans()
)
@example(3, 5, 2, 1, 7, True, True)
@example(3, 5, 2, 7, 1, True, True)
@example(3, 5, 2, 1, 1, True, True)
@example(3, 5, 2, 11, 13, True, True)
def test_it_equals_the_plain_form(draw, assert_twins, batch, features, hidden, rows, columns, asked, masked):
    given = draw(batch, features, hidden, rows, columns, 3, asked=asked, masked=masked)
    leaves = given.leaves()
    assert_twins(scan(*given), plain_scan(*given), leaves)


def test_it_equals_the_loops(draw, assert_twins):
    given = draw(2, 3, 2, 5, 3, masked=True)
    leaves = given.leaves()
    assert_twins(scan(*given), reference.scan(*given.plain()), leaves)


@pytest.mark.parametrize("masked", [False, True])
def test_a_large_map_in_single_precision(draw, assert_twins, masked):
    """112 x 112, as of the first layer of MBG^b: 223 steps behind each other."""
    given = cast(draw(1, 5, 7, 112, 112, masked=masked), torch.float32, scale=0.3)
    leaves = given.leaves()
    assert_twins(scan(*given), plain_scan(*given), leaves, tolerance=2e-4)


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_gradcheck(draw, asked, masked):
    given = draw(2, 3, 2, 3, 4, asked=asked, masked=masked)
    leaves = given.leaves()
    rest = given[len(leaves) :]
    assert torch.autograd.gradcheck(lambda *inputs: scan(*inputs, *rest), leaves)


@pytest.mark.parametrize(
    ("backend", "words"),
    [(None, "once_differentiable"), ("eager", "no autograd formula"), ("aot_eager", "double backward")],
)
def test_a_gradient_of_the_gradient_is_refused(draw, backend, words):
    given = draw(1, 2, 1, 2, 2)
    leaves = given.leaves()
    run = scan if backend is None else torch.compile(scan, backend=backend, fullgraph=True)
    (first,) = torch.autograd.grad(run(*given).square().sum(), leaves[:1], create_graph=True)
    with pytest.raises(RuntimeError, match=words):
        first.sum().backward()


def test_half_precision_is_computed_in_full(draw):
    half = cast(draw(2, 3, 5, 6, 7), torch.bfloat16)
    full = cast(half, torch.float32)
    assert scan(*half).dtype == torch.bfloat16
    assert torch.equal(scan(*half), scan(*full).bfloat16())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_gradients_of_half_precision_are_those_of_full_rounded(draw, dtype):
    """But for the rounding of what is read, which they are pulled back from."""
    half = cast(draw(2, 3, 5, 6, 7, masked=True), dtype)
    found, expected = gradients(scan, half), gradients(scan, cast(half, torch.float32))
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == dtype
        torch.testing.assert_close(one.float(), other, rtol=0.02, atol=0.02 * float(other.abs().max()))


@pytest.mark.parametrize("run", [scan, plain_scan])
def test_autocast_leaves_it_in_full(draw, run):
    given = cast(draw(2, 3, 5, 6, 7, masked=True), torch.float32)
    leaves = given.leaves()
    with torch.autocast("cpu", torch.bfloat16):
        inside = run(*given)
    outside = run(*given)
    assert torch.equal(inside, outside)
    pulled = [torch.autograd.grad(one.square().sum(), leaves) for one in (inside, outside)]
    assert all(torch.equal(one, other) for one, other in zip(*pulled, strict=True))


def test_going_backward_under_autocast_is_in_full_too(draw):
    given = cast(draw(2, 3, 5, 6, 7, masked=True), torch.float32)
    expected = gradients(scan, given)
    with torch.autocast("cpu", torch.bfloat16):
        found = gradients(scan, given)
    assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))


def test_where_nobody_goes_backward_nothing_is_kept_for_it(draw):
    """Of 8 x 96 cells two diagonals are held, 16: the rest of the peak is what goes in and comes out, and copies."""
    given = cast(draw(2, 3, 5, 8, 96, 1), torch.float32)
    kept = 4 * 2 * (5 * 5) * (8 * 96) * 2
    expected = scan(*given)
    assert peak_bytes(lambda: scan(*given)) < 0.5 * kept, "no argument wants a gradient"
    given.leaves()
    assert peak_bytes(lambda: scan(*given)) > kept
    with torch.no_grad():
        assert peak_bytes(lambda: scan(*given)) < 0.5 * kept
        assert torch.equal(scan(*given), expected)


@pytest.mark.parametrize(("asked", "masked"), [(False, False), (True, True)])
def test_in_a_graph_it_is_one_operator(draw, assert_twins, asked, masked):
    given = draw(2, 3, 2, 4, 3, asked=asked, masked=masked)
    leaves = given.leaves()
    graphs = []

    def backend(graph, _inputs):
        graphs.append(graph)
        return graph.forward

    assert_twins(torch.compile(scan, backend=backend, fullgraph=True)(*given), scan(*given), leaves)
    with torch.no_grad():
        torch.testing.assert_close(torch.compile(scan, backend=backend, fullgraph=True)(*given), scan(*given))
    nodes = [node for graph in graphs for node in graph.graph.nodes if "sweep" in str(node.target)]
    assert [str(node.target) for node in nodes] == [f"{OPERATOR.replace('::', '.')}.default"] * 2
    assert [node.args[-1] for node in nodes] == [True, False], "what is kept for the backward pass"


@pytest.mark.filterwarnings("ignore:The .grad attribute")  # torch's check reads it of what it has made itself
def test_the_operator_keeps_to_torchs_rules(draw):
    given = draw(2, 3, 2, 4, 3, masked=True)
    cells = given.context.permute(1, 2, 3, 0).reshape(3, 12, 2).contiguous().requires_grad_()
    weights = torch.cat([given.from_context, given.from_state, given.bias.unsqueeze(2)], 2).requires_grad_()
    mask = given.mask.permute(1, 2, 0).reshape(1, 12, 2).double().contiguous()
    for constant in (None, given.constant.requires_grad_()):
        torch.library.opcheck(_operator, (cells, weights, given.heads.requires_grad_(), constant, mask, 4, 3, True))
        with torch.no_grad():
            torch.library.opcheck(_operator, (cells, weights, given.heads, constant, mask, 4, 3, False))


def test_what_nobody_differentiates_gets_no_zeros():
    """Gates and memories are outputs of the operator too, and the largest by far."""
    cells, weights, heads = (torch.randn(*shape, requires_grad=True) for shape in ((3, 96, 2), (2, 20, 14), (2, 2, 5)))
    kept = 4 * 2 * (5 * 5) * 96 * 2
    peak = peak_bytes(lambda: _operator(cells, weights, heads, None, None, 8, 12, True)[0].sum().backward())
    assert kept < peak < 1.5 * kept
