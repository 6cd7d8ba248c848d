"""torch.compile: as one graph forwards, and trained through it, with equal results.

torch puts no gradient of its own LSTM into a compiled graph (2.11 to 2.15): trained, the graph is broken around it.
"""

from __future__ import annotations

import pytest
import torch

from scanpath_drau import RVAU, DualRecurrentAttention

MADE = {
    "rvau": lambda: RVAU(region_dim=7, query_dim=3),
    "dual": lambda: DualRecurrentAttention(region_dim=7, token_dim=5),
    "grid": lambda: RVAU(region_dim=6, query_dim=3, recurrence="grid_lstm"),
}


def built(name):
    module = MADE[name]().eval()
    regions = torch.randn(2, 2, 3, 6 if name == "grid" else 7)
    other = torch.randn(2, 4, 5) if name == "dual" else torch.randn(2, 3)
    mask = torch.rand(2, 2, 3) > 0.3
    return module, (regions, other, None, mask) if name == "dual" else (regions, other, mask)


def contexts(name, found):
    return [found.regions.context, found.tokens.context] if name == "dual" else [found.context]


# torch itself asks each tensor that enters a graph behind a break for its gradient (2.15)
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")
@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
@pytest.mark.parametrize("name", MADE)
def test_trained_through_compile(name, backend):
    module, given = built(name)
    torch._dynamo.reset()
    results = []
    for run in (module, torch.compile(module, backend=backend)):
        out = contexts(name, run(*given))
        gradients = torch.autograd.grad(sum(one.square().sum() for one in out), list(module.parameters()))
        results.append([*(one.detach() for one in out), *gradients])
    torch.testing.assert_close(results[1], results[0])


@pytest.mark.parametrize("name", MADE)
def test_as_one_graph_forwards(name):
    module, given = built(name)
    torch._dynamo.reset()
    with torch._dynamo.config.patch(allow_rnn=True), torch.no_grad():
        found = torch.compile(module, backend="eager", fullgraph=True)(*given)
        torch.testing.assert_close(contexts(name, found), contexts(name, module(*given)))
