"""The bias of questions that name a place: contrasts by hand, the sign that a run has, and what cannot be asked."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.places import what_family
from scanpath.errors import ConfigError
from scanpath_sla.figures import bias as module
from scanpath_sla.figures.bias import bias, bias_of, contrast, read_question, scenes_questions
from scanpath_sla.figures.runs import load

ASKED = [("what color is the circle?", "top"), ("what color is the square?", "bottom right")]


def test_contrasts_by_hand():
    top = np.zeros((4, 6))
    top[:2] = 1.0
    corner = np.zeros((4, 6))
    corner[2:, 3:] = 1.0
    maps = np.stack([top, top, corner, corner])
    found = contrast(maps, ["top", "bottom", "bottom right", "left"])
    assert found.tolist() == [1.0, -1.0, 1.0, -0.5]


def test_the_questions_of_scenes_are_its_own():
    texts = {text for meaning in what_family(SceneOptions()).texts for text in meaning}
    asked = {text for text, _ in scenes_questions()}
    assert len(asked) == 48
    assert texts <= asked
    assert {place for _, place in scenes_questions()} == set(module.PLACES)


def test_signs_are_chosen_on_other_questions(run_of, monkeypatch):
    """A run whose bias is turned around says the same."""
    drawn, source = {}, np.random.default_rng(0)
    for text, place in scenes_questions():
        drawn[text] = source.normal(0, 0.1, (4, 4))
        drawn[text][:2] += 1.0 * (place == "top") - 1.0 * (place == "bottom")
    results = []
    for sign in (1, -1):
        monkeypatch.setattr(
            module, "bias_of", lambda _run, texts, sign=sign: sign * np.stack([drawn[text] for text in texts])
        )
        result, _ = bias([run_of("placed")], asked=scenes_questions(), say=lambda _: None)
        results.append([one["contrasts"] for one in result["questions"]])
    np.testing.assert_allclose(*results)
    assert np.asarray(results[0])[:2].min() > 0.8  # top and bottom


def test_it_is_the_models(run_of):
    run = load(run_of("placed"))
    split = run.task.split("val")
    batch = next(run.batches("val", size=10, questions=10))
    _, looked = run.model.look(batch.images, batch.tokens, batch.image_index)
    row = int(np.flatnonzero(split.question_ids == batch.question_ids[0].item())[0])
    (found,) = bias_of(run, [split.questions[row]])
    np.testing.assert_allclose(found, looked.regions.extras["bias"][0, 0].numpy(), atol=1e-6)
    assert found.shape == (8, 8)


def test_the_data_are_whole(run_of):
    result, drawing = bias([run_of("placed")], asked=ASKED, say=lambda _: None)
    assert [(one["question"], one["place"], one["judges"]) for one in result["questions"]] == [
        (*ASKED[0], False), (*ASKED[1], True)
    ]  # fmt: skip
    assert result["statements"][0]["reason"] == "seeds: 1, a claim needs 3"
    assert drawing.width > drawing.height


def test_what_cannot_be_asked(run_of):
    assert read_question("what is in the sky=top") == ("what is in the sky", "top")
    with pytest.raises(ConfigError, match="'what is there' was given, expected a question, = and one of top, bottom"):
        read_question("what is there")
    with pytest.raises(ConfigError, match="1 question was given, expected two at least"):
        bias([run_of("placed")], asked=ASKED[:1], say=lambda _: None)
    with pytest.raises(ConfigError, match="has no positional bias over a grid: name runs of the row bias"):
        bias([run_of("latent")], asked=ASKED, say=lambda _: None)
    with pytest.raises(ConfigError, match="has never read 'sky': give --ask questions of the data"):
        bias([run_of("placed")], asked=[("what is in the sky?", "top"), ASKED[0]], say=lambda _: None)
