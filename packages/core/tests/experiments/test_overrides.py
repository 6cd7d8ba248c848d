"""Settings as YAML, and single ones from a command line."""

from __future__ import annotations

import copy

import pytest
import yaml
from hypothesis import given, strategies as st

from scanpath.errors import ConfigError
from scanpath.experiments.overrides import lay_over, override, parse_yaml

BASE = {"task": {"data": "scenes", "model": {"attention": "dot"}}, "training": {"steps": 10, "batch_size": 64}}


def test_values_are_yaml_scalars_at_dotted_places() -> None:
    words = [
        "task.model.attention=multi_hop",
        "training.batch_size=32",
        "task.root=null",
        "task.x.y=[1, two]",
        "seed=3",
    ]
    assert override(BASE, words) == {
        "task": {"data": "scenes", "model": {"attention": "multi_hop"}, "root": None, "x": {"y": [1, "two"]}},
        "training": {"steps": 10, "batch_size": 32},
        "seed": 3,
    }


def test_what_was_given_stays_as_it_was() -> None:
    before = copy.deepcopy(BASE)
    override(BASE, ["task.model.attention=x", "training.epochs=2"])
    assert before == BASE


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("1E5", 1e5), ("2.5e-4", 2.5e-4), ("3", 3), ("true", True), ("", None), ("~", None),
     ("e5", "e5"), ("1e", "1e"), ("'7'", "7"), ("a=b", "a=b")],
)  # fmt: skip
def test_numbers_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = override({}, [f"key={text}"])["key"]
    assert found == value
    assert type(found) is type(value)


def test_a_length_takes_the_place_of_the_others() -> None:
    assert override(BASE, ["training.epochs=2"])["training"] == {"epochs": 2, "batch_size": 64}
    assert override(BASE, ["training.steps=7"])["training"] == {"steps": 7, "batch_size": 64}


def test_a_bare_name_opens_into_a_section() -> None:
    changed = override(BASE, ["task.model.attention.hops=3"])
    assert changed["task"]["model"]["attention"] == {"name": "dot", "hops": 3}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("training.steps", "'training.steps' was given, expected key=value"),
        ("=3", "'=3' was given, expected key=value"),
        ("training..steps=3", "expected key=value"),
        ("training.steps.x=3", "training.steps is 10, which has no keys"),
        ("task.data=[", "is not valid YAML"),
    ],
)
def test_what_is_no_setting_is_named(word: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        override(BASE, [word])
    assert expected in str(caught.value)


def test_an_empty_recipe_is_no_setting() -> None:
    assert parse_yaml("", source="x") == {}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers() | st.booleans() | st.none(), max_size=5))
def test_what_is_written_is_read(values: dict) -> None:
    words = [f"top.{key}={yaml.safe_dump(value).splitlines()[0]}" for key, value in values.items()]
    assert override({}, words).get("top", {}) == values


def test_a_key_stands_once() -> None:
    with pytest.raises(ConfigError, match=r"not valid YAML at line 2, column 3 \(the key 'b' is given twice\)"):
        parse_yaml("a: {b: 1,\n  b: 2}", source="here")
    assert parse_yaml("a: {b: 1}\nc: {b: 2}", source="here") == {"a": {"b": 1}, "c": {"b": 2}}


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": {"b": 1, "c": 2}}, {"a.b": 3, "d.e.f": 4}, {"a": {"b": 3, "c": 2}, "d": {"e": {"f": 4}}}),
        ({"a": {"b": 1}}, {"a.c": 2, "a": {"d": 3}}, {"a": {"b": 1, "c": 2, "d": 3}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": "dot"}, {"a": {"name": "multi_hop"}}, {"a": {"name": "multi_hop"}}),
        ({"a": {"name": "x", "b": 1}}, {"a": {"name": "y", "c": 2}}, {"a": {"name": "y", "c": 2}}),
        ({"a": {"name": "x", "b": 1}}, {"a": {"name": "x", "c": 2}}, {"a": {"name": "x", "b": 1, "c": 2}}),
        ({"training": {"samples": 9, "lr": 1}}, {"training.steps": 3}, {"training": {"steps": 3, "lr": 1}}),
        ({"training": {"samples": 9}}, {"training.samples": 3}, {"training": {"samples": 3}}),
        ({"other": {"samples": 9}}, {"other.steps": 3}, {"other": {"samples": 9, "steps": 3}}),
    ],
)
def test_trees_lie_over_each_other(below: dict, above: dict, expected: dict) -> None:
    before = copy.deepcopy((below, above))
    assert lay_over(below, above) == expected
    assert (below, above) == before


def test_two_lengths_at_once_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"training\.steps and training\.samples were given"):
        override({}, ["training.samples=50", "training.steps=2"])
    assert override({"training": {"steps": 3}}, ["training.samples=50"]) == {"training": {"samples": 50}}
