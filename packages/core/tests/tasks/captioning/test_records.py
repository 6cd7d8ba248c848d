from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from scanpath.data.caption_results import read_caption_results
from scanpath.data.captions import CaptionVocabulary
from scanpath.files import write_json
from scanpath.ops.search import Found
from scanpath.tasks.captioning.records import captions_of, make_records, mean_surprise, official_results, prefix

GREEDY = Found(torch.tensor([[4, 5, 0], [6, 0, 0]]), torch.tensor([2, 1]), torch.tensor([-1.25, -0.5]))
BEAM = Found(torch.tensor([[5, 0, 0], [6, 6, 4]]), torch.tensor([1, 3]), torch.tensor([-1.0, -0.25]))


def records(*others: int) -> dict[str, dict[str, object]]:
    return make_records(
        torch.tensor([42, 7]),
        {1: GREEDY, **dict.fromkeys(others, BEAM)},
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


def test_captions_by_further_beams_stand_beside() -> None:
    found = records(3, 5)
    assert found["42"].pop("beside") == {"3": "dog", "5": "dog"}
    assert found["7"].pop("beside") == {"3": "ball ball a", "5": "ball ball a"}
    assert found == records()
    assert captions_of(records(3), 3) == {42: "dog", 7: "ball ball a"}
    assert captions_of(records(3)) == captions_of(records())
    assert prefix(3) == "beam 3/"


def test_results_are_in_the_official_form(tmp_path: Path) -> None:
    results = official_results(records())
    assert results == [{"image_id": 7, "caption": "ball"}, {"image_id": 42, "caption": "a dog"}]
    assert official_results(records(3), 3) == [
        {"image_id": 7, "caption": "ball ball a"}, {"image_id": 42, "caption": "dog"}
    ]  # fmt: skip
    write_json(tmp_path / "results.json", results)
    assert read_caption_results(tmp_path / "results.json") == captions_of(records())
