"""The pairwise operator: groups of one length, the padded form that compiles, one cell, and its readings."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_han import PairwiseOperator
from scanpath_han.selection import pack


def packed(counts, count=6, width=7):
    """Keep the first cells of each sample."""
    source = torch.Generator().manual_seed(0)
    joint = torch.randn(len(counts), count, width, generator=source, dtype=torch.float64)
    kept = torch.arange(count) < torch.tensor(counts).unsqueeze(1)
    return pack(joint, kept, torch.rand(len(counts), count))


@pytest.mark.parametrize("counts", [[3, 1, 3, 6, 0], [0, 0], [2]])
def test_the_padded_form_is_equal(monkeypatch, counts):
    pairwise, selection = PairwiseOperator(input_dim=7, heads=3, head_dim=5).double(), packed(counts)
    by_length = pairwise(selection)
    assert by_length.shape == (len(counts), 15)
    monkeypatch.setattr("torch.compiler.is_compiling", lambda: True)
    torch.testing.assert_close(pairwise(selection), by_length)


def test_samples_of_one_length_go_together(monkeypatch):
    calls = []
    pairwise = PairwiseOperator(input_dim=7, heads=3, head_dim=5).double()
    own = pairwise._together

    def counting(sides, length):
        calls.append((len(sides[0]), length))
        return own(sides, length)

    monkeypatch.setattr(pairwise, "_together", counting)
    pairwise(packed([3, 1, 3, 6, 0, 1]))
    assert sorted(calls) == [(2, 1), (6, 3), (6, 6)]


def test_one_cell_finds_itself():
    pairwise, selection = PairwiseOperator(input_dim=7, heads=3, head_dim=5).double(), packed([1, 1])
    torch.testing.assert_close(pairwise(selection), pairwise.values(selection.cells))


def test_the_papers_sizes_are_the_defaults():
    pairwise = PairwiseOperator(input_dim=7)
    assert (pairwise.heads, pairwise.context_dim, pairwise.scale) == (2, 1024, 1.0)
    assert pairwise.keys.bias is None


def test_a_scale_is_heeded():
    selection, contexts = packed([5]), []
    for scale in (1.0, 0.0):
        torch.manual_seed(0)
        contexts.append(PairwiseOperator(input_dim=7, heads=1, head_dim=5, scale=scale).double()(selection))
    assert not torch.allclose(*contexts)
    torch.manual_seed(0)
    values = PairwiseOperator(input_dim=7, heads=1, head_dim=5).double().values(selection.cells)
    torch.testing.assert_close(contexts[1], values.sum(0, keepdim=True))  # all alike: five times their mean


def test_a_factor_multiplies_the_sum():
    contexts = []
    for factor in (1.0, 0.25):
        torch.manual_seed(0)
        contexts.append(PairwiseOperator(input_dim=7, head_dim=5, factor=factor).double()(packed([5, 2])))
    torch.testing.assert_close(contexts[1], contexts[0] / 4)


def test_impossible_sizes_are_refused():
    with pytest.raises(ConfigError, match="PairwiseOperator got factor=0"):
        PairwiseOperator(input_dim=7, factor=0)
    with pytest.raises(ConfigError, match="PairwiseOperator got heads=0"):
        PairwiseOperator(input_dim=7, heads=0)
