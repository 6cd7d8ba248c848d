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
    (first, *_), asked = gradients_of(run, "train", size=20, questions=20)
    assert first.shape == (3, 11 * 64)
    (batch, *_) = batches = list(run.batches("train", size=20, questions=20))
    assert asked == sum(len(one.tokens) for one in batches)
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
    (margin,) = judged(deviations(0.5, 0.01, 1.0), even)[1].margins.values()
    assert margin.value == pytest.approx(np.log(2), rel=0.01)


def test_a_gradient_that_vanished_has_a_logarithm_too():
    gone, even = deviations(0.0, 0.1, 1.0), deviations(0.9, 1.0, 1.0)
    assert [one.verdict for one in judged(gone, even)] == ["holds"] * 4
    assert all(np.isfinite(margin.value) for one in judged(gone, even) for margin in one.margins.values())


def test_the_data_are_whole(run_of):
    folders = [run_of(kind, seed) for kind in ("latent", "traditional") for seed in (0, 1)]
    said = []
    result, drawing = gradients(folders, split="train", size=10, questions=40, say=said.append)
    assert len(said) == 4
    kinds = {kind["name"]: kind for kind in result["kinds"]}
    for place, name in ((0, "SLA"), (2, "traditional")):
        kind = kinds[name]
        assert [sum(row) for row in kind["counts"]] == [2 * result["batches"] * 11 * 64] * 3
        assert kind["seeds"] == [0, 1]
        own = [gradients_of(load(folder), "train", size=10, questions=40) for folder in folders[place : place + 2]]
        layerwise = np.stack([found.astype(np.float64).std(2) for found, _ in own])  # (seeds, batches, T)
        assert kind["deviations"] == pytest.approx(layerwise.mean((0, 1)).tolist())
        assert kind["ratio"] == pytest.approx(np.exp(np.log(layerwise[..., 0] / layerwise[..., 2]).mean()))
        edges = np.asarray(result["edges"])
        counts = [np.histogram(np.clip(np.stack([f[:, t] for f, _ in own]), *edges[[0, -1]]), edges)[0].tolist()
                  for t in range(3)]  # fmt: skip
        assert kind["counts"] == counts
        assert result["questions"] == own[0][1]
    assert len(result["edges"]) == len(result["kinds"][0]["counts"][0]) + 1
    assert [one["reason"] for one in result["statements"]] == ["seeds: 2, a claim needs 3"] * 4
    assert drawing.width > drawing.height
