"""What the hard attentions share: options checked when they are read, the call, and sentences with their own names."""

from __future__ import annotations

import contextlib
import functools
from importlib.resources import files

import pytest
import torch
import yaml

from scanpath.attention.creation import check_attention_options
from scanpath.errors import ConfigError, ShapeError
from scanpath.experiments.tables.loading import load_table
from scanpath.experiments.tables.resolving import check_runs
from scanpath_han import PairwiseOperator, SumPooling
from scanpath_han.aggregators import check_aggregator
from scanpath_han.presence_attention import PresenceAttention
from scanpath_han.selection import pick

NAMES = ["hard", "adaptive_hard", "straight_through"]
MISTAKES = [
    ({"name": "relation", "hidden_dimm": 64}, "'relation' takes no option 'hidden_dimm'; did you mean 'hidden_dim'"),
    ({"name": "relation", "input_dim": 64}, "'relation' takes no option 'input_dim'"),
    ("relatoin", "there is no aggregator 'relatoin'; did you mean 'relation'"),
    ({"hidden_dim": 64}, "aggregator is .* expected a name or a mapping with a 'name'"),
    (SumPooling(input_dim=7), "is built already"),
]


class First(PresenceAttention):
    """Keeps the first cell, whatever is present."""

    def select(self, regions, query=None, mask=None):
        joint = self._embedded(regions, query, mask)
        return pick(joint, torch.zeros(len(joint), 1).long(), None, self._presence(joint, regions, mask))


COMMON = {
    "region_dim": 7, "query_dim": None, "hidden_dim": 3, "layers": 0, "embeds_regions": True, "norm": "l1",
    "aggregator": "sum",
}  # fmt: skip


def test_what_is_selected_is_aggregated():
    attention, regions = First(**COMMON), torch.randn(2, 3, 5, 7)
    context, weights, extras = attention(regions)
    joint = attention.embed(regions, None)  # (B, K, d)
    torch.testing.assert_close(context, joint[:, 0])
    assert weights.flatten(1).nonzero().tolist() == [[0, 0], [1, 0]]
    torch.testing.assert_close(extras["presence"], joint.abs().sum(2).view(2, 3, 5))
    assert extras["kept"].tolist() == [1, 1]


def test_what_chooses_nothing_cannot_be_built():
    with pytest.raises(TypeError, match=r"abstract method '?select"):
        PresenceAttention(**COMMON)


def test_sentences_carry_the_name_of_what_was_built():
    for options, words in (({"hidden_dim": 0}, "First got hidden_dim=0"), ({"norm": "l7"}, "First got norm='l7'")):
        with pytest.raises(ConfigError, match=words):
            First(**COMMON | options)
    for shape, words in (((2, 3, 6), r"First got regions \(2, 3, 6\)"), ((2, 0, 7), "First got .* one cell a sample")):
        with pytest.raises(ShapeError, match=words):
            First(**COMMON)(torch.ones(shape))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("aggregator", "words"), MISTAKES, ids=[words for _, words in MISTAKES])
def test_a_mistake_is_told_without_building(name, aggregator, words):
    with pytest.raises(ConfigError, match=words):
        check_attention_options(name, {"aggregator": aggregator})


@pytest.mark.parametrize("name", NAMES)
def test_what_can_be_built_passes(name):
    check_attention_options(name, {})
    check_attention_options(name, {"aggregator": "sum"})
    check_attention_options(name, {"aggregator": {"name": "relation", "hidden_dim": 64}})
    check_attention_options(name, {"aggregator": functools.partial(SumPooling)})


@pytest.mark.parametrize("aggregator", ["pairwise", PairwiseOperator])
def test_what_passes_no_gradient_to_a_gate_is_told_too(aggregator):
    check_attention_options("hard", {"aggregator": aggregator})
    with pytest.raises(ConfigError, match="aggregator PairwiseOperator, which passes no gradient to a gate"):
        check_attention_options("straight_through", {"aggregator": aggregator})


def test_what_builds_it_is_returned():
    assert check_aggregator("pairwise") is PairwiseOperator
    assert check_aggregator(SumPooling) is SumPooling


@pytest.mark.parametrize(("option", "words"), [("hidden_dim", None), ("hidden_dimm", "did you mean 'hidden_dim'")])
def test_a_table_with_a_misspelt_option_is_refused(tmp_path, option, words):
    """The package's own table with one row more."""
    table = yaml.safe_load(files("scanpath_han.experiments").joinpath("clevr.yaml").read_text(encoding="utf-8"))
    attention = {"name": "hard", "aggregator": {"name": "relation", option: 64}}
    table["rows"].append({"id": "mine", "label": "Mine", "overrides": {"task.model.attention": attention}})
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(table))
    refused = pytest.raises(ConfigError, match=f"'relation' takes no option .*{words}")
    with contextlib.nullcontext() if words is None else refused:
        check_runs(load_table(tmp_path / "mine.yaml"))
