"""Every kind of mistake in a section of settings, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pytest
from pydantic import Field

from scanpath.errors import ConfigError
from scanpath.settings import SelfChecked, Settings, SettingsError


class Adam(Settings):
    name: Literal["adam"] = "adam"
    lr: float = 0.1


class Descent(Settings):
    name: Literal["sgd"] = "sgd"
    momentum: float = 0.0


class Inner(Settings):
    hops: int = Field(default=2, ge=1)


class Outer(Settings):
    inner: Inner | None = Inner()
    optimiser: Annotated[Adam | Descent, Field(discriminator="name")] = Adam()
    several: list[Inner] = Field(default_factory=list)
    needed: str


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "the key 'needed' is missing"),
        ({"needed": 3}, "needed: input should be a valid string, given 3"),
        ({"needed": "x", "iner": 1}, "unknown key 'iner'; did you mean 'inner'?"),
        ({"needed": "x", "inner": {"hosp": 1}}, "unknown key 'inner.hosp'; did you mean 'hops'?"),
        ({"needed": "x", "inner": {"zzz": 1}}, "unknown key 'inner.zzz'"),
        ({"needed": "x", "inner": {"hops": 0}}, "inner.hops: input should be greater than or equal to 1, given 0"),
        ({"needed": "x", "inner": {"hops": "two"}}, "inner.hops: input should be a valid integer, given 'two'"),
        ({"needed": "x", "several": [{}, {"hosp": 1}]}, "unknown key 'several[1].hosp'; did you mean 'hops'?"),
        ({"needed": "x", "optimiser": {"lr": 1.0}}, "the key 'optimiser.name' is missing"),
        ({"needed": "x", "optimiser": {"name": "adan"}}, "optimiser.name: there is no 'adan'; did you mean 'adam'?"),
        ({"needed": "x", "optimiser": {"name": "q"}}, "optimiser.name: there is no 'q'; known are adam, sgd"),
        (
            {"needed": "x", "optimiser": {"name": "sgd", "momentun": 1}},
            "'optimiser.sgd.momentun'; did you mean 'momentum'",
        ),
        ({"needed": "x", "inner": {"hops": float("nan")}}, "inner.hops: "),
    ],
)
def test_a_mistake_is_one_sentence(values: dict, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Outer.parse(values, source="here.yaml")
    assert str(caught.value).startswith("here.yaml: ")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"hops": 1}, "unknown key 'hops'; did you mean 'inner.hops'?"),
        ({"inner": {"needed": "x"}}, "unknown key 'inner.needed'; did you mean 'needed'?"),
        ({"lr": 1.0}, "unknown key 'lr'; did you mean 'optimiser.lr'?"),
        ({"momentum": 1.0}, "unknown key 'momentum'; did you mean 'optimiser.momentum'?"),
    ],
)
def test_a_key_of_another_section_is_told_its_place(values: dict, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Outer.parse({"needed": "x", **values})
    assert caught.value.mistakes == (expected,)


def test_the_outer_places_of_a_key_come_first_and_no_model_is_gone_through_twice() -> None:
    class Tree(Settings):
        name: str = ""
        inner: Adam = Adam()
        below: Tree | None = None

    class Wood(Settings):
        tree: Tree = Tree()

    with pytest.raises(SettingsError) as caught:
        Wood.parse({"name": "x"})
    assert caught.value.mistakes == ("unknown key 'name'; did you mean 'tree.name' or 'tree.inner.name'?",)


def test_mistakes_are_also_given_one_by_one() -> None:
    with pytest.raises(SettingsError) as caught:
        Outer.parse({"iner": 1})
    assert caught.value.mistakes == ("the key 'needed' is missing", "unknown key 'iner'; did you mean 'inner'?")


def test_long_values_are_cut() -> None:
    with pytest.raises(ConfigError) as caught:
        Outer.parse({"needed": list(range(1000))})
    assert len(str(caught.value)) < 150


def test_defaults_are_written_out_and_read_back() -> None:
    plain = Outer.parse({"needed": "x"}).plain()
    assert plain == {
        "inner": {"hops": 2}, "optimiser": {"name": "adam", "lr": 0.1}, "several": [], "needed": "x"
    }  # fmt: skip
    assert Outer.parse(plain).plain() == plain


class Range(SelfChecked):
    low: int = 0
    high: int = 1
    step: int = 1

    def _mistakes(self) -> Iterator[str]:
        if self.low > self.high:
            yield f"low {self.low} lies above high {self.high}"
        if self.step < 1:
            yield f"step {self.step} leads nowhere"


def test_all_that_a_section_finds_wrong_in_itself_is_one_sentence() -> None:
    assert Range.parse({"low": 1}).high == 1
    with pytest.raises(ConfigError, match="low 3 lies above high 1; step 0 leads nowhere"):
        Range.parse({"low": 3, "step": 0})
