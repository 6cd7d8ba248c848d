"""Prepared regions give what the attention gives whole, for every attention that is installed, with its gradients."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from scanpath.attention import create_attention
from scanpath.attention.preparing import attend, prepare, splits
from scanpath.attention.scorers.additive import AdditiveScorer
from scanpath.attention.soft import SoftAttention
from scanpath.errors import ShapeError
from scanpath.registry import addresses
from scanpath.types import Attention

B, K, D, Q = 3, 7, 8, 5
CORE = sorted(
    name
    for part in ("attentions", "scorers")
    for name, address in addresses(part).items()  # type: ignore[arg-type]
    if address.startswith("scanpath.") and name != "layerwise"
)
ONCE = ("additive", "single_hop", "dot", "bilstm", "self_attention")
CASES = [*CORE, {"name": "dot", "score": "cosine", "hidden_dim": 3}, {"name": "dot", "hidden_dim": 3, "maps": 2}]


def built(case: str | dict[str, object]) -> Attention:
    torch.manual_seed(5)
    options = {"name": case} if isinstance(case, str) else dict(case)
    return create_attention(str(options.pop("name")), region_dim=D, query_dim=Q, **options)


def given(name: str) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(3)
    shape = (B, 3, 4) if name in ("conv", "local") else (B, K)
    mask = torch.rand(shape, generator=random) > 0.3
    regions = torch.randn(*shape, D, generator=random).masked_fill(~mask.unsqueeze(-1), torch.nan)
    return regions.requires_grad_(), torch.randn(B, Q, generator=random), mask


@pytest.mark.parametrize("case", CASES, ids=str)
def test_prepared_regions_give_the_same(case: str | dict[str, object]) -> None:
    attention = built(case)
    assert isinstance(attention, nn.Module)
    attention.eval()
    regions, query, mask = given(str(case))
    whole = attention(regions, query, mask)
    gradients = torch.autograd.grad(whole.context.square().sum(), [regions, *attention.parameters()], allow_unused=True)
    prepared = prepare(attention, regions, mask)
    for asked in (torch.zeros_like(query), query):
        found = attend(attention, prepared, asked)
    torch.testing.assert_close(found.context, whole.context)
    torch.testing.assert_close(found.weights, whole.weights)
    again = torch.autograd.grad(found.context.square().sum(), [regions, *attention.parameters()], allow_unused=True)
    for one, other in zip(again, gradients, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            torch.testing.assert_close(one, other)


def test_what_does_not_depend_on_the_query_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    attention = built("additive")
    assert isinstance(attention, SoftAttention)
    scorer = attention.scorer
    assert isinstance(scorer, AdditiveScorer)
    calls: list[int] = []
    scorer.regions.register_forward_hook(lambda *_: calls.append(1))
    regions, query, mask = given("additive")
    prepared = prepare(attention, regions, mask)
    for _ in range(3):
        attend(attention, prepared, query)
    assert calls == [1]


def test_a_subclass_with_a_forward_of_its_own_is_called_whole() -> None:
    class Halved(AdditiveScorer):
        def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
            return super().forward(regions, query, mask) / 2

    assert splits(AdditiveScorer(region_dim=D))
    assert not splits(Halved(region_dim=D))
    attention = SoftAttention(Halved(region_dim=D, query_dim=Q), region_dim=D)
    regions, query, mask = given("additive")
    prepared = prepare(attention, regions, mask)
    assert prepared.keys is None
    torch.testing.assert_close(attend(attention, prepared, query).context, attention(regions, query, mask).context)


def test_regions_and_queries_of_other_widths_are_refused() -> None:
    attention = built("additive")
    with pytest.raises(ShapeError, match=r"expected \(B, K, 8\)"):
        prepare(attention, torch.zeros(B, K, D + 1))
    with pytest.raises(ShapeError, match=r"got a query .*, expected \(B, 5\)"):
        attend(attention, prepare(attention, torch.zeros(B, K, D)), torch.zeros(B, Q + 1))
