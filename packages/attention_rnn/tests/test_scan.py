"""The fast form against the plain one and the loops: outputs, gradients, shapes, masks, half precision, graphs."""

from __future__ import annotations

import pytest
import torch
from hypothesis import example, given, strategies as st

from scanpath_attention_rnn import reference
from scanpath_attention_rnn.scan import OPERATOR, _operator, plain_scan, scan

SIDES = st.integers(1, 7)


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


def test_a_large_map_in_single_precision(draw, assert_twins):
    """112 x 112, as of the first layer of MBG^b: 223 steps behind each other."""
    given = draw(1, 5, 7, 112, 112)
    given = given._replace(**{name: 0.3 * one.float() for name, one in given._asdict().items() if one is not None})
    leaves = given.leaves()
    assert_twins(scan(*given), plain_scan(*given), leaves, tolerance=2e-4)


@pytest.mark.parametrize("masked", [False, True])
def test_gradcheck(draw, masked):
    given = draw(2, 3, 2, 3, 4, masked=masked)
    given.leaves()
    assert torch.autograd.gradcheck(lambda *inputs: scan(*inputs, given.mask), given[:-1])


def test_a_gradient_of_the_gradient_is_refused(draw):
    given = draw(1, 2, 1, 2, 2)
    leaves = given.leaves()
    (first,) = torch.autograd.grad(scan(*given).square().sum(), leaves[:1], create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.sum().backward()


def test_half_precision_is_computed_in_full(draw):
    given = draw(2, 3, 5, 6, 7)
    half = given._replace(**{name: one.bfloat16() for name, one in given._asdict().items() if one is not None})
    full = half._replace(**{name: one.float() for name, one in half._asdict().items() if one is not None})
    assert scan(*half).dtype == torch.bfloat16
    assert torch.equal(scan(*half), scan(*full).bfloat16())


def test_autocast_leaves_it_in_full(draw):
    given = draw(2, 3, 5, 6, 7)
    single = given._replace(**{name: one.float() for name, one in given._asdict().items() if one is not None})
    with torch.autocast("cpu", torch.bfloat16):
        inside = scan(*single)
    assert torch.equal(inside, scan(*single))


@pytest.mark.parametrize(("asked", "masked"), [(False, False), (True, True)])
def test_in_a_graph_it_is_one_operator(draw, assert_twins, asked, masked):
    given = draw(2, 3, 2, 4, 3, asked=asked, masked=masked)
    leaves = given.leaves()
    graphs = []

    def backend(graph, _inputs):
        graphs.append(graph)
        return graph.forward

    assert_twins(torch.compile(scan, backend=backend, fullgraph=True)(*given), scan(*given), leaves)
    named = [str(node.target) for graph in graphs for node in graph.graph.nodes if "sweep" in str(node.target)]
    assert named == [f"{OPERATOR.replace('::', '.')}.default"]


def test_the_operator_keeps_to_torchs_rules(draw):
    given = draw(2, 3, 2, 4, 3, masked=True)
    cells = given.context.permute(1, 2, 3, 0).reshape(3, 12, 2).contiguous().requires_grad_()
    weights = torch.cat([given.from_context, given.from_state, given.bias.unsqueeze(2)], 2).requires_grad_()
    mask = given.mask.permute(1, 2, 0).reshape(1, 12, 2).double().contiguous()
    for constant in (None, given.constant.requires_grad_()):
        torch.library.opcheck(
            _operator, (cells, weights, given.heads.requires_grad_(), constant, mask, 4, 3),
            test_utils=("test_schema", "test_autograd_registration", "test_faketensor"),
        )  # fmt: skip
