"""The packed selection: what is in it, where it came from, and its map."""

from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from scanpath_han import AdaptiveHardAttention, HardAttention
from scanpath_han.selection import pack, pick

JOINT = torch.arange(2 * 6 * 3.0).view(2, 6, 3)
PRESENCE = torch.rand(2, 2, 3)


def packed(kept):
    return pack(JOINT, torch.tensor(kept, dtype=torch.bool), PRESENCE)


def test_what_is_kept_is_packed_in_raster_order():
    selection = packed([[0, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0]])
    assert torch.equal(selection.cells, torch.stack([JOINT[0, 1], JOINT[0, 4], JOINT[1, 0]]))
    assert selection.positions.tolist() == [1, 4, 0]
    assert selection.samples.tolist() == [0, 0, 1]
    assert (selection.lengths.tolist(), selection.counts) == ([2, 1], (2, 1))
    assert selection.offsets.tolist() == [0, 2, 3]
    assert selection.kept().tolist() == [2, 1]
    assert selection.places().tolist() == [1, 4, 6]
    assert (selection.slots, selection.gates) == (None, None)


def test_the_map_of_a_grid():
    weights = packed([[0, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0]]).weights()
    assert weights.shape == (2, 1, 2, 3)
    assert weights.flatten(1).tolist() == [[0, 1, 0, 0, 1, 0], [0] * 6]


def test_a_fixed_number_with_a_gate_that_is_0():
    positions, gates = torch.tensor([[1, 4], [0, 5]]), torch.tensor([[True, True], [True, False]])
    selection = pick(JOINT, positions, gates, PRESENCE)
    assert (selection.slots, selection.counts) == (2, (2, 2))
    assert torch.equal(selection.cells.view(2, 2, 3)[1], JOINT[1, [0, 5]])
    assert selection.kept().tolist() == [2, 1]
    assert selection.weights().flatten(1).tolist() == [[0, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0]]


def test_all_cells_are_not_copied():
    positions = torch.arange(6).expand(2, -1)
    assert pick(JOINT, positions, None, PRESENCE).cells.data_ptr() == JOINT.data_ptr()


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        ((2, 3), [[-1, -1], [-1, 0], [-1, 1], [1, -1], [1, 0], [1, 1]]),
        ((1, 6), [[0, -1 + 0.4 * i] for i in range(6)]),
        ((6,), [[0, 0]] * 6),
    ],
)
def test_coordinates(axes, expected):
    selection = pick(JOINT, torch.arange(6).expand(2, -1), None, torch.rand(2, *axes))
    torch.testing.assert_close(selection.coordinates(), torch.tensor(expected * 2, dtype=torch.float32))


def test_the_result_of_an_attention():
    selection = packed([[0, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0]])
    context, weights, extras = selection.attended(torch.ones(2, 5))
    assert context.shape == (2, 5)
    assert torch.equal(weights, selection.weights())
    assert extras["presence"] is PRESENCE
    assert extras["kept"].tolist() == [2, 1]


def test_gradients_reach_what_is_kept_alone():
    joint = JOINT.clone().requires_grad_()
    kept = torch.tensor([[0, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0]], dtype=torch.bool)
    pack(joint, kept, PRESENCE).cells.sum().backward()
    assert torch.equal(joint.grad, kept.float().unsqueeze(-1).expand_as(joint))


class Asked(TorchDispatchMode):
    """Note the operators whose result's size, or whose value, the host would have to wait for."""

    WAITING = ("_local_scalar_dense", "nonzero.", "masked_select", "unique", "repeat_interleave.Tensor", "item")

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.found += [str(func) for word in self.WAITING if word in str(func)]
        return func(*args, **kwargs or {})


@pytest.mark.parametrize("aggregator", ["sum", "pairwise", {"name": "relation", "recompute": True}], ids=str)
@pytest.mark.parametrize(
    ("attention", "masked", "waits"),
    [(HardAttention, False, 0), (HardAttention, True, 1), (AdaptiveHardAttention, False, 1),
     (AdaptiveHardAttention, True, 1)],
)  # fmt: skip
def test_the_host_waits_for_the_numbers_alone(monkeypatch, attention, masked, waits, aggregator):
    built = attention(region_dim=7, query_dim=5, aggregator=aggregator)
    regions, query = torch.randn(3, 11, 7), torch.randn(3, 5)
    mask = torch.rand(3, 11) > 0.2 if masked else None
    lists = []
    own = torch.Tensor.tolist
    monkeypatch.setattr(torch.Tensor, "tolist", lambda one: lists.append(one.shape) or own(one))
    with Asked() as asked:
        built(regions, query, mask).context.sum().backward()
    assert asked.found == []
    assert lists == [(3,)] * waits
