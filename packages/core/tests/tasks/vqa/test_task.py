"""The task over files typed by hand: batches, records, measures, and what it refuses."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.data.split import VQASplit
from scanpath.errors import ConfigError, DataError
from scanpath.features.store import write_store
from scanpath.features.writing import StoreWriter
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.batch import UNKNOWN
from scanpath.types import Task

MODEL = {"region_dim": 11, "cnn_channels": [5, 7], "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}
PICTURES = {"features": None, "model": MODEL}


@pytest.fixture
def task(golden: VQASplit, renumbered) -> VQATask:
    splits = {"train": golden, "val": renumbered(1000)}
    return VQATask(PICTURES, open_split=splits.__getitem__)


def whole(task: VQATask, split: str, size: int = 100):
    dataset, sampler, collate = task.batches(split, size=size)
    return [collate(dataset.__getitems__(numbers)) for numbers in sampler]


def test_official_files_become_numbers(task: VQATask) -> None:
    assert task.vocabularies.answers.answers == ("2", "bush", "red", "yes")
    assert task.vocabularies.words.words == (
        "dog", "is", "the", "what", "a", "behind", "color", "dogs", "how", "it", "many", "really"
    )  # fmt: skip
    (batch,) = whole(task, "train")
    assert batch.question_ids.tolist() == [71, 72, 73, 31]
    assert batch.tokens.tolist() == [[5, 8, 3, 4, 2], [3, 11, 6, 2, 13], [5, 3, 7, 4, 2], [10, 12, 9, 0, 0]]
    assert batch.answers.tolist() == [
        [2] * 8 + [UNKNOWN] * 2,
        [3] * 7 + [UNKNOWN] * 3,
        [1] * 3 + [UNKNOWN] * 7,
        [0] * 8 + [UNKNOWN] * 2,
    ]
    assert batch.images.shape == (2, 3, 3, 5)
    assert batch.images.dtype == torch.uint8
    assert batch.image_index.tolist() == [1, 1, 1, 0]
    assert batch.images[:, 0, 2, 4].tolist() == [3, 7]
    assert batch.images[1, :, 0, 1].tolist() == [200, 100, 50]


def test_it_is_a_task(task: VQATask) -> None:
    assert isinstance(task, Task)


def test_perfect_records_score_100_by_type(task: VQATask) -> None:
    records = {
        "1071": {"answer": "red"},
        "1031": {"answer": "two"},
        "1072": {"answer": "yes"},
        "1073": {"answer": "bush"},
    }
    assert task.measures(records, "val") == {
        "accuracy": 97.5, "accuracy/number": 100.0, "accuracy/other": 95.0, "accuracy/yes/no": 100.0
    }  # fmt: skip
    shares = zip(records, (1, 0.5, 0.25, 0), strict=True)
    looked = {key: {**records[key], "kept": share} for key, share in shares}
    assert task.measures(looked, "val")["kept"] == 43.75
    assert task.measure_names("val")[-1] == "kept"
    simple = task.scores(records, "val", metric="simple")
    assert simple.overall == 100
    assert task.scorer("val") is task.scorer("val", metric="official")
    assert task.scorer("val").accuracy(1072, "no") == 0.6


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_records_do_not_depend_on_the_batch_size(task: VQATask, size: int) -> None:
    torch.manual_seed(1)
    objective = task.objective().eval()
    records = {}
    with torch.no_grad():
        for batch in whole(task, "val", size):
            records.update(task.predict(objective, batch))
        (one_batch,) = whole(task, "val")
        expected = task.predict(objective, one_batch)
    assert records.keys() == expected.keys() == {"1071", "1031", "1072", "1073"}
    for key, record in records.items():
        assert record["answer"] == expected[key]["answer"]
        assert record["probability"] == pytest.approx(expected[key]["probability"], abs=2e-6)
    assert task.measures(records, "val") == task.measures(expected, "val")


def test_loss_and_gradients_reach_every_parameter(task: VQATask) -> None:
    torch.manual_seed(2)
    objective = task.objective()
    (batch,) = whole(task, "train")
    loss, logs = objective(batch, "vqa")
    loss.backward()
    assert set(logs) == {"loss", "accuracy"}
    assert not any(value.requires_grad for value in logs.values())
    assert all(parameter.grad is not None for parameter in objective.parameters())
    assert objective.turns(7) == ("vqa",)
    assert len(list(objective.optimised()["vqa"])) == len(list(objective.parameters()))


def test_training_leaves_out_what_no_known_answer_fits_and_evaluation_does_not(golden: VQASplit, renumbered) -> None:
    splits = {"train": golden, "val": renumbered(1000)}
    task = VQATask({**PICTURES, "answers": 2}, open_split=splits.__getitem__)
    assert task.vocabularies.answers.answers == ("2", "bush")
    assert task.unanswerable("train") == 2
    sentence, covered = task.remarks("train")
    assert covered.startswith("The 2 answers of the vocabulary fit 50.0 % of the questions of golden/val, and 27.5 %")
    assert sentence.startswith("2 of the 4 questions of golden/val are left out of training: none of the 2 answers")
    assert VQATask(PICTURES, open_split=splits.__getitem__).remarks("train") == []
    dataset, sampler, collate = task.batches("train", size=1, seed=5)
    seen = [collate(dataset.__getitems__(numbers)).question_ids.tolist() for numbers in sampler]
    assert sorted(seen) == [[31], [73]]
    assert sum(len(numbers) for numbers in task.batches("val", size=3).sampler) == 4


def test_nothing_to_learn_is_an_error(golden: VQASplit, renumbered) -> None:
    strange = dataclasses.replace(
        golden, annotations=dataclasses.replace(golden.annotations, answers=[("x",) * 10] * len(golden))
    )
    task = VQATask(PICTURES, open_split={"train": strange}.__getitem__)
    with pytest.raises(DataError, match="no question of golden/val has an answer of the vocabulary of 4"):
        task.batches("train", size=2, seed=0)


def test_a_split_that_shares_questions_with_training_is_refused(golden: VQASplit) -> None:
    task = VQATask(PICTURES, open_split={"train": golden, "val": golden}.__getitem__)
    task.objective()
    with pytest.raises(DataError, match=r"shares 4 questions with golden/val, the first being 31"):
        task.batches("val", size=2)
    other = VQATask(PICTURES, open_split={"train": golden, "val": golden}.__getitem__)
    other.split("val")
    with pytest.raises(DataError, match="shares 4 questions"):
        other.split("train")


def test_answers_that_are_not_public_cannot_be_scored_but_can_be_given(golden: VQASplit, renumbered) -> None:
    secret = dataclasses.replace(renumbered(1000), annotations=None, name="golden/secret")
    task = VQATask(PICTURES, open_split={"train": golden, "test": secret}.__getitem__)
    (batch,) = whole(task, "test")
    records = task.predict(task.objective().eval(), batch)
    assert len(task.results(records)) == 4
    with pytest.raises(DataError, match=r"answers of golden/secret are not public"):
        task.measures(records, "test")
    blind = VQATask(PICTURES, open_split={"train": secret}.__getitem__)
    with pytest.raises(DataError, match="golden/secret has no annotated questions"):
        blind.objective()


def test_a_missing_record_is_named(task: VQATask) -> None:
    with pytest.raises(DataError, match=r"lack 1 question id \(1073\)"):
        task.measures({key: {"answer": "x"} for key in ("1071", "1031", "1072")}, "val")


def test_features_of_other_pictures_are_refused(golden: VQASplit, tmp_path: Path) -> None:
    write_store(tmp_path / "store", [3, 8], np.zeros((2, 5, 7), dtype=np.float16))
    task = VQATask({"features": str(tmp_path / "store")}, open_split={"train": golden}.__getitem__)
    with pytest.raises(DataError, match=r"no features for 1 pictures, the first being 7"):
        task.batches("train", size=2)


@pytest.mark.parametrize("below", ["", "train"])
def test_stored_features_of_boxes_reach_the_model(golden: VQASplit, tmp_path: Path, below: str) -> None:
    features = np.arange(2 * 5 * 7, dtype=np.float16).reshape(2, 5, 7)
    boxes = np.random.default_rng(0).random((2, 5, 4)).astype(np.float32)
    write_store(tmp_path / "store" / below, [7, 3], features, boxes=boxes)
    settings = {"features": str(tmp_path / "store"), "model": {"region_dim": 11, "coordinates": "boxes"}}
    task = VQATask(settings, open_split={"train": golden}.__getitem__)
    (batch,) = whole(task, "train")
    torch.testing.assert_close(batch.images, torch.from_numpy(features))
    torch.testing.assert_close(batch.boxes, torch.from_numpy(boxes))
    assert batch.image_index.tolist() == [0, 0, 0, 1]
    output = task.objective().answer(batch)
    assert output.maps["regions"].shape == (4, 1, 5)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int8"])
def test_pictures_of_different_numbers_of_boxes_are_learnt_from(golden: VQASplit, tmp_path: Path, dtype: str) -> None:
    draw = np.random.default_rng(0)
    writer = StoreWriter(tmp_path, dtype)
    for image, count in ((7, 5), (3, 2)):
        writer.add(image, draw.standard_normal((count, 11)), np.sort(draw.random((count, 2, 2)), 1).reshape(-1, 4))
    writer.finish()
    settings = {"features": str(tmp_path), "model": {"region_dim": 13, "coordinates": "boxes"}}
    task = VQATask(settings, open_split={"train": golden}.__getitem__)
    (batch,) = whole(task, "train")
    assert batch.region_mask.sum(1).tolist() == [5, 2]
    output = task.objective().answer(batch)
    assert output.maps["regions"].shape == (4, 1, 5)
    assert (output.maps["regions"][3, 0, 2:] == 0).all()
    spoilt = batch.images.masked_fill(~batch.region_mask[..., None], torch.nan)
    torch.manual_seed(0)
    objective = task.objective()
    torch.testing.assert_close(objective.answer(batch).logits, objective.answer(batch._replace(images=spoilt)).logits)


def test_pictures_are_stretched_when_they_are_read(golden: VQASplit) -> None:
    """A model that wants pictures of one size is given them, so theirs may differ."""
    model = {"picture_side": 16, "region_dim": 13, "question_dim": 13, "hidden_dim": 11}
    task = VQATask({**PICTURES, "model": model}, open_split={"train": golden}.__getitem__)
    (batch,) = whole(task, "train")
    assert batch.images.shape[1:] == (3, 16, 16)
    assert task.model_section.picture_size == [16, 16]
    assert task.objective().eval().answer(batch).maps["regions"].shape[2:] == (2, 2)


def test_question_only_sees_no_picture(golden: VQASplit) -> None:
    settings = {**PICTURES, "model": {"attention": None, "question_dim": 13}}
    task = VQATask(settings, open_split={"train": golden}.__getitem__)
    (batch,) = whole(task, "train")
    objective = task.objective().eval()
    output = objective.answer(batch)
    assert output.maps == {}
    assert {record["kept"] for record in task.predict(objective, batch).values()} == {0.0}
    blind = objective.answer(batch._replace(images=torch.zeros_like(batch.images)))
    torch.testing.assert_close(output.logits, blind.logits)


def test_a_saved_task_needs_no_data(task: VQATask, tmp_path: Path) -> None:
    torch.manual_seed(3)
    objective = task.objective().eval()
    task.save(tmp_path / "kept")
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {"vocabulary.json", "answers.json", "model.json"}
    again = VQATask.load(task.settings, tmp_path / "kept")
    rebuilt = again.objective().eval()
    rebuilt.load_state_dict(objective.state_dict())
    (batch,) = whole(task, "val")
    torch.testing.assert_close(rebuilt.answer(batch).logits, objective.answer(batch).logits)
    assert again.vocabularies == task.vocabularies
    assert again.model_section.picture_size == list(batch.images.shape[2:])


def test_features_of_own_splits_are_not_looked_for_in_the_catalogue(golden: VQASplit) -> None:
    task = VQATask({"features": "scenes_cnn"}, open_split={"train": golden}.__getitem__)
    with pytest.raises(ConfigError, match="splits that the catalogue does not know"):
        task.batches("train", size=2)


def test_own_splits_have_no_fingerprint(task: VQATask) -> None:
    with pytest.raises(DataError, match="has no checksum"):
        task.fingerprint()


def test_every_process_sees_its_share(task: VQATask) -> None:
    shares = []
    for rank in range(2):
        dataset, sampler, collate = task.batches("train", size=2, seed=3, rank=rank, world=2)
        shares += [key for numbers in sampler for key in collate(dataset.__getitems__(numbers)).question_ids.tolist()]
    assert sorted(shares) == [31, 71, 72, 73]
