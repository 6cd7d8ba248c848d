"""How much of a split a vocabulary fits, counted by hand."""

from __future__ import annotations

import torch

from scanpath.data.split import VQASplit
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.batch import NO_ANSWER, UNKNOWN
from scanpath.tasks.vqa.coverage import coverage


def test_questions_and_answers_are_counted() -> None:
    table = torch.tensor([[0, 0, UNKNOWN], [UNKNOWN, NO_ANSWER, NO_ANSWER], [2, UNKNOWN, UNKNOWN], [NO_ANSWER] * 3])
    found = coverage(table)
    assert found is not None
    assert (round(found.questions, 3), round(found.given, 3)) == (66.667, 42.857)
    assert coverage(torch.full((2, 1), NO_ANSWER)) is None
    assert found.sentence(3000, "vqa2/val") == (
        "The 3,000 answers of the vocabulary fit 66.7 % of the questions of vqa2/val, "
        "and 42.9 % of what people answered."
    )


def test_it_is_told_of_every_split_that_is_open(golden: VQASplit, renumbered) -> None:
    splits = {"train": golden, "val": renumbered(1000)}
    task = VQATask({"features": None, "answers": {"minimum": 1, "form": "written"}}, open_split=splits.__getitem__)
    task.split("val")
    told = task.remarks("train")
    assert [sentence.split(" fit ")[1] for sentence in told] == [
        f"100.0 % of the questions of {name}, and 52.5 % of what people answered."
        for name in ("golden/val", "golden/1000")
    ]
