"""The equations once more as plain loops over samples, maps and regions: slow, clear, used by tests only.

Replace it together with ops.py, written anew from the paper rather than from there.
"""

from __future__ import annotations

import torch
from torch import Tensor


def gated_scores(keys: Tensor, query: Tensor, weight: Tensor) -> Tensor:
    """s_mi = sum_d w_md tanh(a_id + p_d) sigmoid(g_id + r_d): (B, K, 2k), (B, 2k), (M, k) -> (B, M, K)."""
    width = weight.shape[1]
    rows = []
    for regions, question in zip(keys, query, strict=True):
        for w in weight:
            for region in regions:
                features = torch.tanh(region[:width] + question[:width])
                gate = torch.sigmoid(region[width:] + question[width:])
                rows.append((w * features * gate).sum())
    return torch.stack(rows).view(len(keys), len(weight), -1)
