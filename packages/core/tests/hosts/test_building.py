"""A model from the plain section of a configuration."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest
import torch

from scanpath import registry
from scanpath.attention import MultiHopAttention, SoftAttention
from scanpath.errors import ConfigError, UnknownNameError
from scanpath.hosts import build_host


def build(section, shape=(2, 3, 7)):
    return build_host(json.loads(json.dumps(section)), vocabulary_size=5, answers=3, feature_shape=shape)


def test_names_and_options():
    model = build(
        {"name": "canonical", "attention": {"name": "multi_hop", "hops": 3}, "fusion": "add", "region_dim": 11}
    )
    assert isinstance(model.attention, MultiHopAttention)
    assert model(torch.randn(2, 2, 3, 7), torch.tensor([[1, 2], [3, 0]])).maps["regions"].shape == (2, 3, 2, 3)


def test_a_bare_name_and_the_default_host():
    assert isinstance(build({"attention": "dot"}).attention, SoftAttention)


def test_null_is_the_question_alone():
    assert build({"attention": None}).image is None


def test_a_co_attention():
    model = build({"co_attention": {"name": "independent", "tokens": "additive"}})
    assert set(model(torch.randn(1, 2, 3, 7), torch.tensor([[1, 2]])).maps) == {"regions", "tokens"}


def test_boxes_and_pictures():
    assert build({"attention": "dot"}, (11, 7)).image.coordinates == "none"
    assert build({"attention": "dot", "coordinates": "boxes"}, (11, 7)).image.coordinates == "boxes"
    pictures = torch.rand(1, 3, 16, 16)
    assert build({"attention": "dot"}, None)(pictures, torch.tensor([[1]])).maps["regions"].shape == (1, 1, 2, 2)


def test_a_host_that_places_no_regions_is_not_told_where_boxes_lie(monkeypatch):
    def plain(*, answers, vocabulary_size, beside_dim, feature_dim, attention=None):
        return SimpleNamespace(feature_dim=feature_dim)

    known = registry.addresses
    monkeypatch.setitem(sys.modules, "plain_host", SimpleNamespace(plain=plain))
    monkeypatch.setattr(
        registry,
        "addresses",
        lambda part: {**known(part), "plain": "plain_host:plain"} if part == "hosts" else known(part),
    )
    assert build({"name": "plain", "attention": "dot"}, (11, 7)).feature_dim == 7


def test_the_section_is_left_alone():
    section = {"name": "canonical", "attention": {"name": "dot", "maps": 2}}
    build_host(section, vocabulary_size=5, answers=3)
    assert section == {"name": "canonical", "attention": {"name": "dot", "maps": 2}}


@pytest.mark.parametrize(
    ("section", "error", "words"),
    [
        ({}, ConfigError, "names no attention"),
        ({"name": "canonicle", "attention": "dot"}, UnknownNameError, "'canonical'"),
        ({"attention": "dott"}, UnknownNameError, "'dot'"),
        ({"attention": {"name": "dot", "map": 2}}, ConfigError, "'maps'"),
        ({"attention": {"maps": 2}}, ConfigError, "with a 'name'"),
        ({"attention": 3}, ConfigError, "attention is 3"),
        ({"attention": "dot", "fusio": "add"}, ConfigError, "'fusion'"),
        ({"attention": "dot", "answers": 7}, ConfigError, "no option 'answers'"),
        (
            {"attention": "dot", "dropout": 2},
            ConfigError,
            r"^the host 'canonical' cannot be built .*: dropout prob.* got 2\.$",
        ),
        ({"attention": "dot", "dropout": "x"}, ConfigError, "the host 'canonical' cannot be built with these options"),
    ],
)
def test_mistakes_are_told(section, error, words):
    with pytest.raises(error, match=words):
        build(section)
