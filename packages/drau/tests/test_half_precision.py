"""bf16 autocast: results and gradients near those of single precision, the recurrence kept in it on a CPU."""

from __future__ import annotations

import pytest
import torch

from scanpath_drau import RVAU, DualRecurrentAttention


@pytest.fixture
def without_onednn():
    """On some machines oneDNN's bf16 layers crash; torch's own follow the same rules of types."""
    enabled = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(False)
    yield
    torch._C._set_mkldnn_enabled(enabled)


def both(module, *given):
    found = []
    for enabled in (False, True):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            out = module(*given)
        contexts = [out.context] if hasattr(out, "context") else [out.regions.context, out.tokens.context]
        total = sum(one.float().square().sum() for one in contexts)
        gradients = torch.autograd.grad(total, list(module.parameters()))
        found.append((contexts, gradients))
    return [tuple(torch.cat([one.detach().float().flatten() for one in parts]) for parts in one) for one in found]


@pytest.mark.usefixtures("without_onednn")
@pytest.mark.parametrize("recurrence", ["lstm", "grid_lstm"])
def test_a_unit_is_near(recurrence):
    module = RVAU(region_dim=38, query_dim=11, recurrence=recurrence).eval()
    single, half = both(module, torch.randn(3, 5, 7, 38), torch.randn(3, 11))
    for one, other in zip(single, half, strict=True):
        assert 0 < (one - other).norm() <= 0.03 * one.norm()


@pytest.mark.usefixtures("without_onednn")
def test_dual_units_are_near():
    module = DualRecurrentAttention(region_dim=37, token_dim=29).eval()
    mask = torch.rand(3, 13) > 0.3
    single, half = both(module, torch.randn(3, 13, 37), torch.randn(3, 5, 29), None, mask)
    for one, other in zip(single, half, strict=True):
        assert 0 < (one - other).norm() <= 0.03 * one.norm()
