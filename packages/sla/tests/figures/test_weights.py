"""Attention weights are counted and measured layer by layer, and the sentences read them as they say."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath_sla.figures.runs import load
from scanpath_sla.figures.weights import judged, maps_of, weights


def test_maps_by_hand(run_of, monkeypatch):
    import torch

    from scanpath.types import Output

    run = load(run_of("latent"))
    maps = torch.zeros(1, 3, 2, 2)
    maps[0, 0] = 0.25
    maps[0, 1, 0] = 0.5
    maps[0, 2, 0, 0] = 1.0

    def answer(batch):
        return Output(torch.zeros(len(batch.tokens), 2), {"regions": maps.expand(len(batch.tokens), -1, -1, -1)})

    monkeypatch.setattr(run.objective, "answer", answer)
    found = maps_of(run, "val", size=10, questions=10)
    count = len(found.largest)
    assert found.largest[0].tolist() == [0.25, 0.5, 1.0]
    assert found.entropy[0].tolist() == pytest.approx([1.0, 0.5, 0.0])
    assert found.counts.sum(1).tolist() == [4 * count] * 3
    assert (found.counts[0, 12], found.counts[1, 25], found.counts[2, 49]) == (4 * count, 2 * count, count)


def test_pictures_are_told_apart(run_of):
    run = load(run_of("latent"))
    found = maps_of(run, "val", size=10, questions=60)
    split = run.task.split("val")
    assert len(np.unique(found.pictures)) == len(np.unique(split.image_ids))


def largest(*layers):
    noise = np.random.default_rng(0).normal(0, 0.001, (3, 60, 3))
    return np.asarray(layers) + noise


def test_the_sentences():
    pictures = np.arange(60) // 2
    sharp, dull = largest(0.5, 0.6, 0.7), largest(0.1, 0.3, 0.5)
    assert [one.verdict for one in judged(dull, sharp, pictures)] == ["holds"] * 3
    assert [one.verdict for one in judged(sharp, dull, pictures)] == ["fails", "fails", "holds"]
    assert judged(dull, sharp[..., ::-1], pictures)[2].verdict == "fails"
    late = dull + largest(0.1, 0.2, 0.3)
    assert [one.verdict for one in judged(dull, late, pictures)] == ["holds", "fails", "holds"]
    assert len(judged(dull[..., :1], sharp[..., :1], pictures)) == 1


def test_the_data_are_whole(run_of):
    result, drawing = weights(
        [run_of("latent"), run_of("traditional")], split="val", size=20, questions=40, say=lambda _: None
    )
    found = maps_of(load(run_of("latent")), "val", size=20, questions=40)
    (ours,) = [kind for kind in result["kinds"] if kind["name"] == "SLA"]
    assert ours["largest"] == pytest.approx(found.largest.mean(0).tolist())
    assert ours["entropy"] == pytest.approx(found.entropy.mean(0).tolist())
    assert ours["counts"] == found.counts.tolist()
    for kind in result["kinds"]:
        assert [sum(row) for row in kind["counts"]] == [64 * result["questions"]] * 3
        assert all(1 / 64 < value < 1 for value in kind["largest"])
    assert drawing.width > drawing.height
