from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanpath.data.catalogue import dataset_checksum, describe, make_dataset, open_split
from scanpath.data.clevr import ANSWERS, COUNTS, FIRST, CLEVRFiles, keep_function, program_type, read_clevr_split
from scanpath.data.images import encode_png, open_images
from scanpath.errors import ConfigError, DataError
from scanpath.tasks.vqa import VQATask

#: A file of the official form, typed by hand; the last program names its functions as the generator's older code did.
GOLDEN = """
{"info": {"split": "val", "license": "Creative Commons Attribution (CC BY 4.0)", "version": "1.0", "date": "2/14/2017"},
 "questions": [
  {"image_index": 0, "split": "val", "image_filename": "CLEVR_val_000000.png", "question_index": 0,
   "question": "Are there any other things that are the same shape as the big metallic object?", "answer": "no",
   "question_family_index": 39,
   "program": [
    {"inputs": [], "function": "scene", "value_inputs": []},
    {"inputs": [0], "function": "filter_size", "value_inputs": ["large"]},
    {"inputs": [1], "function": "filter_material", "value_inputs": ["metal"]},
    {"inputs": [2], "function": "unique", "value_inputs": []},
    {"inputs": [3], "function": "same_shape", "value_inputs": []},
    {"inputs": [4], "function": "exist", "value_inputs": []}]},
  {"image_index": 0, "split": "val", "image_filename": "CLEVR_val_000000.png", "question_index": 1,
   "question": "What number of cubes are there?", "answer": "3", "question_family_index": 0,
   "program": [
    {"inputs": [], "function": "scene", "value_inputs": []},
    {"inputs": [0], "function": "filter_shape", "value_inputs": ["cube"]},
    {"inputs": [1], "function": "count", "value_inputs": []}]},
  {"image_index": 7, "split": "val", "image_filename": "CLEVR_val_000007.png", "question_index": 5,
   "question": "What color is the sphere?", "answer": "cyan", "question_family_index": 78,
   "program": [
    {"inputs": [], "type": "scene", "value_inputs": []},
    {"inputs": [0], "type": "filter_shape", "value_inputs": ["sphere"]},
    {"inputs": [1], "type": "unique", "value_inputs": []},
    {"inputs": [2], "type": "query_color", "value_inputs": []}]}
 ]}
"""


def put(folder: Path, *changes: dict[str, Any], without: str = "", repeat: int = 1) -> Path:
    """Write the golden file with changes to its first questions, or without a field in all."""
    value = json.loads(GOLDEN)
    for entry, change in zip(value["questions"], changes, strict=False):
        entry.update(change)
    for entry in value["questions"]:
        entry.pop(without, None)
    value["questions"] *= repeat
    path = folder / "CLEVR_val_questions.json"
    path.write_text(json.dumps(value))
    return path


def pictures(folder: Path, *numbers: int, split: str = "val") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        pixels = np.full((24, 36, 3), 10 * number, np.uint8)
        (folder / f"CLEVR_{split}_{number:06d}.png").write_bytes(encode_png(pixels, "a test"))
    return folder


def test_the_golden_file(tmp_path: Path) -> None:
    path = tmp_path / "CLEVR_val_questions.json"
    path.write_text(GOLDEN)
    split = read_clevr_split(path, open_images(pictures(tmp_path / "val", 0, 7)), count=3)
    assert split.name == "CLEVR_val_questions"
    assert split.question_ids.tolist() == [1_000_000, 1_000_001, 1_000_005]
    assert split.image_ids.tolist() == [1_000_000, 1_000_000, 1_000_007]
    assert split.image_names == {1_000_000: "CLEVR_val_000000.png", 1_000_007: "CLEVR_val_000007.png"}
    assert split.questions[1] == "What number of cubes are there?"
    assert split.annotations is not None
    assert split.annotations.modal == ["no", "3", "cyan"]
    assert split.annotations.answers == [("no",) * 10, ("3",) * 10, ("cyan",) * 10]
    assert split.annotations.answer_types == ["yes/no", "number", "other"]
    assert split.annotations.question_types == ["exist", "count", "query attribute"]
    assert split.images is not None
    assert split.images.read("CLEVR_val_000007.png")[0, 0].tolist() == [70, 70, 70]


