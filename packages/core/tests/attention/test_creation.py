"""Names and options: what is built, and what a mistake is told."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

import scanpath
from scanpath import registry
from scanpath.attention import (
    AdditiveScorer,
    SoftAttention,
    create_attention,
    create_co_attention,
    create_scorer,
    list_attentions,
    list_co_attentions,
    list_scorers,
)
from scanpath.attention.creation import check_attention_options, check_co_attention_options
from scanpath.errors import ConfigError, UnknownNameError
from scanpath.layers.fusion import check_fusion_options
from scanpath.layers.options import named


def test_a_scorers_name_comes_softmaxed():
    attention = create_attention("additive", region_dim=5, query_dim=7, maps=2)
    assert isinstance(attention, SoftAttention)
    assert isinstance(attention.scorer, AdditiveScorer)
    assert attention.context_dim == 10


def test_lists_hold_what_can_be_built():
    assert set(list_scorers()) < set(list_attentions())
    assert {"mean", "sum", "single_hop", "multi_hop"} <= set(list_attentions())
    assert "independent" in list_co_attentions()
    assert scanpath.list_attentions is list_attentions


@pytest.mark.parametrize(
    ("create", "error", "words"),
    [
        (lambda: create_attention("addtive", region_dim=5), UnknownNameError, "'additive'"),
        (lambda: create_attention("multihop", region_dim=5), UnknownNameError, "'multi_hop'"),
        (lambda: create_attention("elsewhere", region_dim=5), UnknownNameError, "pip install scanpath-other"),
        (lambda: create_attention("affinity", region_dim=5), UnknownNameError, "is a co-attention, not an attention"),
        (lambda: create_scorer("mean", region_dim=5), UnknownNameError, "is an attention, not a scorer: create_att"),
        (lambda: create_co_attention("indepndent", region_dim=5, token_dim=7), UnknownNameError, "'independent'"),
        (lambda: create_attention("dot", region_dim=5, hiden_dim=3), ConfigError, "did you mean 'hidden_dim'"),
        (lambda: create_attention("mean", region_dim=5, qqq=3), ConfigError, "it takes none"),
        (lambda: create_attention("sum", region_dim=5, fused="add"), ConfigError, "leave it out"),
        (lambda: create_attention("dot", region_dim=5, query_dim=7, fused="ad"), ConfigError, "'add'"),
        (lambda: create_attention("dot", region_dim=5, query_dim=7, fused={}), ConfigError, "'name'"),
    ],
)
def test_mistakes_are_told(create, error, words, monkeypatch):
    monkeypatch.setattr(registry, "KNOWN_PACKAGES", {"scanpath-other": {"scorers": ("elsewhere",)}})
    with pytest.raises(error, match=words):
        create()


@pytest.mark.parametrize(
    ("name", "options", "error", "words"),
    [
        ("multi_hop", {"hosp": 3}, ConfigError, "'multi_hop' takes no option 'hosp'; did you mean 'hops'"),
        ("dot", {"fused": {"name": "add", "output_dm": 3}}, ConfigError, "'output_dim'"),
        ("dot", {"fused": "ad"}, ConfigError, "'add'"),
        ("dot", {"region_dim": 3}, ConfigError, "no option 'region_dim'"),
        ("sum", {"fused": "add"}, ConfigError, "leave it out"),
        ("addtive", {}, UnknownNameError, "'additive'"),
        ("bilstm", {"attention": "addtive"}, UnknownNameError, "'additive'"),
        ("channel", {"attention": {"name": "dot", "map": 2}}, ConfigError, "did you mean 'maps'"),
        ("self_attention", {"attention": {"maps": 2}}, ConfigError, "'name'"),
    ],
)
def test_options_are_checked_without_building(name, options, error, words):
    with pytest.raises(error, match=words):
        check_attention_options(name, options)


def test_what_can_be_built_passes_the_check():
    check_attention_options("multi_hop", {"hops": 3})
    check_attention_options("dot", {"maps": 2, "fused": {"name": "add", "output_dim": 3}})
    check_co_attention_options("independent", {"tokens": {"name": "dot", "maps": 2}})


def test_options_inside_a_co_attention_are_checked():
    with pytest.raises(ConfigError, match="'dot' takes no option 'map'; did you mean 'maps'"):
        check_co_attention_options("independent", {"tokens": {"name": "dot", "map": 2}})
    with pytest.raises(ConfigError, match="did you mean 'tokens'"):
        check_co_attention_options("independent", {"token": "dot"})


class Holder(torch.nn.Module):
    """A mechanism of a package, which holds a fusion and says how its options are checked."""

    def __init__(self, *, region_dim, query_dim=None, token_dim=None, inner="add"):
        super().__init__()

    @staticmethod
    def check_options(options):
        check_fusion_options(*named(options.get("inner", "add"), "inner"))


@pytest.mark.parametrize(
    ("part", "check"), [("attentions", check_attention_options), ("scorers", check_attention_options),
                        ("co_attentions", check_co_attention_options)]
)  # fmt: skip
def test_a_mechanism_says_how_what_it_holds_is_checked(monkeypatch, part, check):
    monkeypatch.setattr(registry, "addresses", lambda asked: {"holder": f"{__name__}:Holder"} if asked == part else {})
    monkeypatch.setattr(registry, "resolve", lambda address: Holder)
    check("holder", {})
    check("holder", {"inner": {"name": "mlb", "output_dim": 3}})
    with pytest.raises(ConfigError, match="'mlb' takes no option 'output_dm'; did you mean 'output_dim'"):
        check("holder", {"inner": {"name": "mlb", "output_dm": 3}})
    with pytest.raises(ConfigError, match="'holder' takes no option 'iner'; did you mean 'inner'"):
        check("holder", {"iner": "add"})


def test_import_is_light():
    code = (
        "import sys, scanpath.attention; "
        "heavy = {'torchvision', 'PIL', 'matplotlib', 'accelerate', 'pydantic', 'yaml', 'typer', 'rich'}; "
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
