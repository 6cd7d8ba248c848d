"""Two looks on one picture: those that are asked for are drawn, and how far looks move is measured on all."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.errors import ConfigError, DataError
from scanpath_sla.figures import steps as module
from scanpath_sla.figures.runs import load
from scanpath_sla.figures.steps import _moved, steps


def test_what_moves_by_hand():
    maps = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.5, 0.5]], [[0.75, 0.25], [0.0, 0.0]]])
    assert _moved(maps) == 0.25
    assert _moved(maps[:2]) == 1.0
    assert _moved(maps[[0, 1, 0]]) == 0.0


def test_questions_are_drawn(run_of, monkeypatch):
    folder, tints = run_of("latent"), []
    real = module.tinted
    monkeypatch.setattr(module, "tinted", lambda *given: tints.append(given[1:]) or real(*given))
    result, drawing = steps(folder, split="val", questions=30, drawn=4)
    assert len(result["drawn"]) == 4
    assert 0 < result["moved"]["value"] < 1
    assert drawing.width > 2 * 2 * 200
    split = load(folder).task.split("val")
    looked = [
        key for batch in load(folder).batches("val", size=64, questions=30) for key in batch.question_ids.tolist()
    ]
    assert result["moved"]["groups"] == len(set(split.image_ids[np.isin(split.question_ids, looked)]))
    for (first, last), one in zip(tints, result["drawn"], strict=True):
        np.testing.assert_allclose(first, one["maps"]["layer 1"])
        np.testing.assert_allclose(last, one["maps"]["layer 3"])
    for one in result["drawn"]:
        row = int(np.flatnonzero(split.question_ids == one["question_id"])[0])
        assert (one["question"], one["truth"]) == (split.questions[row], split.annotations.modal[row])
        assert np.asarray(one["maps"]["layer 3"]).sum() == pytest.approx(1, abs=1e-5)
    key = result["drawn"][2]["question_id"]
    (again,) = steps(folder, split="val", questions=30, drawn=4, ids=[key])[0]["drawn"]
    assert again == result["drawn"][2]


def test_what_cannot_be_drawn(run_of):
    with pytest.raises(ConfigError, match="looks once, and a step needs two looks"):
        steps(run_of("one"), split="val", questions=10, drawn=1)
    with pytest.raises(DataError, match="question 5 is not among the first 10"):
        steps(run_of("latent"), split="val", questions=10, drawn=1, ids=[5])
