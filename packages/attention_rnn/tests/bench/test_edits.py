"""A step is both turns, and its two networks differ in their masks alone."""

from __future__ import annotations

import sys

import torch

from scanpath_attention_rnn.bench.edits import EditingStep, steps
from scanpath_attention_rnn.tasks.editing import EditingBatch
from scanpath_attention_rnn.tasks.editing.settings import ModelSettings

TINY = {"width": 2, "kernel_size": 3, "blocks": 1, "critic_width": 2, "critic_layers": 2}


def test_a_pass_is_both_turns():
    step = EditingStep(ModelSettings.parse(TINY), 16)
    values = torch.tensor([[0, 1, 1], [1, 0, 0]])
    given = torch.randint(0, 256, (2, 3, 16, 16), dtype=torch.uint8), values, 1 - values, torch.rand(2, 3)
    parts = [step.objective(EditingBatch([], *given, None), turn)[0] for turn in ("critic", "editor")]
    torch.testing.assert_close(step(*given), sum(parts))


def test_structure_costs_more_and_is_beside_the_mask_alone():
    group = steps(16, TINY, device="cpu", batch=2, repeats=1, hidden=3)
    plain, structured = (line.cost for line in group.lines)
    assert [line.name for line in group.lines] == ["MGAN", "MGAN+ARNN"]
    assert plain.flops < structured.flops
    assert plain.parameters < structured.parameters
    assert [len(line.asked) for line in group.lines] == [0, 1]
    assert "16 x 16, batch 2" in group.title


def test_published_sizes_are_measured_as_few_times_as_a_cpu_bears(monkeypatch):
    bench = sys.modules[EditingStep.__module__]  # the package has a function of this name
    monkeypatch.setattr(bench, "steps", lambda side, sizes, **given: (side, sizes, given))
    asked = {"batch": 16, "repeats": 10}
    small, large = bench.edits(device="cpu", **asked)
    assert small == (64, bench.SMALL, {"device": "cpu", **asked, "hidden": 16})
    assert large == (128, {}, {"device": "cpu", "batch": 1, "repeats": 3})
    assert [*bench.edits(device="cuda", **asked)][1] == (128, {}, {"device": "cuda", **asked})
