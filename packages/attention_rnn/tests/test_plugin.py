"""The package's entry in the catalogue: it is found, every address loads, what it exports is a module."""

from __future__ import annotations

import pytest
import torch

import scanpath_attention_rnn
from scanpath import create_attention, create_scorer, registry
from scanpath.testing import check_method
from scanpath_attention_rnn.plugin import METHOD


def test_the_method():
    check_method(METHOD)


def test_it_is_installed():
    assert registry.methods()["attention_rnn"] == METHOD


@pytest.mark.parametrize("name", ["attention_rnn", "block_attention_rnn"])
def test_it_builds_by_name(name):
    given = torch.ones(2, 3, 13, 7), torch.ones(2, 5)
    assert create_scorer(name, region_dim=7, query_dim=5)(*given).shape == (2, 1, 3, 13)
    attention = create_attention(name, region_dim=7, query_dim=5, glimpses=2, hidden=3)
    assert attention(*given).context.shape == (2, 14)


def test_the_global_baseline_builds_by_name():
    scorer = create_scorer("global_map", region_dim=7, query_dim=5, positions=6)
    assert scorer(torch.ones(2, 2, 3, 7), torch.ones(2, 5)).shape == (2, 1, 2, 3)
    attention = create_attention("global_map", region_dim=7, query_dim=5, positions=6, maps=2)
    assert attention(torch.ones(2, 2, 3, 7), torch.ones(2, 5)).context.shape == (2, 14)


def test_it_exports_modules_and_what_they_return():
    public = {name for name in dir(scanpath_attention_rnn) if name[0].isupper()}
    assert public == {
        "AttentionRNN", "BlockAttentionRNN", "CBAM", "CBAMGate", "Distribution", "GlobalScorer", "PooledChannels"
    }  # fmt: skip
    for name in public - {"Distribution"}:
        assert issubclass(getattr(scanpath_attention_rnn, name), torch.nn.Module)
