"""Strips: a word's map by a loop, captions as the task writes them, what moves by hand, and what cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from scanpath.errors import ConfigError, DataError
from scanpath.experiments.loading import load_run
from scanpath_sla.figures.words import _moved, word_maps, words


def test_a_words_map_weighs_the_thoughts_maps():
    beta = torch.softmax(torch.randn(2, 5, 3, 7), -1)
    alpha = torch.softmax(torch.randn(2, 7, 2, 3 * 11), -1)
    found = word_maps({"thoughts": beta, "reviews": alpha.unflatten(3, (3, 11))})
    assert found.shape == (2, 5, 3, 11)
    for row in range(2):
        for word in range(5):
            expected = sum(beta[row, word, 2, r] * alpha[row, r, 1] for r in range(7))
            torch.testing.assert_close(found[row, word].flatten(), expected)
    torch.testing.assert_close(found.sum((2, 3)), torch.ones(2, 5))
    looks = torch.randn(2, 5, 2, 3, 11)
    assert torch.equal(word_maps({"regions": looks}), looks[:, :, 1])
    assert word_maps({}) is None


def test_what_moves_by_hand():
    maps = np.zeros((3, 2, 2), dtype=np.float32)
    maps[0, 0, 0], maps[1, 0, 0], maps[2, 1, 1] = 1, 1, 1
    assert _moved(maps) == 0.5
    assert _moved(maps[:2]) == 0.0
    assert _moved(maps[1:]) == 1.0


@pytest.mark.parametrize("kind", ["review", "soft"])
def test_captions_are_the_runs_own(run_of, kind):
    folder = run_of(kind)
    result, drawing = words(folder, split="val", pictures=30, drawn=3)
    run = load_run(folder)
    records = run.evaluate("val").records
    assert result["pictures"] == 6
    assert len(result["drawn"]) == 3
    for one in result["drawn"]:
        assert one["caption"] == records[str(one["image_id"])]["caption"]
        assert one["caption"].split() == [look["word"] for look in one["maps"]]
        for look in one["maps"]:
            assert np.shape(look["map"]) == (8, 8)
            assert np.sum(look["map"]) == pytest.approx(1, abs=1e-5)
        assert one["people"] == run.task.split("val").references()[one["image_id"]]
    longest = max(len(one["maps"]) for one in result["drawn"])
    assert drawing.width > (longest + 1) * 110
    key = result["drawn"][1]["image_id"]
    assert words(folder, split="val", pictures=2, drawn=1)[0]["pictures"] == 2
    (again,) = words(folder, split="val", pictures=30, drawn=3, ids=[key])[0]["drawn"]
    assert again == result["drawn"][1]


def test_what_cannot_be_drawn(run_of):
    with pytest.raises(ConfigError, match="looks once, before the first word: name one that looks at a grid"):
        words(run_of("plain"), split="val", pictures=10, drawn=1)
    with pytest.raises(ConfigError, match="holds no model of captions: name a run of the table table3"):
        words(run_of("latent"), split="val", pictures=10, drawn=1)
    with pytest.raises(DataError, match="picture 5 is not among the first 10"):
        words(run_of("soft"), split="val", pictures=10, drawn=1, ids=[5])
    with pytest.raises(ConfigError, match="a beam of 0 was asked for, expected 1 or more"):
        words(run_of("soft"), split="val", pictures=10, drawn=1, beam=0)
