"""A whole split's answers: those of an evaluation, whether they are known or not, written whole or not at all."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpath.data.catalogue import open_split
from scanpath.errors import ConfigError, DataError
from scanpath.experiments.loading import load_run as load_run_folder
from scanpath.features.store import write_store
from scanpath.predict import Model, load_run
from scanpath.predict.split import answer_split, task_of

#: As in the official archives, typed by hand; of the pictures each has several questions, out of order.
TEST_DEV = """{"info": {"version": "2.0", "year": 2017}, "task_type": "Open-Ended", "data_type": "mscoco",
 "license": {}, "data_subtype": "test-dev2015", "questions": [
 {"image_id": 262144, "question": "Is the ball flying towards the batter?", "question_id": 262144005},
 {"image_id": 16, "question": "What color is the circle?", "question_id": 16000},
 {"image_id": 262144, "question": "What sport is this?", "question_id": 262144006}]}"""


def answers(path: Path) -> dict[int, str]:
    entries = json.loads(path.read_text())
    assert [set(entry) for entry in entries] == [{"question_id", "answer"}] * len(entries)
    found = {entry["question_id"]: entry["answer"] for entry in entries}
    assert len(found) == len(entries)
    return found


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("official")
    (root / "vqa2").mkdir()
    (root / "vqa2" / "v2_OpenEnded_mscoco_test-dev2015_questions.json").write_text(TEST_DEV)
    (root / "coco" / "test2015").mkdir(parents=True)
    for image in (16, 262144):
        Image.new("RGB", (40, 40), (image % 256, 90, 30)).save(
            root / "coco" / "test2015" / f"COCO_test2015_{image:012d}.jpg"
        )
    return root


@pytest.mark.parametrize("size", [None, 4])
def test_a_run_answers_as_it_is_measured(asked_run: Path, tmp_path: Path, size: int | None) -> None:
    model = load_run(asked_run)
    count = answer_split(model, task_of(model), "test", tmp_path / "new" / "results.json", size=size)
    loaded = load_run_folder(asked_run)
    measured = loaded.task.results(loaded.evaluate("test").records)
    assert answers(tmp_path / "new" / "results.json") == {entry["question_id"]: entry["answer"] for entry in measured}
    assert count == len(measured) == 21


def test_a_saved_model_answers_as_the_run_did(asked_run: Path, asked_world: Path, tmp_path: Path) -> None:
    model = load_run(asked_run)
    answer_split(model, task_of(model), "test", tmp_path / "run.json")
    saved = load_run(model.save_pretrained(tmp_path / "saved"))
    with pytest.raises(ConfigError, match=r"saved is a saved model, which does not tell its data: name a data set"):
        task_of(saved)
    task = task_of(saved, data="scenes", root=str(asked_world))
    assert task.settings.features == "scenes_cnn@64"
    answer_split(saved, task, "test", tmp_path / "saved.json", workers=1)
    assert answers(tmp_path / "saved.json") == answers(tmp_path / "run.json")


def test_answers_that_nobody_knows_are_not_needed(
    asked_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_run(asked_run)
    answer_split(model, task_of(model), "test", tmp_path / "known.json")
    monkeypatch.setattr(
        "scanpath.tasks.vqa.task.open_split", lambda *words: dataclasses.replace(open_split(*words), annotations=None)
    )
    answer_split(model, task_of(model), "test", tmp_path / "closed.json")
    assert (tmp_path / "closed.json").read_bytes() == (tmp_path / "known.json").read_bytes()


def test_official_test_dev_with_nothing_beside_it(untrained, official: Path, tmp_path: Path) -> None:
    model = untrained(shape=None, picture_size=[40, 40])
    task = task_of(model, data="vqa2", root=str(official))
    assert answer_split(model, task, "test-dev", tmp_path / "results.json") == 3
    said = answers(tmp_path / "results.json")
    asked = open_split("vqa2", "test-dev", official)
    assert said.keys() == set(asked.question_ids.tolist())
    for key, image, question in zip(asked.question_ids.tolist(), asked.image_ids, asked.questions, strict=True):
        picture = official / "coco" / "test2015" / asked.image_names[image]
        assert model.predict(picture, question).answer == said[key]


def test_other_features_than_it_learnt_from_are_refused(
    untrained, asked_run: Path, asked_world: Path, tmp_path: Path
) -> None:
    out, root = tmp_path / "results.json", str(asked_world)
    model = load_run(asked_run)
    with pytest.raises(DataError, match=r"made otherwise than those that the model learns from \(input_size differ\)"):
        answer_split(model, task_of(model, features="scenes_cnn@32"), "val", out)
    pictures = np.unique(open_split("scenes", "val", asked_world).image_ids)
    write_store(tmp_path / "narrow", pictures, np.zeros((len(pictures), 8, 8, 7), np.float16))
    with pytest.raises(
        DataError, match=r"the model learns from features \(8, 8, 64\), those of val are features \(8, 8, 7\)"
    ):
        answer_split(model, task_of(model, features=str(tmp_path / "narrow")), "val", out)
    facts = {**model.section.backbone, "sha256": "0123456789abcdef"}
    other = Model(model.module, model.vocabularies, model.section.model_copy(update={"backbone": facts}), run=model.run)
    with pytest.raises(DataError, match=r"\(sha256 differ\): its answers would mean nothing; extract them alike"):
        answer_split(other, task_of(other), "val", out)
    unknown = untrained()
    unknown.section = unknown.section.model_copy(update={"backbone": {"source": "elsewhere"}})
    with pytest.raises(
        ConfigError, match=r"the model does not tell what made its features, or more .*: name the folder of"
    ):
        task_of(unknown, data="scenes", root=root)
    assert not out.exists()


def test_what_stops_it_leaves_the_old_file(asked_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "results.json"
    out.write_text("old")
    model = load_run(asked_run)
    task = task_of(model)
    said = []

    def predict(*words: object) -> dict[str, dict[str, str]]:
        if said:
            raise KeyboardInterrupt
        said.append(words)
        return {"1": {"answer": "yes"}}

    monkeypatch.setattr(task, "predict", predict)
    with pytest.raises(KeyboardInterrupt):
        answer_split(model, task, "test", out, size=4)
    assert out.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


def test_a_folder_is_no_file_to_write(asked_run: Path, tmp_path: Path) -> None:
    model = load_run(asked_run)
    with pytest.raises(ConfigError, match="is a folder: name a file to write the answers to"):
        answer_split(model, task_of(model), "test", tmp_path)
