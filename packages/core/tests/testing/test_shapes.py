"""The outside of a mechanism: twins whose facts, results or manners are wrong are named."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ShapeError
from scanpath.testing import ContractError, check_attention, check_co_attention, check_scorer
from scanpath.types import Attended


def test_wrong_number_of_maps(scorer):
    class WrongM(scorer):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask)[:, :1]

    with pytest.raises(
        ContractError, match=r"Scorer WrongM on 11 boxes: the scores have shape \(3, 1, 11\).*maps says 2"
    ):
        check_scorer(WrongM)


def test_wrong_width(attention):
    class WrongWidth(attention):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.context_dim = keywords["region_dim"]

    with pytest.raises(ContractError, match=r"context have shape \(3, 26\), expected \(3, 13\)"):
        check_attention(WrongWidth)


def test_wrong_width_of_the_tokens(co_attention):
    class Swapped(co_attention):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.context_dims = (self.context_dims[0], self.context_dims[0])

    with pytest.raises(ContractError, match=r"CoAttention Swapped.*token context have shape"):
        check_co_attention(Swapped)


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("kind", "sharp", "kind is 'sharp'; set one of soft, hard, gate"),
        ("axis", None, "axis is None; set one of glimpse, hop, layer"),
        ("context_dim", 2.0, "context_dim is 2.0"),
    ],
)
def test_wrong_facts(attention, fact, value, words):
    class WrongFact(attention):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            setattr(self, fact, value)

    with pytest.raises(ContractError, match=words):
        check_attention(WrongFact)


@pytest.mark.parametrize("glimpses", [1, 2])
def test_glimpses_are_the_maps_or_one(attention, glimpses, monkeypatch):
    monkeypatch.setattr(attention, "glimpses", glimpses, raising=False)
    check_attention(attention, backend=None)


@pytest.mark.parametrize("glimpses", [None, 13, True])
def test_wrong_glimpses(attention, co_attention, glimpses, monkeypatch):
    words = rf"glimpses is {glimpses} for 2 maps and a context 26 wide; set it to the number of maps"
    for role, check in ((attention, check_attention), (co_attention, check_co_attention)):
        monkeypatch.setattr(role, "glimpses", glimpses, raising=False)
        with pytest.raises(ContractError, match=words):
            check(role)


@pytest.mark.parametrize("maps", [None, 0, True])
def test_wrong_maps_fact(scorer, maps):
    class WrongMaps(scorer):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.maps = maps

    with pytest.raises(ContractError, match=f"maps is {maps}"):
        check_scorer(WrongMaps)


def test_wrong_co_facts(co_attention):
    class OneWidth(co_attention):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.context_dims = 26

    with pytest.raises(ContractError, match=r"context_dims is 26; set the context's width, two ints"):
        check_co_attention(OneWidth)


def test_a_bare_tuple_is_no_attended(attention):
    class Tuple(attention):
        def forward(self, regions, query=None, mask=None):
            context, weights, _ = super().forward(regions, query, mask)
            return context, weights

    with pytest.raises(ContractError, match=r"returns a tuple for the regions; return an Attended"):
        check_attention(Tuple)


def test_extras_are_a_dict_of_tensors(attention):
    class Odd(attention):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask)._replace(extras=[1])

    with pytest.raises(ContractError, match=r"extras are not a dict of tensors"):
        check_attention(Odd)


def test_an_attention_listed_as_scorer(attention, scorer):
    attention.maps = 2
    with pytest.raises(ContractError, match=r"returns a Attended; return the scores"):
        check_scorer(attention)
    with pytest.raises(ContractError, match=r"CoAttention Additive.*cannot be built"):
        check_co_attention(scorer)


def test_signature(scorer):
    class Renamed(scorer):
        def forward(self, features, query=None, mask=None):
            return super().forward(features, query, mask)

    class Required(scorer):
        def forward(self, regions, query, mask=None):
            return super().forward(regions, query, mask)

    with pytest.raises(ContractError, match=r"forward takes \(features, query, mask\), expected \(regions"):
        check_scorer(Renamed)
    with pytest.raises(ContractError, match=r"forward requires query"):
        check_scorer(Required)


def test_in_place_change_of_the_regions(scorer):
    class InPlace(scorer):
        def clean(self, regions, mask):
            return regions if mask is None else regions.masked_fill_(~mask.unsqueeze(-1), 0)

    with pytest.raises(ContractError, match=r"changes its input regions in place; work on a copy"):
        check_scorer(InPlace)


def test_a_mask_that_is_broadcast(scorer):
    class Broadcasting(scorer):
        def clean(self, regions, mask):
            return regions if mask is None else torch.where(mask.unsqueeze(-1), regions, 0)

    with pytest.raises(ContractError, match=r"accepts a mask of one cell for all regions; raise a ShapeError"):
        check_scorer(Broadcasting)


def test_a_query_that_is_broadcast(scorer):
    class Broadcasting(scorer):
        def hidden(self, regions, query):
            return torch.tanh(self.key(regions) + self.ask(query).view(-1, *[1] * (regions.dim() - 2), 23))

    with pytest.raises(ContractError, match=r"accepts one query for all samples"):
        check_scorer(Broadcasting)


def test_not_finite_on_ordinary_inputs(scorer):
    class Root(scorer):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask).sqrt()

    with pytest.raises(ContractError, match=r"scores are not finite on ordinary inputs"):
        check_scorer(Root)


class TestOneShapeOnly:
    def test_a_clear_refusal_passes(self, scorer):
        class NeedsGrid(scorer):
            def forward(self, regions, query=None, mask=None):
                if regions.dim() != 4:
                    raise ShapeError("needs a grid (B, H, W, D).")
                return super().forward(regions, query, mask)

        check_scorer(NeedsGrid, boxes=False)
        with pytest.raises(ContractError, match=r"on 11 boxes: crashes without a mask .ShapeError: needs a grid"):
            check_scorer(NeedsGrid)

    def test_a_cryptic_refusal_is_named(self, attention):
        class Cryptic(attention):
            def forward(self, regions, query=None, mask=None):
                _batch, _height, _width, _ = regions.shape
                return super().forward(regions, query, mask)

        with pytest.raises(ContractError, match=r"fails with a ValueError that explains nothing; .*needs a grid"):
            check_attention(Cryptic, boxes=False)

    def test_no_refusal_is_named(self, attention):
        with pytest.raises(ContractError, match=r"accepts them although the check was told grid=False"):
            check_attention(attention, grid=False)


def test_results_are_an_attended(attention):
    module = attention(region_dim=13, query_dim=17)
    assert isinstance(module(torch.ones(2, 3, 13), torch.ones(2, 17)), Attended)
