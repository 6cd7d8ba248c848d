"""The scorer of any host: with a question, without one, and what it says of a call that does not fit."""

from __future__ import annotations

import pytest
import torch

from scanpath.attention import SoftAttention, create_scorer
from scanpath.errors import ConfigError, ShapeError
from scanpath_drau import RecurrentScorer, reference


@pytest.mark.parametrize("join", ["stack", "channels"])
@pytest.mark.parametrize("asked", [True, False])
def test_equals_its_loop(drawn, assert_twins, asked, join):
    scorer = drawn(RecurrentScorer(region_dim=7, query_dim=3 if asked else None, glimpses=2, hidden_dim=5, join=join))
    named = dict(scorer.named_parameters())

    def slow(regions, *query):
        rows = []
        for row, vs in enumerate(regions):
            maps = [list(vs)]
            if query:
                told = reference.layer(named, "query", query[0][row])
                maps = [[reference.layer(named, "regions", v) for v in vs], [told] * len(vs)]
            stack = asked and join == "stack"
            rows.append(reference.scores(reference.part(named, "scores"), maps, stack=stack))
        return [torch.stack(rows)]

    given = [torch.randn(2, 11, 7, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)][: 1 + asked]
    assert_twins(lambda *given: [scorer(*given)], slow, *given, parameters=[*scorer.parameters()])


def test_sizes_are_the_papers_for_its_regions():
    scorer = RecurrentScorer(region_dim=2048, query_dim=3, glimpses=2)
    assert scorer.regions[0].out_features == 1024
    assert (scorer.scores.recurrence.input_size, scorer.scores.recurrence.hidden_size) == (1024, 2048)
    small = RecurrentScorer(region_dim=1)
    assert small.scores.recurrence.input_size == 1


def test_it_is_built_by_name_and_softmaxed():
    scorer = create_scorer("recurrent", region_dim=7, query_dim=3, glimpses=2)
    assert isinstance(scorer, RecurrentScorer)
    assert scorer(torch.randn(2, 3, 5, 7), torch.randn(2, 3)).shape == (2, 2, 3, 5)


def test_it_reads_padding_where_that_is_asked_for(drawn):
    """Its holder still attends to nothing masked, and what is masked may be NaN."""
    scorer = drawn(RecurrentScorer(region_dim=7, read_padding=True)).float()
    over = RecurrentScorer(region_dim=7).eval()
    over.load_state_dict(scorer.state_dict())
    regions = torch.randn(2, 5, 7)
    mask = torch.tensor([[True, False, True, True, True]] * 2)
    zeros = torch.where(mask.unsqueeze(-1), regions, 0)
    broken = torch.where(mask.unsqueeze(-1), regions, torch.nan)
    torch.testing.assert_close(scorer(broken, None, mask), scorer(zeros))
    assert (over(broken, None, mask) - scorer(zeros))[:, :, 2:].abs().min() > 1e-3
    weights = SoftAttention(scorer, region_dim=7)(broken, None, mask).weights
    assert not weights[:, :, 1].any()


def test_the_grid_form_takes_no_boxes():
    scorer = RecurrentScorer(region_dim=7, recurrence="grid_lstm", hidden_dim=6)
    with pytest.raises(ShapeError, match="boxes have no rows"):
        scorer(torch.randn(2, 5, 7))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"query": torch.ones(2, 3)}, r"built with query_dim=None and got a query: build it with query_dim=3"),
        ({"mask": torch.ones(2, 4, dtype=torch.bool)}, r"got a mask \(2, 4\)"),
        ({"regions": torch.ones(2, 5, 6)}, r"got regions \(2, 5, 6\), expected \(B, K, 7\)"),
    ],
)
def test_what_does_not_fit(given, words):
    with pytest.raises(ShapeError, match=words):
        RecurrentScorer(region_dim=7)(**{"regions": torch.ones(2, 5, 7), **given})


def test_options_that_cannot_be():
    with pytest.raises(ConfigError, match="RecurrentScorer got glimpses=0"):
        RecurrentScorer(region_dim=7, glimpses=0)
    with pytest.raises(ConfigError, match="RecurrentScorer got query_dim=0"):
        RecurrentScorer(region_dim=7, query_dim=0)
