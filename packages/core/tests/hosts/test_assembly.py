"""What every host does with a mechanism: any of them runs in any host, given its widths."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath.hosts import build_host
from scanpath.plugin import METHOD

SMALL = {
    "canonical": {"region_dim": 5, "embedding_dim": 3, "question_dim": 14, "hidden_dim": 19},
    "kazemi": {"embedding_dim": 3, "question_dim": 14, "hidden_dim": 19},
    "mcb": {"embedding_dim": 3, "question_dim": 14, "fusion_dim": 17},
    "mutan": {"embedding_dim": 3, "question_dim": 14, "x_dim": 5, "hidden_query_dim": 2, "fusion_dim": 13, "rank": 3},
}
HEADS = {"self_attention": {"heads": 1}, "transformer": {"heads": 1}}
ON_A_GRID = sorted({*METHOD.attentions, *METHOD.scorers} - {"layerwise"})  # the core's own alone
PLACES = [
    *({"attention": {"name": name, **HEADS.get(name, {})}} for name in ON_A_GRID),
    *(
        {"attention": {"name": "conv", "maps": 2, "fused": {"name": fusion, "output_dim": 29}}}
        for fusion in ("mcb", "mutan", "mlb", "add")
    ),
    *({"co_attention": name} for name in sorted(METHOD.co_attentions)),
]


def host_of(name, **section):
    torch.manual_seed(0)
    return build_host({"name": name, **SMALL[name], **section}, vocabulary_size=13, answers=11, feature_shape=(2, 3, 7))


def batch_of():
    tokens = torch.tensor([[3, 1, 4, 0], [1, 5, 0, 0], [9, 2, 6, 5], [0, 0, 0, 0], [3, 5, 0, 0]])
    return torch.randn(3, 2, 3, 7), tokens, torch.tensor([0, 0, 2, 1, 1])


def test_every_host_is_here():
    assert SMALL.keys() == METHOD.hosts.keys()


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("name", sorted(SMALL))
def test_any_mechanism_in_any_host(name, place):
    model = host_of(name, **place)
    out = model(*batch_of())
    assert out.logits.shape == (5, 11)
    assert out.maps["regions"].shape[2:] == (2, 3)
    out.logits.sum().backward()
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    assert all(gradient.isfinite().all() for gradient in gradients)
    assert model.question.embedding.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("name", sorted(SMALL))
def test_the_question_alone(name):
    model = host_of(name, attention=None).eval()
    features, tokens, index = batch_of()
    out = model(features, tokens, index)
    assert out.maps == {}
    torch.testing.assert_close(out.logits, model(5 * features, tokens, index).logits, rtol=0, atol=0)


@pytest.mark.parametrize("name", sorted(SMALL))
def test_boxes_behind_the_mask_change_nothing(name):
    torch.manual_seed(0)
    section = {
        "name": name,
        "attention": {"name": "conv", "maps": 2, "fused": {"name": "mcb", "output_dim": 29}},
        **SMALL[name],
    }
    model = build_host(section, vocabulary_size=13, answers=11, feature_shape=(5, 7)).eval()
    tokens, mask = torch.tensor([[3, 1], [2, 0]]), torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    features = torch.where(mask.unsqueeze(-1), torch.randn(2, 5, 7), torch.nan)
    alone = model(features[1:, :3], tokens[1:]).logits
    torch.testing.assert_close(model(features, tokens, region_mask=mask).logits[1:], alone)


@pytest.mark.parametrize("name", sorted(set(SMALL) - {"canonical"}))
def test_pictures_are_for_the_canonical_host(name):
    with pytest.raises(ConfigError, match=f"the host {name} reads stored features"):
        build_host({"name": name, "attention": "mean"}, vocabulary_size=13, answers=11)


def test_one_place_to_look_from():
    with pytest.raises(ConfigError, match="got both"):
        host_of("mcb", attention="dot", co_attention="independent")
