"""The paper's network at its largest, T = 3 and m = 1024: the memory that kept its authors from more.

"We did not try with more layers since we could not keep the same batch size": 800, on 8 GPUs of 2017.
"""

from __future__ import annotations

from typing import Any

import torch

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, measured
from scanpath.hosts import build_host

ANSWERS, VOCABULARY, WORDS = 3000, 13_000, 26


def whole(
    *, device: str, batch: int, repeats: int, hidden: int = 1024, width: int = 2048, side: int = 14, **narrower: int
) -> Group:
    """Measure the host with T = 1, 2 and 3, and T = 3 with its activations recomputed in eighths of the batch."""
    source = torch.Generator().manual_seed(0)
    features = torch.randn(batch, side, side, width, generator=source).to(device)
    tokens = torch.randint(1, VOCABULARY, (batch, WORDS), generator=source).to(device)
    eighth = max(1, batch // 8)
    rows: dict[str, dict[str, Any]] = {f"T = {count}": {"layers": count} for count in (1, 2, 3)}
    rows[f"T = 3, recompute={eighth}"] = {"layers": 3, "recompute": eighth}
    calls: Calls = {}
    for name, options in rows.items():
        twin = {"name": "twin_stream", "hidden_dim": hidden, "positions": side * side, **options}
        section = {"name": "sla", "co_attention": twin, **narrower}
        model = build_host(section, vocabulary_size=VOCABULARY, answers=ANSWERS, feature_shape=(side, side, width))
        calls[name] = model, (features, tokens)
    title = f"the host sla, m = {hidden}, on {side} x {side} x {width} and {WORDS} words, batch {batch}"
    return measured(title, calls, repeats=repeats, device=device)
