"""One small generated world for all tests of data, and golden files that several of them read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scanpath.data.catalogue import make_dataset


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a data set of 211 training, 53 validation and 61 test pictures."""
    root = tmp_path_factory.mktemp("world")
    make_dataset("scenes", root, images=211, val_images=53, test_images=61, workers=1)
    return root


#: Lists of VQA-CP, typed by hand.
CP_QUESTIONS: list[dict[str, Any]] = [
    {"question_id": 9001, "image_id": 9, "question": "Is it red?", "coco_split": "train2014"},
    {"question_id": 42000, "image_id": 42, "question": "How many?", "coco_split": "val2014"},
]
CP_ANNOTATIONS: list[dict[str, Any]] = [
    {
        "question_id": number,
        "image_id": image,
        "question_type": "how many",
        "answer_type": "number",
        "multiple_choice_answer": "3",
        "coco_split": origin,
        "answers": [{"answer": "3", "answer_confidence": "yes", "answer_id": place} for place in range(1, 11)],
    }
    for number, image, origin in ((9001, 9, "train2014"), (42000, 42, "val2014"))
]


@pytest.fixture
def cp_questions() -> list[dict[str, Any]]:
    """Two questions of VQA-CP, about pictures of both sets of COCO."""
    return copy.deepcopy(CP_QUESTIONS)


@pytest.fixture
def cp_annotations() -> list[dict[str, Any]]:
    """Their annotations, in the same order."""
    return copy.deepcopy(CP_ANNOTATIONS)


@pytest.fixture
def put_cp() -> Callable[..., tuple[Path, Path]]:
    """Write the two lists of a split into a folder."""

    def put(folder: Path, questions: Any, annotations: Any, *, split: str = "train") -> tuple[Path, Path]:
        paths = folder / f"vqacp_v2_{split}_questions.json", folder / f"vqacp_v2_{split}_annotations.json"
        for path, value in zip(paths, (questions, annotations), strict=True):
            put_text(path, value)
        return paths

    return put


#: The official forms of Visual Genome, typed by hand.
GENOME = {
    "question_answers.json": """[{"id": 1, "qas": [
 {"a_objects": [], "question": "What color is the clock?", "image_id": 1, "qa_id": 986768, "answer": "Green.",
  "q_objects": [{"object_id": 1058498, "x": 421, "y": 91, "names": ["clock"], "h": 339, "w": 79,
   "synsets": ["clock.n.01"]}]},
 {"a_objects": [], "question": "How tall is it?", "image_id": 1, "qa_id": 986769, "answer": "Very tall.",
  "q_objects": []},
 {"a_objects": [], "question": "How many?", "image_id": 1, "qa_id": 986770, "answer": "Two.", "q_objects": []}]},
 {"id": 2, "qas": [
 {"a_objects": [], "question": "Where is the cat?", "image_id": 2, "qa_id": 5, "answer": "On the table.",
  "q_objects": []},
 {"a_objects": [], "question": "Is it red?", "image_id": 2, "qa_id": 6, "answer": "yes", "q_objects": []}]}]""",
    "image_data.json": """[{"width": 800, "url": "https://cs.stanford.edu/people/rak248/VG_100K_2/1.jpg", "height": 600,
 "image_id": 1, "coco_id": null, "flickr_id": null},
 {"width": 800, "url": "https://cs.stanford.edu/people/rak248/VG_100K/2.jpg", "height": 600, "image_id": 2,
 "coco_id": 42, "flickr_id": 2414791}]""",
}


@pytest.fixture
def genome() -> Mapping[str, str]:
    """The questions and the image data of the genome, by file name."""
    return dict(GENOME)


@pytest.fixture
def put() -> Callable[[Path, Any], Path]:
    """Write a text, or a value as JSON, and the folders above it."""
    return put_text


def put_text(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path
