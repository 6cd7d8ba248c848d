"""Layer by layer: coverage by hand, questions some at a time as one by one, the result and its drawing."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

from scanpath.errors import ConfigError, DataError
from scanpath.metrics.looking import attention_correctness
from scanpath_attention_rnn.data.digits.dataset import MREF
from scanpath_attention_rnn.figures import maps, sheet

ARNN = {"name": "attention_rnn", "hidden": 2}


@pytest.fixture(scope="session")
def subject(world):
    """Two pictures with all their questions."""
    return maps.read_subject(MREF(world).open("test"), 2)


def test_coverage_is_the_share_of_the_object_above_an_even_map():
    product = torch.tensor([[[0.7, 0.1], [0.2, 0.0]], [[0.25, 0.25], [0.25, 0.25]], [[0.26, 0.26], [0.26, 0.22]]])
    cover = torch.tensor([[1.0, 0.5], [0.5, 0.0]]).expand(3, -1, -1)
    assert maps.coverage(product, cover).tolist() == [0.5, 0.0, 1.0]


def test_a_subject_has_its_pictures_with_all_their_questions(world, subject):
    split = MREF(world).open("test")
    first, second = np.unique(split.image_ids)[:2]
    assert len(subject.pictures) == 2
    assert len(subject.split) == np.isin(split.image_ids, [first, second]).sum()
    assert subject.rows.tolist() == sorted(subject.rows.tolist())
    np.testing.assert_array_equal(subject.pictures[1], split.images.read(split.image_names[int(second)]))


def test_data_without_masks_are_refused(world):
    split = MREF(world).open("test")
    with pytest.raises(DataError, match="mref/test has no masks of what is asked about"):
        maps.read_subject(dataclasses.replace(split, grounding=None), 2)


def test_questions_together_are_measured_as_one_by_one(network, subject, monkeypatch):
    net = network(ARNN)
    found = maps.measure(net, subject)
    monkeypatch.setattr(maps, "PICTURES", 1)
    apart = maps.measure(net, subject)
    np.testing.assert_allclose(found.correctness, apart.correctness, rtol=1e-4)
    np.testing.assert_allclose(found.coverage, apart.coverage, atol=0.02)
    assert found.right.tolist() == apart.right.tolist()
    for question in (0, len(subject.split) - 1):
        picture, asked = subject.pictures[subject.rows[question]], subject.split.questions[question]
        looks = net.look([picture], [asked], [0])
        masks = torch.from_numpy(subject.split.grounding.target_mask(int(subject.split.question_ids[question])))[None]
        expected = attention_correctness(list(looks.maps.values()), masks)
        assert found.correctness[question] == pytest.approx(float(expected), rel=1e-4)
        assert found.right[question] == (looks.answers[0] == subject.split.annotations.modal[question])


@pytest.mark.parametrize("show", ["features", "maps"])
def test_the_result_has_a_line_a_network_and_the_drawing_a_row(network, subject, show):
    said = []
    networks = [network(ARNN, name="ARNN"), network("local", name="CTX")]
    result, drawing = maps.layer_maps(networks, subject, drawn=2, show=show, say=said.append)
    assert json.loads(json.dumps(result)) == result
    assert (result["data"], result["split"], result["pictures"]) == ("mref", "test", 2)
    assert [one["name"] for one in result["networks"]] == ["ARNN", "CTX"]
    for one in result["networks"]:
        assert [entry["question"] for entry in one["drawn"]] == [
            subject.split.questions[0],
            subject.split.questions[int(np.flatnonzero(subject.rows == 1)[0])],
        ]
        assert all(mean["low"] <= mean["value"] <= mean["high"] for mean in one["measures"].values())
    assert 0 < result["even"] < 0.2
    assert drawing.width == sheet.width_of(200, {"features": 5, "maps": 4}[show])
    single, _ = maps.layer_maps(networks[:1], subject, drawn=2, show=show, say=said.append)
    assert single["networks"] == result["networks"][:1]
    assert said[0].startswith("ARNN: accuracy ")


def test_what_is_told_of_a_drawn_question_is_what_is_drawn(network, subject):
    """Of a network that draws its attention too: a second look would be another one."""
    wave = network({**ARNN, "sample": True})
    state = torch.get_rng_state()
    result, drawing = maps.layer_maps([wave], subject, drawn=2, show="maps", say=lambda _: None)
    again, drawn_again = maps.layer_maps([wave], subject, drawn=2, show="maps", say=lambda _: None)
    assert result == again
    np.testing.assert_array_equal(np.asarray(drawing), np.asarray(drawn_again))
    assert torch.equal(state, torch.get_rng_state())
    _, looks, found = maps._drawn(wave, subject, 0)
    masks = subject.targets.masks([0])
    assert found.correctness[0] == pytest.approx(float(attention_correctness(list(looks.maps.values()), masks)))


def test_a_network_of_other_questions_is_refused(network, subject):
    other = subject._replace(split=dataclasses.replace(subject.split, questions=["green"] * len(subject.split)))
    with pytest.raises(ConfigError, match="has never read 'green'"):
        maps.layer_maps([network(ARNN)], other, drawn=1, show="features", say=print)
