"""What each side is told of the other: three readings, and how they are one another."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_drau.exchange import MeanExchange, QueryExchange, Sides, TiedExchange, create_exchange

GIVEN = {"positions": None, "query_dim": None, "joint_dim": 5, "activation": "prelu", "slope": 0.25}


def sides(**given):
    return Sides(
        **{
            "regions": torch.randn(2, 7, 5),
            "words": torch.randn(2, 3, 5),
            "query": None,
            "region_mask": None,
            "word_mask": None,
            **given,
        }
    )


def test_the_mean_by_hand():
    words = torch.tensor([[[1.0], [2.0], [6.0]]])
    mask = torch.tensor([[True, False, True]])
    to_regions, to_words = MeanExchange()(sides(regions=torch.tensor([[[4.0], [8.0]]]), words=words, word_mask=mask))
    assert to_regions.tolist() == [[[3.5]]]
    assert to_words.tolist() == [[[6.0]]]


def test_the_tied_form_is_the_mean_where_it_weighs_all_places_alike():
    tied = TiedExchange(regions=7, words=3, activation="prelu", slope=1.0)
    with torch.no_grad():
        tied.to_regions.fill_(1 / 3)
        tied.to_words.fill_(1 / 7)
    given = sides()
    for learnt, mean in zip(tied(given), MeanExchange()(given), strict=True):
        torch.testing.assert_close(learnt, mean.expand_as(learnt))


def test_the_query_is_told_to_regions_and_the_picture_to_words():
    exchange = QueryExchange(query_dim=11, joint_dim=5, activation="prelu", slope=0.25)
    given = sides(query=torch.randn(2, 11))
    to_regions, to_words = exchange(given)
    torch.testing.assert_close(to_regions[:, 0], exchange.query(given.query))
    torch.testing.assert_close(to_words, given.regions.mean(1, keepdim=True))


@pytest.mark.parametrize(
    ("exchange", "given", "kind"),
    [
        ("mean", {}, MeanExchange),
        ("tied", {"positions": (7, 3)}, TiedExchange),
        ("tied", {"positions": [7, 3]}, TiedExchange),
        ("query", {"query_dim": 11}, QueryExchange),
    ],
)
def test_by_name(exchange, given, kind):
    assert type(create_exchange(exchange, **{**GIVEN, **given})) is kind


@pytest.mark.parametrize(
    ("exchange", "given", "words"),
    [
        ("max", {}, r"^a DRAU got exchange='max', expected 'mean', 'tied' or 'query'\.$"),
        ("mean", {"positions": (7, 3)}, r"positions=\(7, 3\) with exchange='mean', which has none: leave it out"),
        ("query", {}, r"^a DRAU got exchange='query' and no query to exchange: build it with query_dim\.$"),
        ("tied", {}, r"positions=None with exchange='tied', expected \(K, T\)"),
        ("tied", {"positions": (7, 0)}, r"positions=\(7, 0\) with exchange='tied', expected \(K, T\)"),
        ("tied", {"positions": 7}, r"positions=7 with exchange='tied', expected \(K, T\)"),
    ],
)
def test_what_cannot_be_built(exchange, given, words):
    with pytest.raises(ConfigError, match=words):
        create_exchange(exchange, **{**GIVEN, **given})


@pytest.mark.parametrize(("places", "count"), [("regions", 5), ("words", 11)])
def test_other_sizes_than_the_tied_ones(places, count):
    tied = TiedExchange(regions=7, words=3, activation="prelu", slope=0.25)
    got = {"regions": 7, "words": 3, places: count}
    sentence = rf"for 7 regions and 3 words, and got {got['regions']} and {got['words']}: build it with positions=\("
    with pytest.raises(ShapeError, match=sentence):
        tied(sides(**{places: torch.randn(2, count, 5)}))
