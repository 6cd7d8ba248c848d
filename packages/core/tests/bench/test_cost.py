"""The measurement of one pass: what counts, what is left behind, what is refused."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.bench.cost import Pass, measure_cost, measure_costs, results_of
from scanpath.errors import ConfigError
from scanpath.types import Attended, CoAttended, Output

B, K, D = 3, 5, 7


class Pool(nn.Module):
    """Attention over K regions by one linear layer."""

    def __init__(self):
        super().__init__()
        self.score = nn.Linear(D, 1)

    def forward(self, regions, query=None, mask=None):
        weights = self.score(regions).softmax(1)
        return Attended(torch.einsum("bko,bkd->bd", weights, regions), weights.transpose(1, 2), {})


def test_cost_of_a_linear_layer_by_hand():
    cost = measure_cost(nn.Linear(3, 5), (torch.ones(2, 3),), repeats=3, warmup=1)
    assert cost.flops == 2 * (2 * 2 * 3 * 5)
    assert cost.parameters == 20
    assert cost.peak_bytes == (10 + 10 + 15 + 5) * 4
    low, high = cost.spread
    assert 0 < low <= cost.milliseconds <= high


def test_forward_alone_costs_less():
    regions = torch.randn(B, K, D)
    both = measure_cost(Pool(), (regions,), repeats=1, warmup=1)
    forward = measure_cost(Pool(), {"regions": regions}, backward=False, repeats=1, warmup=1)
    assert forward.flops == 2 * B * K * D + 2 * B * K * D
    assert both.flops > forward.flops
    assert both.peak_bytes > forward.peak_bytes


def test_no_gradient_is_left_behind():
    pool, regions = Pool(), torch.randn(B, K, D, requires_grad=True)
    measure_cost(pool, (regions,), repeats=1, warmup=1)
    assert regions.grad is None
    assert all(parameter.grad is None for parameter in pool.parameters())


def test_several_are_measured_in_turns():
    order = []

    def call(name):
        def run(x):
            order.append(name)
            return x * 2

        return run

    x = torch.ones(2, requires_grad=True)
    costs = measure_costs({"a": (call("a"), (x,)), "b": (call("b"), (x,))}, repeats=3, warmup=1)
    assert order[-6:] == ["a", "b", "b", "a", "a", "b"]  # none runs behind the same one always
    assert list(costs) == ["a", "b"]
    assert costs["a"].parameters == 0
    assert costs["a"].peak_bytes == costs["b"].peak_bytes


def test_results_are_what_a_model_computes_with():
    context, other = torch.ones(1, requires_grad=True), torch.ones(2, requires_grad=True)
    attended = Attended(context, other, {})
    assert results_of(attended) == [context]
    assert results_of(CoAttended(attended, Attended(other, context, {}))) == [context, other]
    assert results_of(Output(other, {"maps": context})) == [other]
    assert results_of((context, {"a": other}, torch.ones(1), "word")) == [context, other]


def test_nothing_to_go_backward_from_is_refused():
    with pytest.raises(ConfigError, match="carries a gradient"):
        measure_cost(torch.tanh, (torch.ones(3),))
    assert measure_cost(torch.tanh, (torch.ones(3),), backward=False, repeats=1).flops == 0


@pytest.mark.parametrize("counts", [{"repeats": 0}, {"warmup": 0}])
def test_zero_passes_are_refused(counts):
    with pytest.raises(ConfigError, match="at least 1"):
        measure_cost(nn.Linear(3, 5), (torch.ones(2, 3),), **counts)


def test_the_device_is_where_the_tensors_are():
    assert Pass(nn.Linear(3, 5), (torch.ones(2, 3),), backward=True).device.type == "cpu"
    assert Pass(torch.tanh, (torch.ones(3, device="meta"),), backward=False).device.type == "meta"
