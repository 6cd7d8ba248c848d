"""Gradients are those of the loss by W_v, layer by layer, and the sentences read them as they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from scanpath_sla.figures.gradients import gradients, gradients_of, judged
from scanpath_sla.figures.runs import load


@pytest.mark.parametrize("kind", ["latent", "traditional"])
def test_they_are_the_loss_by_w_v(run_of, kind):
    run = load(run_of(kind))
    first = gradients_of(run, "train", size=20, questions=20)[0]
    assert first.shape == (3, 11 * 64)
    (batch, *_) = run.batches("train", size=20, questions=20)
    weight = run.twin.regions.values
    place, step = (2 * 11 + 5, 7), 1e-2
    losses = []
    for sign in (1, -1):
        with torch.no_grad():
            weight[place] += sign * step
            losses.append(float(run.objective(batch)[0]))
            weight[place] -= sign * step
    slope = (losses[0] - losses[1]) / (2 * step)
    assert first[2].reshape(11, 64)[5, 7] == pytest.approx(slope, abs=2e-3, rel=0.05)


def deviations(*layers):
    noise = np.random.default_rng(0).normal(1, 0.01, (3, 30, 3))
    return np.asarray(layers) * noise


def test_the_sentences():
    vanishing, even = deviations(0.01, 0.1, 1.0), deviations(0.9, 1.0, 1.0)
    assert [one.verdict for one in judged(vanishing, even)] == ["holds"] * 4
    assert [one.verdict for one in judged(even, vanishing)] == ["fails", "holds", "fails", "holds"]
    assert judged(vanishing, 3 * even)[3].verdict == "fails"
    (margin,) = judged(vanishing, even)[0].margins.values()
    assert margin.value == pytest.approx(np.log(0.9) - np.log(0.01), rel=0.01)


def test_the_data_are_whole(run_of):
    folders = [run_of(kind, seed) for kind in ("latent", "traditional") for seed in (0, 1)]
    said = []
    result, drawing = gradients(folders, split="train", size=10, questions=40, say=said.append)
    assert len(said) == 4
    for kind in result["kinds"]:
        assert [sum(row) for row in kind["counts"]] == [2 * result["batches"] * 11 * 64] * 3
        assert kind["seeds"] == [0, 1]
    assert len(result["edges"]) == len(result["kinds"][0]["counts"][0]) + 1
    assert [one["reason"] for one in result["statements"]] == ["seeds: 2, a claim needs 3"] * 4
    assert drawing.width > drawing.height
