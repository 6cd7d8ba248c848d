"""MCB: saved sketches, both norms, and a score of a fused map as anybody's mechanism."""

from __future__ import annotations

import copy
import functools

import pytest
import torch

from scanpath.attention import create_attention, create_scorer
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import MCB
from scanpath.layers.fusions.sketching import Sketch, compact_bilinear
from scanpath.testing import check_attention, check_scorer


def test_it_is_the_operator_over_any_region_axes():
    fusion = MCB(input_dim=5, query_dim=7, output_dim=11).eval()
    x, query = torch.randn(2, 3, 13, 5), torch.randn(2, 7)
    of_x, of_query = Sketch(fusion.x_buckets, fusion.x_signs), Sketch(fusion.query_buckets, fusion.query_signs)
    expected = compact_bilinear(x.view(2, 39, 5), query, of_x, of_query, 11, "sample")
    torch.testing.assert_close(fusion(x, query), expected.view(2, 3, 13, 11), rtol=0, atol=0)
    torch.testing.assert_close(fusion(x, query).flatten(1).norm(dim=1), torch.ones(2))


def test_norms():
    x, query = torch.randn(2, 3, 5), torch.randn(2, 7)
    each = MCB(input_dim=5, query_dim=7, output_dim=11, norm="location").eval()(x, query)
    torch.testing.assert_close(each.norm(dim=-1), torch.ones(2, 3))
    whole = MCB(input_dim=5, query_dim=7, output_dim=11).eval()(x, query)
    torch.testing.assert_close(torch.nn.functional.normalize(whole, dim=-1), each)


def test_sketches_come_from_their_own_seed_and_are_saved():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    one, same, other = (MCB(input_dim=5, query_dim=7, output_dim=11, seed=seed).eval() for seed in (3, 3, 5))
    assert torch.equal(torch.get_rng_state(), before)
    x, query = torch.randn(2, 5), torch.randn(2, 7)
    assert torch.equal(one(x, query), same(x, query))
    assert not torch.equal(one(x, query), other(x, query))
    assert set(one.state_dict()) == {"x_buckets", "x_signs", "query_buckets", "query_signs"}
    other.load_state_dict(one.state_dict())
    assert torch.equal(one(x, query), other(x, query))
    assert torch.equal(one(x, query), copy.deepcopy(one)(x, query))
    assert {*one.x_signs.tolist()} <= {-1, 1}
    assert not list(one.parameters())


def test_autocast_computes_in_fp32():
    fusion = MCB(input_dim=5, query_dim=7, output_dim=11).eval()
    x, query = torch.randn(2, 3, 5), torch.randn(2, 7)
    with torch.autocast("cpu", torch.bfloat16):
        out = fusion(x.bfloat16(), query)
    assert out.dtype == torch.float32
    torch.testing.assert_close(out, fusion(x.bfloat16().float(), query))


FUSED = {"maps": 2, "hidden_dim": 3, "fused": {"name": "mcb", "output_dim": 17, "dropout": 0.0}}


def test_the_score_of_its_map_keeps_the_contract():
    check_scorer(functools.partial(create_scorer, "conv", **FUSED), backend=None)
    check_attention(functools.partial(create_attention, "conv", **FUSED))


@pytest.mark.parametrize(("options", "words"), [({"norm": "cell"}, "'location'"), ({"output_dim": 0}, "at least 1")])
def test_options_raise(options, words):
    with pytest.raises(ConfigError, match=words):
        MCB(input_dim=5, query_dim=7, **options)


@pytest.mark.parametrize("shapes", [((2, 3, 5), (2, 11)), ((2, 3, 11), (2, 7))])
def test_other_widths_than_it_has_sketches_for_raise(shapes):
    with pytest.raises(ShapeError, match=r"a fusion got widths .*, expected 5 and 7: it was built for others"):
        MCB(input_dim=5, query_dim=7, output_dim=11)(*(torch.randn(shape) for shape in shapes))