def test_what_is_known_of_the_official_files() -> None:
    assert len(ANSWERS) == 28
    assert sum(pictures for pictures, _ in COUNTS.values()) == 100_000
    assert all(questions <= 10 * pictures < 10 * 1_000_000 for pictures, questions in COUNTS.values())
    files = CLEVRFiles(Path("CLEVR_v1.0"))
    assert files.questions("test") == Path("CLEVR_v1.0/questions/CLEVR_test_questions.json")
    assert files.scenes("val") == Path("CLEVR_v1.0/scenes/CLEVR_val_scenes.json")
    assert files.images("train") / files.image_name("train", 42) == Path(
        "CLEVR_v1.0/images/train/CLEVR_train_000042.png"
    )


def test_a_file_without_answers(tmp_path: Path) -> None:
    split = read_clevr_split(put(tmp_path, *[{"split": "test"}] * 3, without="answer"))
    assert split.annotations is None
    assert split.question_ids.tolist() == [2_000_000, 2_000_001, 2_000_005]
    assert min(FIRST["val"], FIRST["test"] - FIRST["val"]) > max(questions for _, questions in COUNTS.values())


@pytest.mark.parametrize(
    ("changes", "options", "words"),
    [
        ([], {"count": 5}, r"holds 3 questions, expected 5: fetch or make it again"),
        (
            [{"answer": "puce"}, {"answer": "7.5"}],
            {},
            r"has 2 answers that its data set does not know \('7.5', 'puce'\)",
        ),
        ([{"answer": 3}], {}, r"question number 0 has 'answer' = '3' \(int\), expected str"),
        ([{"question_index": 1}], {}, r"1 question_indexs occur more than once \(1\)|1 question_index"),
        ([{"split": "train"}], {}, r"has questions of 'train', 'val', expected all to be of"),
        ([{"split": "valA"}] * 3, {}, r"has questions of 'valA', expected all"),
        ([{"image_filename": "CLEVR_val_000001.png"}], {}, r"3 pairs of image_index and image_filename for 2 pictures"),
        ([{"image_filename": "CLEVR_val_000007.png"}] * 2, {}, r"2 pairs .* for 2 pictures with 1 names"),
        ([{"program": []}], {}, r"question 0 has a program that ends with 'None', expected one of count, exist,"),
        ([{}, {"program": [{"inputs": [], "function": "fly"}]}], {}, r"question 1 has a program that ends with 'fly'"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    tmp_path: Path, changes: list[dict[str, Any]], options: dict[str, Any], words: str
) -> None:
    path = put(tmp_path, *changes)
    with pytest.raises(DataError, match=words) as caught:
        read_clevr_split(path, **options)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("field", ["question_index", "image_index", "image_filename", "question", "split"])
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    with pytest.raises(DataError, match=rf"question number 0 has no '{field}': mend it"):
        read_clevr_split(put(tmp_path, without=field))


def test_one_missing_answer_is_no_test_split(tmp_path: Path) -> None:
    path = put(tmp_path)
    value = json.loads(path.read_text())
    del value["questions"][2]["answer"]
    path.write_text(json.dumps(value))
    with pytest.raises(DataError, match="question number 2 has no 'answer'"):
        read_clevr_split(path)


def test_files_that_are_cut_repeated_or_of_another_kind(tmp_path: Path) -> None:
    path = put(tmp_path, repeat=2)
    with pytest.raises(DataError, match=r"3 question_index.* occur more than once \(0, 1, 5\)"):
        read_clevr_split(path)
    path.write_text(GOLDEN[: len(GOLDEN) // 2])
    with pytest.raises(DataError, match=r"is not valid JSON at line .* the file may be cut short"):
        read_clevr_split(path)
    path.write_text('{"scenes": []}')
    with pytest.raises(DataError, match="holds CLEVR scenes, expected questions: give the right file"):
        read_clevr_split(path)
    path.write_text('{"questions": []}')
    with pytest.raises(DataError, match="has questions of no split"):
        read_clevr_split(path)
    with pytest.raises(DataError, match=r"no\.json does not exist"):
        read_clevr_split(tmp_path / "no.json")


def test_missing_pictures_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"asks about 1 pictures that the image source lacks \(CLEVR_val_000007.png\)"):
        read_clevr_split(put(tmp_path), open_images(pictures(tmp_path / "val", 0, 3)))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("count", "count"), ("exist", "exist"), ("less_than", "compare numbers"),
        ("equal_integer", "compare numbers"), ("greater_than", "compare numbers"),
        ("query_material", "query attribute"), ("equal_shape", "compare attribute"),
    ],
)  # fmt: skip
def test_types_are_told_by_the_last_function(last: str, expected: str) -> None:
    program = [keep_function({"function": name, "inputs": []}) for name in ("scene", "unique", last)]
    assert program == ["scene", "unique", last]
    assert program_type({"program": program}) == expected
    assert keep_function({"question": "inputs?"}) == {"question": "inputs?"}


@pytest.fixture
def official(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The official folder with three questions a split, and the counts to match."""
    monkeypatch.setattr("scanpath.data.clevr.COUNTS", dict.fromkeys(COUNTS, (2, 3)))
    files = CLEVRFiles(tmp_path / "CLEVR_v1.0")
    for split in COUNTS:
        pictures(files.images(split), 0, 7, split=split)
        files.questions(split).parent.mkdir(exist_ok=True)
        text = GOLDEN.replace('"val"', f'"{split}"').replace("CLEVR_val", f"CLEVR_{split}")
        files.questions(split).write_text(text if split != "test" else text.replace('"answer"', '"unused"'))
    return tmp_path


def test_the_official_folder(official: Path) -> None:
    assert make_dataset("clevr", official) == official / "CLEVR_v1.0"
    assert open_split("clevr", "test", official).annotations is None
    opened = [open_split("clevr", split, official) for split in ("train", "val")]
    assert [split.name for split in opened] == ["clevr/train", "clevr/val"]
    found = describe("clevr", official)
    assert (found.missing, dict(found.counts)) == ("", dict.fromkeys(COUNTS, (2, 3)))
    assert found.size > 3 * len(GOLDEN) - 100
    with pytest.raises(ConfigError, match="clevr takes no options, seed was given"):
        make_dataset("clevr", official, seed=3)
    before = dataset_checksum("clevr", official)
    shutil.copytree(official, official / "copy")
    CLEVRFiles(official / "copy" / "CLEVR_v1.0").questions("test").unlink()
    assert dataset_checksum("clevr", official / "copy") == before, "test has no answers to learn from"
    shutil.copytree(official / "copy", official / "other")
    questions = CLEVRFiles(official / "other" / "CLEVR_v1.0").questions("val")
    questions.write_text(questions.read_text().replace('"3"', '"4"'))
    assert dataset_checksum("clevr", official / "other") != before


def test_what_is_missing_says_where_it_comes_from(tmp_path: Path) -> None:
    where = r"there is no CLEVR in .*CLEVR_v1\.0: run scanpath data fetch clevr, .* or unpack .*CLEVR_v1\.0\.zip in "
    assert "run scanpath data fetch clevr" in describe("clevr", tmp_path).missing
    with pytest.raises(DataError, match=where):
        make_dataset("clevr", tmp_path)
    with pytest.raises(DataError, match=where):
        open_split("clevr", "val", tmp_path)


def test_a_model_learns_from_it_end_to_end(official: Path) -> None:
    """Pictures, words and answers reach the task as they are."""
    task = VQATask({"data": "clevr", "root": str(official), "features": None, "answers": 2})
    batches = task.batches("train", size=8, seed=0)
    batch = batches.collate(batches.dataset.__getitems__([0, 1]))
    assert batch.images.shape[1:] == (3, 24, 36)
    objective = task.objective()
    loss, _ = objective(batch)
    loss.backward()
    assert all(parameter.grad is not None for parameter in objective.parameters())
    val = task.split("val")
    assert val.annotations is not None
    right = {str(key): {"answer": text} for key, text in zip(val.question_ids, val.annotations.modal, strict=True)}
    assert task.measures(right, "val")["accuracy"] == 100
    assert {"accuracy/count", "accuracy/exist", "accuracy/yes/no"} <= set(task.measure_names("val"))


#: What each program may end with, as its authors group them (Johnson et al. 2017, figure 5), and answers to give.
FAMILIES = {
    "count": (["count"], ["3", "0"]),
    "exist": (["exist"], ["yes", "no"]),
    "compare numbers": (["equal_integer", "less_than", "greater_than"], ["no", "yes"]),
    "query attribute": (["query_size", "query_color", "query_material", "query_shape"], ["large", "cyan"]),
    "compare attribute": (["equal_size", "equal_color", "equal_material", "equal_shape"], ["yes", "yes"]),
}


def test_accuracy_by_family_is_what_a_loop_over_the_programs_counts(tmp_path: Path) -> None:
    first = json.loads(GOLDEN)["questions"][0]
    entries = [
        first
        | {"question_index": 100 * group + 10 * place + number, "answer": answer}
        | {"program": [*first["program"][:4], {"inputs": [3], "function": function, "value_inputs": []}]}
        for group, (functions, answers) in enumerate(FAMILIES.values())
        for place, function in enumerate(functions)
        for number, answer in enumerate(answers)
    ]
    path = tmp_path / "CLEVR_val_questions.json"
    path.write_text(json.dumps({"info": {}, "questions": entries}))
    split = read_clevr_split(path)
    task = VQATask({"features": None, "metric": "official"}, open_split=lambda name: split)
    said = {entry["question_index"]: ("yes", "3", "cyan")[number % 3] for number, entry in enumerate(entries)}
    scores = task.scores({str(FIRST["val"] + key): {"answer": answer} for key, answer in said.items()}, "val")
    for family, (functions, _) in FAMILIES.items():
        own = [entry for entry in entries if entry["program"][-1]["function"] in functions]
        right = sum(said[entry["question_index"]] == entry["answer"] for entry in own)
        assert scores.per_question_type[family] == round(100 * right / len(own), 2)
    assert set(scores.per_question_type) == set(FAMILIES)
    assert {f"accuracy/{family}" for family in FAMILIES} <= set(task.measure_names("val"))


def test_the_official_folder_is_parsed_once(official: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanpath.data.tables.SMALL", 1)
    monkeypatch.setattr("scanpath.data.digests.SMALL", 1)
    first = {split: open_split("clevr", split, official) for split in COUNTS}
    monkeypatch.setattr("scanpath.data.clevr.read_clevr_split", lambda *_, **__: pytest.fail("parsed again"))
    for split, before in first.items():
        again = open_split("clevr", split, official)
        assert (again.name, again.question_ids.tolist()) == (f"clevr/{split}", before.question_ids.tolist())
        assert (again.questions, again.annotations) == (before.questions, before.annotations)
        assert again.image_names == before.image_names
        assert again.images is not None
    picture = next(iter(first["val"].image_names.values()))
    (CLEVRFiles(official / "CLEVR_v1.0").images("val") / picture).unlink()
    with pytest.raises(DataError, match=f"asks about 1 pictures that the image source lacks \\({picture}\\)"):
        open_split("clevr", "val", official)


@pytest.mark.parametrize("first", [True, False])
def test_questions_with_and_without_answers_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    monkeypatch.setattr("scanpath.data.json_lists._ENTRIES", 1)
    value = json.loads(GOLDEN)
    del value["questions"][0 if first else 2]["answer"]
    (tmp_path / "q.json").write_text(json.dumps(value))
    with pytest.raises(DataError, match=f"question number {0 if first else 2} has no 'answer': mend it"):
        read_clevr_split(tmp_path / "q.json")
