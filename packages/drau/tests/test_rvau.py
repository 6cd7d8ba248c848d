"""RVAU is a softmax around the scorer and one more layer, in front of a question or of a fused map."""

from __future__ import annotations

import pytest
import torch

from scanpath.attention import Fused, SoftAttention, create_attention
from scanpath.attention.creation import check_attention_options
from scanpath.attention.preparing import attend, prepare
from scanpath.errors import ConfigError
from scanpath_drau import RTAU, RVAU, RecurrentScorer, reference


@pytest.mark.parametrize("masked", [False, True])
def test_equals_its_loop(drawn, assert_twins, by_rows, masked):
    attention = drawn(RVAU(region_dim=7, query_dim=3, context_dim=11, hidden_dim=5))
    named = {name.removeprefix("scorer."): one for name, one in attention.named_parameters()}  # as a unit's are called
    mask = torch.tensor([[1, 1, 0, 1, 0], [0, 0, 1, 1, 1]], dtype=torch.bool) if masked else None
    real = torch.ones(2, 5, dtype=torch.bool) if mask is None else mask

    def fast(regions, query):
        found = attention(regions, query, mask)
        return found.context, found.weights

    def slow(regions, query):
        def one(row, seen):
            vs = [regions[row, n] for n in seen]
            told = reference.layer(named, "query", query[row])
            maps = [[reference.layer(named, "regions", v) for v in vs], [told] * len(vs)]
            return reference.unit(named, maps, vs)

        return by_rows(one, [real], [5])

    given = torch.randn(2, 5, 7, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    assert_twins(fast, slow, *given, parameters=[*attention.parameters()])


def test_it_is_the_softmaxed_scorer_and_a_layer():
    attention = RVAU(region_dim=7, query_dim=3).eval()
    scorer = RecurrentScorer(region_dim=7, query_dim=3, glimpses=2).eval()
    scorer.load_state_dict(attention.scorer.state_dict())
    regions, query = torch.randn(2, 3, 5, 7), torch.randn(2, 3)
    plain = SoftAttention(scorer, region_dim=7)(regions, query)
    found = attention(regions, query)
    assert torch.equal(found.weights, plain.weights)
    torch.testing.assert_close(found.context, attention.project(plain.context))
    assert (attention.context_dim, attention.glimpses) == (7, 1)


def test_a_host_that_projects_each_glimpse_gets_them_side_by_side():
    """MUTAN with RVAU: sizes 510, no layer behind, so that the host's own see each glimpse."""
    attention = RVAU(region_dim=7, query_dim=3, project=False, joint_dim=51, hidden_dim=51)
    assert (attention.context_dim, attention.glimpses) == (14, 2)
    regions = torch.randn(2, 5, 7)
    found = attention(regions, torch.randn(2, 3))
    torch.testing.assert_close(found.context, torch.einsum("bgk,bkd->bgd", found.weights, regions).flatten(1))


def test_behind_a_fusion_the_recurrence_reads_the_fused_map():
    attention = RVAU(region_dim=7, query_dim=3, fusion={"name": "mcb", "output_dim": 53}).eval()
    assert isinstance(attention.scorer, Fused)
    inner = attention.scorer.scorer
    assert (inner.region_dim, inner.query_dim) == (53, None)
    assert inner.scores.recurrence.input_size == 7 // 2  # sizes go by the regions, not by the fused map
    regions, query = torch.randn(2, 5, 7), torch.randn(2, 3)
    expected = inner(attention.scorer.fusion(regions, query)).softmax(-1)
    torch.testing.assert_close(attention(regions, query).weights, expected)


def test_padding_that_is_read_is_attended_to():
    attention = RVAU(region_dim=7, query_dim=3, read_padding=True).eval()
    regions, query = torch.randn(2, 5, 7), torch.randn(2, 3)
    mask = torch.tensor([[True, True, True, False, False]] * 2)
    found = attention(regions.masked_fill(~mask.unsqueeze(-1), torch.nan), query, mask)
    expected = attention(regions.masked_fill(~mask.unsqueeze(-1), 0), query)
    torch.testing.assert_close(found.context, expected.context)
    assert (found.weights > 0).all()
    prepared = prepare(attention, regions, mask)  # as a decoder asks word by word
    torch.testing.assert_close(attend(attention, prepared, query).context, attention(regions, query, mask).context)


def test_of_words_it_is_the_same_class():
    assert RTAU is RVAU


def test_it_is_built_by_name():
    assert isinstance(create_attention("rvau", region_dim=7, query_dim=3, glimpses=4), RVAU)
    check_attention_options("rvau", {"fusion": {"name": "mutan", "rank": 2}})
    with pytest.raises(ConfigError, match="takes no option 'ranks'; did you mean 'rank'"):
        check_attention_options("rvau", {"fusion": {"name": "mutan", "ranks": 2}})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"glimpses": 0}, r"^RVAU got glimpses=0, expected a whole number from 1 on\.$"),
        ({"joint_dim": 0}, r"^RVAU got joint_dim=0, expected"),
        ({"hidden_dim": 0, "fusion": "mlb"}, r"^RVAU got hidden_dim=0, expected"),
        ({"context_dim": 5, "project": False}, "context_dim=5 with project=False, which leaves the width alone"),
        ({"project": "yes"}, "RVAU got project='yes', expected true or false"),
        ({"fusion": "mcb", "query_dim": None}, "RVAU got fusion='mcb' and no query to fuse: build it with query_dim"),
        ({"fusion": "mcp"}, "there is no fusion 'mcp'; did you mean 'mcb'"),
    ],
)
def test_what_is_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        RVAU(**{"region_dim": 7, "query_dim": 3, **options})
