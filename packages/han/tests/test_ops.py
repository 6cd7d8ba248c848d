"""Every equation against its slow twin in reference.py, and the choices by hand: ties, equals, masks."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ConfigError
from scanpath_han import ops, reference

AXES = (3, 5)


def sizes_with_ties(batch, seed):
    """Draw presences of which many are equal, and a mask."""
    source = torch.Generator().manual_seed(seed)
    return torch.randint(0, 4, (batch, *AXES), generator=source).float(), torch.rand(
        batch, *AXES, generator=source
    ) > 0.4


def as_map(positions, chosen):
    return torch.zeros(len(positions), 15).scatter_(1, positions, chosen.float())


@pytest.mark.parametrize("masked", [False, True])
def test_presence_equals_the_loop(masked):
    joint, mask = torch.randn(2, 13, 7, dtype=torch.float64), torch.rand(2, 13) > 0.4 if masked else None
    torch.testing.assert_close(ops.presence(joint, mask), reference.presence(joint, mask))


def test_presence_of_half_precision_is_read_in_full():
    joint = torch.full((1, 1, 4096), 300.0, dtype=torch.float16)
    assert ops.presence(joint).item() == 300 * 64  # its square sum is beyond float16


def test_norms_by_hand():
    joint = torch.tensor([[[3.0, -4.0], [0.0, 1.0], [9.0, 9.0]]])
    mask = torch.tensor([[True, True, False]])
    found = {norm: ops.presence(joint, mask, norm=norm)[0].tolist() for norm in ("l2", "l1", "rms", "relative")}
    assert (found["l2"], found["l1"]) == ([5, 1, 0], [7, 1, 0])
    assert found["rms"] == pytest.approx([5 / 2**0.5, 1 / 2**0.5, 0])
    assert found["relative"] == pytest.approx([5 / 3, 1 / 3, 0])
    assert ops.presence(torch.zeros(1, 2, 3), norm="relative").tolist() == [[0, 0]]


def test_an_unknown_norm_is_told():
    with pytest.raises(ConfigError, match=r"norm='l3', expected one of l2, l1, rms, relative\.$"):
        ops.check_norm("HardAttention", "l3")
    with pytest.raises(ConfigError, match=r"relative; did you mean 'relative'\?$"):
        ops.check_norm("HardAttention", "relativ")
    ops.check_norm("HardAttention", "l1")


@given(st.integers(1, 4), st.integers(1, 15), st.integers(0, 10**6), st.booleans())
def test_the_top_cells_are_those_of_a_sort_by_hand(batch, slots, seed, masked):
    sizes, mask = sizes_with_ties(batch, seed)
    quota = mask.flatten(1).sum(1).clamp_max(slots)
    positions, chosen = ops.top_cells(sizes, slots, *((mask, quota) if masked else ()))
    kept = reference.top(
        sizes.flatten(1), quota.tolist() if masked else [slots] * batch, mask.flatten(1) if masked else None
    )
    assert torch.equal(as_map(positions, chosen), kept)
    assert (positions.diff(dim=1) > 0).all()


@given(st.integers(1, 4), st.integers(0, 10**6), st.booleans(), st.sampled_from([0.3, 1.0, 2.5, 100.0]))
def test_the_cells_above_are_those_of_the_loop(batch, seed, masked, threshold):
    sizes, mask = sizes_with_ties(batch, seed)
    mask = mask if masked else None
    kept = ops.cells_above(sizes, mask, threshold=threshold, temperature=1.7)
    flat = None if mask is None else mask.flatten(1)
    twin = reference.above(sizes.flatten(1), flat, threshold=threshold, temperature=1.7)
    assert torch.equal(kept.float(), twin)


@pytest.mark.parametrize("count", range(1, 65))
def test_where_all_are_alike_the_first_is_kept(count):
    """No share exceeds the uniform one, by no rounding either."""
    kept = ops.cells_above(torch.full((2, count), 37.3))
    assert kept.tolist() == [[True] + [False] * (count - 1)] * 2


def test_one_real_cell_is_kept_and_nothing_of_nothing():
    mask = torch.tensor([[False, False, True], [False, False, False]])
    assert ops.cells_above(torch.tensor([[9.0, 8.0, 1.0]] * 2), mask).tolist() == mask.tolist()


def test_straight_through_has_the_values_of_one_and_the_gradient_of_the_other():
    soft = torch.tensor([[1e7, 0.3]], requires_grad=True)
    gates = ops.straight_through(torch.tensor([[1, 0]]), soft)
    assert gates.tolist() == [[1, 0]]
    assert torch.autograd.grad(gates @ torch.tensor([2.0, 3.0]), soft)[0].tolist() == [[2, 3]]


@pytest.mark.parametrize("compiling", [False, True])
def test_rows_are_taken_and_their_gradients_added(monkeypatch, compiling):
    monkeypatch.setattr("torch.compiler.is_compiling", lambda: compiling)
    rows = torch.arange(6.0).view(3, 2).requires_grad_()
    found = ops.taken(rows, torch.tensor([2, 0, 2]))
    assert found.tolist() == [[4, 5], [0, 1], [4, 5]]
    found.sum().backward()
    assert rows.grad.tolist() == [[1, 1], [0, 0], [2, 2]]


def test_sums_of_samples():
    rows, samples = torch.arange(10.0).view(5, 2), torch.tensor([0, 0, 2, 2, 2])
    assert ops.summed(rows, samples, 4).tolist() == [[2, 4], [0, 0], [18, 21], [0, 0]]
    assert ops.summed(rows.bfloat16(), samples, 4).dtype == torch.float32


@pytest.mark.parametrize("masked", [False, True])
def test_pairwise_equals_the_loop(masked):
    torch.manual_seed(0)
    joint, weights = torch.randn(3, 5, 7, dtype=torch.float64), torch.ones(3, 5, dtype=torch.float64)
    if masked:
        weights[0, 1] = weights[1, 1:] = weights[2] = 0
    maps = [torch.randn(2 * 11, 7, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    sides = ((joint @ one.T).view(3, 5, 2, 11) for one in maps)
    fast = ops.pairwise(*sides, weights > 0 if masked else None, scale=0.3)
    slow = reference.pairwise(joint, weights, *maps, heads=2, scale=0.3)
    torch.testing.assert_close(fast, slow)
    pull = torch.linspace(-1, 1, fast.numel(), dtype=torch.float64).view_as(fast)
    torch.testing.assert_close(*(torch.autograd.grad((one * pull).sum(), maps) for one in (fast, slow)))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.data())
def test_pairs_are_those_of_two_loops(counts, data):
    lengths = torch.tensor(counts)
    samples = torch.repeat_interleave(lengths)
    firsts = [sum(counts[:b]) for b in range(len(counts))]
    expected = [
        [first + i, first + j] for first, n in zip(firsts, counts, strict=True) for i in range(n) for j in range(n)
    ]
    start = data.draw(st.integers(0, len(expected)))
    stop = data.draw(st.integers(start, len(expected)))
    found = torch.stack(ops.pairs(start, stop, lengths, samples), 1)
    assert found.tolist() == expected[start:stop]
