"""CBAM's own score is its convolution, and any scorer may read the two channels that it reads."""

from __future__ import annotations

import pytest
import torch

from scanpath import create_scorer
from scanpath.attention.creation import check_scorer_options
from scanpath.errors import ConfigError, ScanpathError, ShapeError
from scanpath_attention_rnn import AttentionRNN, CBAMGate, PooledChannels
from scanpath_attention_rnn.cbam import ops, reference


@pytest.mark.parametrize("kernel", [3, 5])
def test_scores_equal_loops_in_training(kernel, assert_twins):
    scorer = CBAMGate(region_dim=7, kernel=kernel).double()
    with torch.no_grad():
        scorer.norm.weight.fill_(1.3)
        scorer.norm.bias.fill_(-0.4)
    regions = torch.randn(3, 2, 5, 7, dtype=torch.float64, requires_grad=True)
    expected = reference.normalised(
        reference.convolved_cells(regions, scorer.convolution.weight), scorer.norm.weight, scorer.norm.bias
    )
    assert_twins(scorer(regions).squeeze(1), expected, [regions, *scorer.parameters()])


def test_its_numbers_are_those_of_the_published_code():
    scorer = CBAMGate(region_dim=7)
    assert (scorer.norm.eps, scorer.norm.momentum, scorer.convolution.bias) == (1e-5, 0.01, None)
    assert scorer.convolution.kernel_size == (3, 3)
    assert not scorer(torch.randn(2, 3, 5, 7)).any()  # all scores begin at 0


def test_a_question_is_not_read():
    scorer = CBAMGate(region_dim=7, query_dim=5).eval()
    regions = torch.randn(2, 3, 5, 7)
    assert torch.equal(scorer(regions, torch.ones(2, 5)), scorer(regions, torch.zeros(2, 5)))


@pytest.mark.parametrize(
    ("options", "words"),
    [({"kernel": 4}, "CBAMGate got kernel=4, expected an odd number"), ({"region_dim": 0}, "got region_dim=0")],
)
def test_gates_that_cannot_be(options, words):
    with pytest.raises(ConfigError, match=words):
        CBAMGate(**{"region_dim": 7, **options})
    with pytest.raises(ShapeError, match=r"CBAMGate got regions .* expected a grid"):
        CBAMGate(region_dim=7)(torch.ones(2, 5, 7))


def test_any_scorer_may_read_the_pooled_channels():
    scorer = create_scorer(
        "pooled_channels", region_dim=7, query_dim=5, scorer={"name": "attention_rnn", "hidden": 3, "glimpses": 2}
    )
    assert isinstance(scorer.scorer, AttentionRNN)
    assert scorer.maps == 2
    regions, query = torch.randn(2, 3, 5, 7), torch.randn(2, 5)
    mask = torch.rand(2, 3, 5) > 0.3
    pooled = ops.describe_cells(regions)
    torch.testing.assert_close(
        torch.where(mask[:, None], scorer(regions, query, mask), 0),
        torch.where(mask[:, None], scorer.scorer(pooled, query, mask), 0),
    )


def test_by_default_it_is_cbams_convolution_of_what_it_makes_of_two_channels():
    assert isinstance(PooledChannels(region_dim=7).scorer, CBAMGate)


@pytest.mark.parametrize(
    ("scorer", "words"),
    [
        ("atention_rnn", "brings the scorer 'atention_rnn'; did you mean"),
        ({"name": "attention_rnn", "hiden": 3}, "no option 'hiden'; did you mean 'hidden'"),
        (3, "scorer is 3, expected a name or a mapping"),
    ],
)
def test_a_mistake_in_its_scorer_is_told_before_it_is_built(scorer, words):
    with pytest.raises(ScanpathError, match=words):
        check_scorer_options("pooled_channels", {"scorer": scorer})
