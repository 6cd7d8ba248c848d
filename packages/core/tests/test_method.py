"""What a package brings: strings in a frozen record."""

from __future__ import annotations

import dataclasses

import pytest

from scanpath.method import Method
from scanpath.registry import PARTS


def test_a_method_is_frozen_and_by_keyword():
    method = Method(name="han", paper="HAN", attentions={"hard": "scanpath_han:Hard"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        method.name = "other"
    with pytest.raises(TypeError):
        Method("han", "HAN")


def test_parts_are_empty_unless_given_and_not_shared():
    one, other = Method(name="a", paper="A"), Method(name="b", paper="B")
    assert [dict(getattr(one, part)) for part in PARTS] == [{}] * len(PARTS)
    assert all(getattr(one, part) is not getattr(other, part) for part in PARTS)
    assert one.tables == ""


def test_every_mapping_is_a_part_of_the_registry():
    mappings = {field.name for field in dataclasses.fields(Method)} - {"name", "paper", "recipes", "tables"}
    assert mappings == set(PARTS)
