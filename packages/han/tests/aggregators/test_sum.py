"""The sum of a selection, fixed and packed."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_han import SumPooling
from scanpath_han.selection import pack, pick

JOINT = torch.arange(2 * 5 * 3.0).view(2, 5, 3)
PRESENCE = torch.rand(2, 5)


def test_by_hand():
    pool = SumPooling(input_dim=3, query_dim=7)
    assert pool.context_dim == 3
    kept = torch.tensor([[1, 0, 0, 0, 1], [0, 0, 0, 0, 0]], dtype=torch.bool)
    assert pool(pack(JOINT, kept, PRESENCE)).tolist() == [[12, 14, 16], [0, 0, 0]]
    positions, chosen = torch.tensor([[0, 4], [0, 1]]), torch.tensor([[True, True], [False, True]])
    assert pool(pick(JOINT, positions, None, PRESENCE)).tolist() == [[12, 14, 16], [33, 35, 37]]
    assert pool(pick(JOINT, positions, chosen, PRESENCE)).tolist() == [[12, 14, 16], [18, 19, 20]]
    half = SumPooling(input_dim=3, factor=0.5)
    assert half(pack(JOINT, kept, PRESENCE)).tolist() == [[6, 7, 8], [0, 0, 0]]
    assert half(pick(JOINT, positions, None, PRESENCE)).tolist() == [[6, 7, 8], [16.5, 17.5, 18.5]]
    with pytest.raises(ConfigError, match="SumPooling got factor=-1"):
        SumPooling(input_dim=3, factor=-1)
