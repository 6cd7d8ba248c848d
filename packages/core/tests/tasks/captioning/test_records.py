from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from scanpath.data.caption_results import read_caption_results
from scanpath.data.captions import CaptionVocabulary
from scanpath.files import write_json
from scanpath.ops.search import Found
from scanpath.tasks.captioning.records import captions_of, make_records, mean_surprise, official_results


def records() -> dict[str, dict[str, object]]:
    found = Found(torch.tensor([[4, 5, 0], [6, 0, 0]]), torch.tensor([2, 1]), torch.tensor([-1.25, -0.5]))
    return make_records(
        torch.tensor([42, 7]),
        found,
        CaptionVocabulary(("a", "dog", "ball")),
        index=torch.tensor([0, 1, 0]),
        surprise=torch.tensor([1.0, 2.0, 3.5]),
        words=torch.tensor([4, 2, 3]),
    )


def test_a_picture_has_its_caption_and_the_surprise_of_all_that_people_said() -> None:
    assert records() == {
        "42": {"caption": "a dog", "log_probability": -1.25, "surprise": 4.5, "words": 7},
        "7": {"caption": "ball", "log_probability": -0.5, "surprise": 2.0, "words": 2},
    }
    assert mean_surprise(records()) == pytest.approx(6.5 / 9)
    assert json.loads(json.dumps(records())) == records()


def test_results_are_in_the_official_form(tmp_path: Path) -> None:
    results = official_results(records())
    assert results == [{"image_id": 7, "caption": "ball"}, {"image_id": 42, "caption": "a dog"}]
    write_json(tmp_path / "results.json", results)
    assert read_caption_results(tmp_path / "results.json") == captions_of(records())
