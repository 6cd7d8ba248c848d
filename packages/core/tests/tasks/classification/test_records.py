"""A record says what a model takes a picture for, and where the truth came."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.errors import DataError
from scanpath.files import write_json
from scanpath.tasks.classification.batch import PictureBatch
from scanpath.tasks.classification.records import make_records, read_ranks, results

CLASSES = ("ant", "bee", "cow", "dog", "elk", "fox")


def test_guesses_their_probabilities_and_the_rank_of_the_truth() -> None:
    logits = torch.log(torch.tensor([[0.1, 0.5, 0.2, 0.05, 0.1, 0.05], [1.0] * 6]))
    batch = PictureBatch(["b", "a"], torch.zeros(2, 3, 1, 1).byte(), torch.tensor([2, 5]))
    records = make_records(batch, logits, CLASSES)
    assert records["b"]["class"] == "bee"
    assert [name for name, _ in records["b"]["top"]] == ["bee", "cow", "ant", "elk", "dog"]
    assert [share for _, share in records["b"]["top"]] == pytest.approx([0.5, 0.2, 0.1, 0.1, 0.05])
    assert (records["b"]["true"], records["b"]["rank"]) == ("cow", 1)
    assert [name for name, _ in records["a"]["top"]] == list(CLASSES[:5])  # of equals the smaller number
    assert (records["a"]["true"], records["a"]["rank"]) == ("fox", 5)
    assert [entry["picture"] for entry in results(records)] == ["a", "b"]


def test_few_classes_have_fewer_guesses() -> None:
    batch = PictureBatch(["a"], torch.zeros(1, 3, 1, 1).byte(), torch.tensor([1]))
    records = make_records(batch, torch.tensor([[0.0, 3.0]]), ("no", "yes"))
    assert [name for name, _ in records["a"]["top"]] == ["yes", "no"]
    assert records["a"]["rank"] == 0


def test_ranks_are_read_back(tmp_path: Path) -> None:
    write_json(tmp_path / "said.json", results({"b": {"rank": 3}, "a": {"rank": 0}}))
    assert read_ranks(tmp_path / "said.json") == {"a": 0, "b": 3}
    for wrong in ({}, [{"question_id": 7, "answer": "no"}]):
        write_json(tmp_path / "said.json", wrong)
        with pytest.raises(DataError, match="no list of classed pictures: write it again"):
            read_ranks(tmp_path / "said.json")
