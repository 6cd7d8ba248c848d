"""Official files typed by hand, with two pictures in a folder: small enough to know every number of a batch."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from scanpath.data.images import open_images
from scanpath.data.split import VQASplit
from scanpath.data.vqa import read_split

QUESTIONS = [
    {"question_id": 71, "image_id": 7, "question": "What color is the dog?"},
    {"question_id": 31, "image_id": 3, "question": "How many dogs?"},
    {"question_id": 72, "image_id": 7, "question": "Is it a dog, really?"},
    {"question_id": 73, "image_id": 7, "question": "What is behind the dog?"},
]
ANSWERS = {
    71: ("what color", "other", ["red"] * 6 + ["the red", "crimson", "dark red", "red."]),
    31: ("how many", "number", ["2"] * 5 + ["two"] * 3 + ["3", "two dogs"]),
    72: ("is it", "yes/no", ["yes"] * 7 + ["no"] * 2 + ["maybe"]),
    73: ("what is", "other", ["a hedge", "hedge", "bush", "bush", "bush", "wall", "wall", "fence", "tree", "green"]),
}


def annotation(question: dict) -> dict:
    kind, answer_type, answers = ANSWERS[question["question_id"]]
    return {
        "question_id": question["question_id"],
        "image_id": question["image_id"],
        "question_type": kind,
        "answer_type": answer_type,
        "multiple_choice_answer": max(answers, key=answers.count),
        "answers": [
            {"answer": text, "answer_confidence": "yes", "answer_id": place}
            for place, text in enumerate(answers, start=1)
        ],
    }


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def golden_files(tmp_path: Path) -> Path:
    """Write the official files and two pictures of 5x3 pixels."""
    header = {"info": {}, "license": {}, "data_type": "mscoco", "data_subtype": "val2014"}
    questions = {**header, "task_type": "Open-Ended", "questions": QUESTIONS}
    (tmp_path / "questions.json").write_text(json.dumps(questions))
    annotations = {**header, "annotations": [annotation(question) for question in QUESTIONS]}
    (tmp_path / "annotations.json").write_text(json.dumps(annotations))
    (tmp_path / "pictures").mkdir()
    for image in (3, 7):
        pixels = np.full((3, 5, 3), image, dtype=np.uint8)
        pixels[0, 1] = (200, 100, 50)
        Image.fromarray(pixels).save(tmp_path / "pictures" / f"COCO_val2014_{image:012d}.png")
    return tmp_path


@pytest.fixture
def golden(golden_files: Path) -> VQASplit:
    return read_split(
        golden_files / "questions.json",
        golden_files / "annotations.json",
        open_images(golden_files / "pictures"),
        name="golden/val",
        image_name=lambda subtype, image: f"COCO_{subtype}_{image:012d}.png",
    )


@pytest.fixture
def renumbered(golden: VQASplit) -> Callable[[int], VQASplit]:
    """The same questions under other ids, as another split has them."""

    def shift(by: int) -> VQASplit:
        return VQASplit(
            name=f"golden/{by}",
            question_ids=golden.question_ids + by,
            image_ids=golden.image_ids,
            questions=golden.questions,
            image_names=golden.image_names,
            images=golden.images,
            annotations=golden.annotations,
        )

    return shift
