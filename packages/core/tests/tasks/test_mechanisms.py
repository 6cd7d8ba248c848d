"""A mechanism is named in one way, however it was written, and what would be refused is said before it is built."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from scanpath.attention.creation import check_attention_options
from scanpath.tasks.mechanisms import Mechanism, MechanismSettings, described, known_are, refused

ADAPTER: TypeAdapter = TypeAdapter(Mechanism)


def test_a_name_without_options_is_the_bare_name() -> None:
    assert ADAPTER.validate_python({"name": "dot"}) == ADAPTER.validate_python("dot") == "dot"
    found = ADAPTER.validate_python({"name": "multi_hop", "hops": 3})
    assert isinstance(found, MechanismSettings)
    assert found.plain() == {"name": "multi_hop", "hops": 3}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ("mean", []),
        ({"name": "multi_hop", "hops": 2}, []),
        ("question_only", ["the model that reads the question only has no attention: write attention: null"]),
        ({"name": "multi_hop", "hosp": 2}, ["'multi_hop' takes no option 'hosp'; did you mean 'hops'?"]),
    ],
)
def test_what_would_be_refused_is_said(given: object, expected: list[str]) -> None:
    section = None if given is None else ADAPTER.validate_python(given)
    assert list(refused(check_attention_options, section, "attention")) == expected


def test_people_read_a_name_and_its_options() -> None:
    assert described("mean") == "mean"
    assert described(ADAPTER.validate_python({"name": "multi_hop", "hops": 3})) == "multi_hop (hops 3)"
    assert known_are(["b", "a"]) == "; known are a, b"
