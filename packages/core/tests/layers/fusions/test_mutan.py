"""MUTAN against its Tucker core, written out."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath.layers import Mutan


@pytest.mark.parametrize("regions", [2, 3])  # times R = 2, either side of t_v = 5
def test_equals_a_bilinear_form_with_the_core_written_out(with_gradient, monkeypatch, regions):
    by_core, called = Mutan._by_core, []
    monkeypatch.setattr(Mutan, "_by_core", lambda *args: called.append(1) or by_core(*args))
    fusion = Mutan(input_dim=13, query_dim=7, output_dim=3, rank=2, x_dim=5, hidden_query_dim=11).eval()
    # T_ijo = sum_r N_ro,i M_ro,j, where a constant 1 appended to v and q carries the biases
    seen = torch.cat([fusion.x_branches.weight, fusion.x_branches.bias[:, None]], 1)  # (R * t_o, t_v + 1)
    asked = torch.cat([fusion.query_branches.weight, fusion.query_branches.bias[:, None]], 1)
    core = {
        (i, j, o): sum(seen[3 * r + o, i] * asked[3 * r + o, j] for r in range(2))
        for i in range(6)
        for j in range(12)
        for o in range(3)
    }

    def squash(layer, vector):
        sums = [(w * vector).sum() + b for w, b in zip(layer.weight, layer.bias, strict=True)]
        return [*torch.stack(sums).tanh(), 1.0]

    def expected(x, query):
        numbers = []
        for b in range(2):
            q = squash(fusion.query.projections[0], query[b])
            for region in x[b]:
                v = squash(fusion.x.projections[0], region)
                numbers += [sum(core[i, j, o] * v[i] * q[j] for i in range(6) for j in range(12)) for o in range(3)]
        return torch.stack(numbers).view(2, regions, 3)

    x, query = torch.randn(2, regions, 13), torch.randn(2, 7)
    torch.testing.assert_close(with_gradient(fusion, x, query), with_gradient(expected, x, query))
    assert bool(called) == (regions == 3)


def test_a_single_context_of_fewer_numbers_than_the_rank(with_gradient):
    fusion = Mutan(input_dim=13, query_dim=7, output_dim=3, rank=2, x_dim=1, hidden_query_dim=11).eval()
    x, query = torch.randn(2, 13), torch.randn(2, 7)
    one_region = with_gradient(lambda x, query: fusion(x.unsqueeze(1), query).squeeze(1), x, query)
    torch.testing.assert_close(with_gradient(fusion, x, query), one_region)


def test_autocast_comes_close():
    fusion = Mutan(input_dim=13, query_dim=7, output_dim=3, rank=2, x_dim=5, hidden_query_dim=11).eval()
    x, query = torch.randn(2, 3, 7, 13), torch.randn(2, 7)
    with torch.autocast("cpu", torch.bfloat16):
        out = fusion(x, query)
    torch.testing.assert_close(out.float(), fusion(x, query), rtol=0.1, atol=0.05)


def test_the_papers_sizes_are_the_defaults():
    fusion = Mutan(input_dim=2 * 2048, query_dim=2400, glimpses=2)
    assert fusion.output_dim == 510
    squashed = 2 * (2048 * 310 + 310) + 2400 * 310 + 310
    branches = 5 * 510 * (620 + 1) + 5 * 510 * (310 + 1)
    assert sum(one.numel() for one in fusion.parameters()) == squashed + branches


def test_the_last_dropout():
    fusion = Mutan(input_dim=3, query_dim=5, output_dropout=1.0)
    assert (fusion(torch.randn(2, 3), torch.randn(2, 5)) == 0).all()


def test_a_rank_of_nothing():
    with pytest.raises(ConfigError, match="at least 1"):
        Mutan(input_dim=3, query_dim=5, rank=0)
