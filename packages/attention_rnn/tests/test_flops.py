"""What the kernels multiply is counted; that it is what the sweep multiplies is tested where they run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanpath_attention_rnn import flops


def test_each_cell_multiplies_once_a_direction():
    cells, t = (2, 3, 5 * 7), 11
    expected = 2 * 2 * 3 * 5 * 7 * (4 * t) * (2 * t)
    assert flops.states((*cells, 4 * t), (2, 4 * t, 2 * t)) == expected
    assert flops.states_backward((*cells, t), (2, 4 * t, 2 * t)) == expected


def test_torchs_counter_knows_both_as_soon_as_a_layer_is_built():
    pytest.importorskip("triton")
    code = """
import torch
from scanpath_attention_rnn import AttentionRNN
AttentionRNN(region_dim=3, kernel="triton")
from torch.utils.flop_counter import FlopCounterMode
print({str(one) for one in FlopCounterMode().flop_registry if "attention_rnn" in str(one)})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert eval(done.stdout) == {"scanpath_attention_rnn.states", "scanpath_attention_rnn.states_backward"}
