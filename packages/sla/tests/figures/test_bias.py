"""The bias of questions that name a place: contrasts by hand, the sign that a run has, and what cannot be asked."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.places import what_family
from scanpath.errors import ConfigError
from scanpath_sla.figures import bias as module
from scanpath_sla.figures.bias import bias, bias_of, contrast, read_question, scenes_questions, signs
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


def test_a_place_does_not_choose_its_own_sign():
    places = ["top", "top", "left", "right"]
    assert signs(np.array([9.0, 9.0, -1.0, 2.0]), places).tolist() == [1.0, 1.0, 1.0, 1.0]
    assert signs(np.array([9.0, 9.0, -1.0, -2.0]), places).tolist() == [-1.0, -1.0, 1.0, 1.0]
    assert signs(np.array([9.0, 9.0, -19.0, 0.5]), places).tolist() == [-1.0, -1.0, 1.0, -1.0]


def test_one_place_that_words_tell_apart_is_not_enough(run_of, monkeypatch):
    """Both questions for the top agree, and there is nothing else to choose their sign: it must not be in favour."""
    drawn = np.zeros((3, 4, 4))
    drawn[:2, :2], drawn[2, :, :2] = 1.0, -1.0
    monkeypatch.setattr(module, "bias_of", lambda _run, _texts: drawn.copy())
    asked = [("a", "top"), ("b", "top"), ("c", "left")]
    result, _ = bias([run_of("placed")], asked=asked, say=lambda _: None)
    own = contrast(drawn - drawn.mean(0), [place for _, place in asked])
    assert own[0] == own[1] > 0 > own[2]
    assert [one["contrasts"] for one in result["questions"]] == [[-own[0]], [-own[1]], [own[2]]]
    margin = result["statements"][0]["margins"]["inside less outside"]
    assert margin["value"] == pytest.approx((own[2] - own[0] - own[1]) / 3)
    np.testing.assert_allclose(result["questions"][0]["map"], drawn[0] - drawn.mean(0))


def test_a_run_may_be_turned_around(run_of, monkeypatch):
    """It says the same, and is drawn the same."""
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
        results.append(result["questions"])
    for key in ("contrasts", "map"):
        np.testing.assert_allclose(*([one[key] for one in result] for result in results))
    assert np.asarray([one["contrasts"] for one in results[0]])[:2].min() > 0.8  # top and bottom


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
    assert [(one["question"], one["place"]) for one in result["questions"]] == ASKED
    assert result["statements"][0]["reason"] == "seeds: 1, a claim needs 3"
    assert drawing.width > drawing.height


def test_what_cannot_be_asked(run_of):
    assert read_question("what is in the sky=top") == ("what is in the sky", "top")
    with pytest.raises(ConfigError, match="'what is there' was given, expected a question, = and one of top, bottom"):
        read_question("what is there")
    with pytest.raises(ConfigError, match="all questions name 'top', expected two places at least"):
        bias([run_of("placed")], asked=ASKED[:1], say=lambda _: None)
    with pytest.raises(ConfigError, match="has no positional bias over a grid: name runs of the row bias"):
        bias([run_of("latent")], asked=ASKED, say=lambda _: None)
    with pytest.raises(ConfigError, match="has never read 'sky': give --ask questions of the data"):
        bias([run_of("placed")], asked=[("what is in the sky?", "bottom"), ASKED[0]], say=lambda _: None)
