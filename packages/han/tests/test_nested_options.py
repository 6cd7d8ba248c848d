"""Options nested in the aggregator's are checked when they are read: long before a model is built of them."""

from __future__ import annotations

import contextlib
import functools
from importlib.resources import files

import pytest
import yaml

from scanpath.attention.creation import check_attention_options
from scanpath.errors import ConfigError
from scanpath.experiments.tables.loading import load_table
from scanpath.experiments.tables.resolving import check_runs
from scanpath_han import PairwiseOperator, SumPooling
from scanpath_han.aggregators import check_aggregator

NAMES = ["hard", "adaptive_hard", "straight_through"]
MISTAKES = [
    ({"name": "relation", "hidden_dimm": 64}, "'relation' takes no option 'hidden_dimm'; did you mean 'hidden_dim'"),
    ({"name": "relation", "input_dim": 64}, "'relation' takes no option 'input_dim'"),
    ("relatoin", "there is no aggregator 'relatoin'; did you mean 'relation'"),
    ({"hidden_dim": 64}, "aggregator is .* expected a name or a mapping with a 'name'"),
    (SumPooling(input_dim=7), "is built already"),
]


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
