"""What stands around the kernels; they themselves are run by test_kernels.py."""

from __future__ import annotations

import builtins
import subprocess
import sys

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_attention_rnn import AttentionRNN, launching


def test_neighbours_by_hand():
    states = torch.arange(1.0, 13).view(2, 1, 6, 1)  # two streams on maps of 2 x 3
    left, right = launching.neighbours(states, 2, 3)[:, 0].unbind(0)
    assert left[:, 0].tolist() == [0, 1, 2, 0, 4, 5]
    assert right[:, 0].tolist() == [8, 9, 0, 11, 12, 0]
    assert left[:, 1].tolist() == [0, 0, 0, 1, 2, 3]
    assert right[:, 1].tolist() == [0, 0, 0, 7, 8, 9]


def test_tiles_are_as_large_as_the_hardware_multiplies():
    pytest.importorskip("triton")
    found = [launching._sizes(rows, hidden) for rows, hidden in ((1, 1), (50, 32), (128, 17))]
    assert [(one["ROWS"], one["UNITS"], one["num_warps"]) for one in found] == [(16, 16, 4), (64, 32, 8), (128, 32, 8)]
    assert {one["num_stages"] for one in found} == {1}, "what is read ahead would be read before it is written"


def test_features_on_the_cpu_are_told(draw, monkeypatch):
    pytest.importorskip("triton")
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    with pytest.raises(ConfigError, match="the features lie on the CPU: move model and features to a GPU"):
        launching.scan_by_kernel(*draw(1, 2, 2, 3, 3))


def test_a_layer_without_room_says_so_when_it_is_built():
    pytest.importorskip("triton")
    with pytest.raises(ConfigError, match=r"has room for hidden=32, and the layer has 64: give hidden=32, or leave"):
        AttentionRNN(region_dim=64, kernel="triton")  # as wide as its regions by default
    assert AttentionRNN(region_dim=64, hidden=32, kernel="triton").kernel == "triton"


def test_without_triton_it_says_so_when_it_is_built(monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest, **more):
        names = rest[2] if len(rest) > 2 else ()  # of ``from package import names``
        if name == "triton" or "kernels" in (names or ()):
            raise ImportError(name)
        return real(name, *rest, **more)

    with monkeypatch.context() as patch:  # undone before anything else imports, failed or not
        patch.delitem(sys.modules, "scanpath_attention_rnn.kernels", raising=False)
        patch.setattr(builtins, "__import__", refuse)
        with pytest.raises(ConfigError, match="Triton is not installed: pip install triton"):
            AttentionRNN(region_dim=3, kernel="triton")


def test_importing_the_layer_brings_no_triton():
    code = "import sys, scanpath_attention_rnn.attention_rnn; print('triton' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
