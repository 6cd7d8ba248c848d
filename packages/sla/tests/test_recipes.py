"""The recipe that trains the twin stream on the real VQA v2 goes through on files of its official form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpath.experiments.config import RunConfig
from scanpath.experiments.overrides import override
from scanpath.experiments.running import run_in
from scanpath.experiments.shipped import read_recipe
from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.files import read_json

QUESTIONS = {
    "train2014": """{"info": {"description": "This is v2.0 of the VQA dataset.", "version": "2.0", "year": 2017},
 "task_type": "Open-Ended", "data_type": "mscoco", "license": {"url": "http://creativecommons.org/licenses/by/4.0/"},
 "data_subtype": "train2014", "questions": [
 {"image_id": 9, "question": "Is the food hot?", "question_id": 9000},
 {"image_id": 9, "question": "How many plates?", "question_id": 9001},
 {"image_id": 25, "question": "Is the food hot?", "question_id": 25003}]}""",
    "val2014": """{"info": {}, "task_type": "Open-Ended", "data_type": "mscoco", "license": {},
 "data_subtype": "val2014", "questions": [
 {"image_id": 42, "question": "How many dogs?", "question_id": 42000},
 {"image_id": 42, "question": "Is it hot?", "question_id": 42001}]}""",
}
ANSWERS = {
    "train2014": [(9000, 9, "yes", "yes/no", "is the"), (9001, 9, "2", "number", "how many"),
                  (25003, 25, "no", "yes/no", "is the")],
    "val2014": [(42001, 42, "no", "yes/no", "is it"), (42000, 42, "2", "number", "how many")],
}  # fmt: skip
FEW = (
    "task.features=scenes_cnn", "task.model.embedding_dim=7", "task.model.question_dim=22", "task.model.hidden_dim=19",
    "task.model.co_attention.hidden_dim=11", "task.model.co_attention.positions=64",
    "training.batch_size=2", "training.epochs=2", "training.device=cpu",
)  # fmt: skip


def annotation(question: int, image: int, answer: str, kind: str, question_type: str) -> str:
    ten = ", ".join(f'{{"answer": "{answer}", "answer_confidence": "yes", "answer_id": {n}}}' for n in range(1, 11))
    return (
        f'{{"question_type": "{question_type}", "multiple_choice_answer": "{answer}", "answers": [{ten}], '
        f'"image_id": {image}, "answer_type": "{kind}", "question_id": {question}}}'
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vqa2"
    folder.mkdir()
    for subtype, questions in QUESTIONS.items():
        (folder / f"v2_OpenEnded_mscoco_{subtype}_questions.json").write_text(questions)
        said = ", ".join(annotation(*one) for one in ANSWERS[subtype])
        head = f'"info": {{}}, "license": {{}}, "data_subtype": "{subtype}", "data_type": "mscoco"'
        whole = f'{{{head}, "annotations": [{said}]}}'
        (folder / f"v2_mscoco_{subtype}_annotations.json").write_text(whole)
        pictures = tmp_path / "coco" / subtype
        pictures.mkdir(parents=True)
        for image in {image for _, image, *_ in ANSWERS[subtype]}:
            pixels = np.full((48, 64, 3), 5 * image, dtype=np.uint8)
            Image.fromarray(pixels).save(pictures / f"COCO_{subtype}_{image:012d}.jpg")
    return tmp_path


def test_it_goes_through_on_official_files(root: Path, tmp_path: Path) -> None:
    config = RunConfig.parse(override(read_recipe("twin_stream"), (*FEW, f"task.root={root}")))
    result = run_in(config, tmp_path / "run")
    assert result.split == "val"
    assert {"accuracy", "accuracy/yes/no", "accuracy/number"} <= set(result.measures)
    said = read_json(result.folder / "predictions.json")
    assert {entry["question_id"] for entry in said} == {42000, 42001}
    assert {entry["answer"] for entry in said} <= {"yes", "no", "2"}


def test_it_is_the_last_row_of_table_1() -> None:
    table = find_table("sla", "table1").settings
    row = values_of(table, table.row("sla"), table.columns[0], "paper", 0)
    assert RunConfig.parse(read_recipe("twin_stream")).plain() == RunConfig.parse(row).plain()
