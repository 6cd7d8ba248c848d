from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from scanpath.data.catalogue import dataset_checksum, describe, make_dataset, open_split
from scanpath.data.clevr import CLEVR, read_clevr_split
from scanpath.data.clevr_files import COUNTS, FIRST, CLEVRFiles
from scanpath.data.clevr_programs import ATTRIBUTES
from scanpath.data.clevr_writing import Place, Solid, solid_scene, write_clevr_questions, write_scenes
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
    assert split.annotations.families == ["39", "0", "78"]
    assert split.annotations.programs is not None
    assert split.annotations.programs[1:] == [
        ("scene()", "filter_shape[cube](0)", "count(1)"),
        ("scene()", "filter_shape[sphere](0)", "unique(1)", "query_color(2)"),
    ]
    assert split.annotations.programs[0][4:] == ("same_shape(3)", "exist(4)")
    taken = split.annotations.take([2, 0])
    assert taken.families == ["78", "39"]
    assert taken.programs == [split.annotations.programs[2], split.annotations.programs[0]]
    assert split.images is not None
    assert split.images.read("CLEVR_val_000007.png")[0, 0].tolist() == [70, 70, 70]


def test_a_file_without_answers(tmp_path: Path) -> None:
    named = [{"split": "test", "image_filename": f"CLEVR_test_{number:06d}.png"} for number in (0, 0, 7)]
    split = read_clevr_split(put(tmp_path, *named, without="answer"))
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
        (
            [{"split": "train", "image_filename": "CLEVR_train_000000.png"}],
            {},
            r"has questions of 'train', 'val', expected all to be of",
        ),
        (
            [{"split": "valA", "image_filename": f"CLEVR_valA_00000{number}.png"} for number in (0, 0, 7)],
            {},
            r"has questions of 'valA', expected all",
        ),
        (
            [{"image_filename": "CLEVR_val_000001.png"}],
            {},
            r"number 0 has 'image_filename' = 'CLEVR_val_000001.png' for picture 0 of 'val', expected such as CLEVR_v",
        ),
        ([{"image_filename": "../../CLEVR_val_000000.png"}], {}, r"'../../CLEVR_val_000000.png' for picture 0"),
        (
            [{"image_filename": "../../x.png"}],
            {},
            r"'../../x.png' for picture 0 of 'val', expected such as CLEVR_val",
        ),
        ([{"split": "train"}], {}, r"'CLEVR_val_000000.png' for picture 0 of 'train'"),
        ([{"image_filename": "A_val_000000.png"}], {}, r"names begin with 'A', 'CLEVR', expected one beginning"),
        ([{"image_index": -1}], {}, r"question number 0 has 'image_index' = -1, expected 0 to 999,999"),
        (
            [{}, {"question_index": 10**6}],
            {},
            r"number 1 has 'question_index' = 1000000, expected 0 to 999,999",
        ),
        ([{"program": []}], {}, r"question 0 has a program that ends with 'None', expected one of count, exist,"),
        ([{}, {"program": [{"inputs": [], "function": "fly"}]}], {}, r"question 1 has a program that ends with 'fly'"),
        ([{"answer": "2"}], {}, r"question 0 has the answer '2' to a program that ends with exist, .* yes, no: is it"),
        ([{}, {"answer": "yes"}], {}, r"question 1 has the answer 'yes' to a program that ends with count, .* of 0, 1"),
        ([{}, {}, {"answer": "cube"}], {}, r"question 5 has the answer 'cube' to .* query_color, expected one of gray"),
        ([{"question_family_index": "9"}], {}, r"number 0 has 'question_family_index' = '9' \(str\), expected int"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    tmp_path: Path, changes: list[dict[str, Any]], options: dict[str, Any], words: str
) -> None:
    path = put(tmp_path, *changes)
    with pytest.raises(DataError, match=words) as caught:
        read_clevr_split(path, **options)
    assert str(caught.value).startswith(str(path))


def test_questions_without_numbers_are_numbered_by_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, without="question_index")
    assert read_clevr_split(path).question_ids.tolist() == [1_000_000, 1_000_001, 1_000_002]
    monkeypatch.setattr("scanpath.data.json_lists._ENTRIES", 2)
    assert read_clevr_split(path).question_ids.tolist() == [1_000_000, 1_000_001, 1_000_002]
    value = json.loads(GOLDEN)
    del value["questions"][1]["question_index"]
    path.write_text(json.dumps(value))
    with pytest.raises(DataError, match="question number 1 has no 'question_index'"):
        read_clevr_split(path)
    with pytest.raises(DataError, match="question 1 has the answer 'yes' to a program that ends with count"):
        read_clevr_split(put(tmp_path, {}, {"answer": "yes"}, without="question_index"))


@pytest.mark.parametrize("field", ["image_index", "image_filename", "question", "split"])
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    with pytest.raises(DataError, match=rf"question number 0 has no '{field}': mend it"):
        read_clevr_split(put(tmp_path, without=field))


def test_families_and_programs_are_required_with_answers(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"question number 0 has no 'question_family_index': mend it"):
        read_clevr_split(put(tmp_path, without="question_family_index"))
    with pytest.raises(DataError, match=r"question 0 has a program that ends with 'None'"):
        read_clevr_split(put(tmp_path, without="program"))
    with pytest.raises(DataError, match=r"has questions of 'val' without answers, and only those of 'test' have none"):
        read_clevr_split(put(tmp_path, without="answer"))


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


LEFT = {"left": (-1, 0, 0), "right": (1, 0, 0), "front": (0, -1, 0), "behind": (0, 1, 0)}
WAYS = {**LEFT, "above": (0, 0, 1), "below": (0, 0, -1)}
#: A cyan sphere and three cubes, as a camera of 500 pixels in front of them sees them.
SOLIDS = [
    Solid("sphere", "cyan", "large", "metal", (-1.0, 0.0, 0.7), (190, 125, 10.0)),
    Solid("cube", "red", "small", "rubber", (1.0, 2.0, 0.35), (282, 145, 12.0)),
    Solid("cube", "red", "large", "rubber", (2.0, 0.0, 0.5), (340, 135, 10.0)),
    Solid("cube", "gray", "large", "rubber", (0.0, -2.0, 0.5), (240, 129, 8.0)),
]


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """The official folder with three questions a split, and scenes where they are public."""
    files = CLEVRFiles(tmp_path / "CLEVR_v1.0")
    for split in COUNTS:
        pictures(files.images(split), 0, 7, split=split)
        files.questions(split).parent.mkdir(exist_ok=True)
        text = GOLDEN.replace('"val"', f'"{split}"').replace("CLEVR_val", f"CLEVR_{split}")
        files.questions(split).write_text(text if split != "test" else text.replace('"answer"', '"unused"'))
        if split != "test":
            places = [Place(split, number, number, files.image_name(split, number)) for number in (0, 7)]
            write_scenes(files.scenes(split), split, [solid_scene(SOLIDS, place, WAYS) for place in places])
    return tmp_path


END = "numbers on it are not those of the literature."


def test_the_official_folder(official: Path) -> None:
    assert make_dataset("clevr", official) == official / "CLEVR_v1.0"
    assert open_split("clevr", "test", official).annotations is None
    opened = [open_split("clevr", split, official) for split in ("train", "val")]
    assert [split.name for split in opened] == ["clevr/train", "clevr/val"]
    assert [split.remarks for split in opened] == [
        (f"clevr/{name} has 3 questions, the official one has {asked}: {END}", f"clevr/{name} has 2 scenes, {shown}.")
        for name, asked, shown in (
            ("train", "699,989", "the official one has 70,000"),
            ("val", "149,991", "the official one has 15,000"),
        )
    ]
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


def test_questions_are_about_objects_of_their_scenes(official: Path) -> None:
    found = open_split("clevr", "val", official)
    assert found.grounding is not None
    assert found.grounding.objects_of(1_000_005) == (0,)
    assert found.grounding.objects_of(1_000_001) == (1, 2, 3)
    assert [one["color"] for one in found.grounding.attributes(1_000_007)] == ["cyan", "red", "red", "gray"]
    assert open_split("clevr", "test", official).grounding is None
    scenes = CLEVR(official).scenes("train")
    assert (scenes.split, scenes.image_ids.tolist()) == ("train", [0, 7])
    with pytest.raises(ConfigError, match="the scenes of clevr/test are not public: ask for those of train or val"):
        CLEVR(official).scenes("test")
    files = CLEVRFiles(official / "CLEVR_v1.0")
    place = Place("val", 0, 0, files.image_name("val", 0))
    write_scenes(files.scenes("val"), "val", [solid_scene(SOLIDS, place, WAYS)])
    with pytest.raises(
        DataError, match=r"val_scenes.json lacks the scenes of 1 pictures that questions are about \(7\)"
    ):
        open_split("clevr", "val", official)
    shutil.rmtree(files.folder / "scenes")
    assert open_split("clevr", "val", official).grounding is None


def test_a_file_under_another_splits_name(official: Path) -> None:
    files = CLEVRFiles(official / "CLEVR_v1.0")
    shutil.copy(files.questions("val"), files.questions("train"))
    with pytest.raises(DataError, match=r"CLEVR_train_questions.json has questions of another split than 'train'"):
        open_split("clevr", "train", official)


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
TYPES: dict[str, tuple[list[str], Any]] = {
    "count": (["count"], ["3", "0"]),
    "exist": (["exist"], ["yes", "no"]),
    "compare numbers": (["equal_integer", "less_than", "greater_than"], ["no", "yes"]),
    "query attribute": (
        ["query_size", "query_color", "query_material", "query_shape"],
        {
            "query_size": ["large", "small"],
            "query_color": ["cyan", "red"],
            "query_material": ["metal", "rubber"],
            "query_shape": ["cube", "sphere"],
        },
    ),
    "compare attribute": (["equal_size", "equal_color", "equal_material", "equal_shape"], ["yes", "yes"]),
}


def programme(function: str) -> list[dict[str, Any]]:
    """A program that ends with a function, as simple as CLEVR's steps allow."""
    steps: list[tuple[str, list[int], list[str]]] = [("scene", [], [])]
    if function in ("count", "exist"):
        steps.append((function, [0], []))
    else:
        attribute = function.partition("_")[2]
        before = ["unique", "query_" + attribute] if attribute in ATTRIBUTES else ["count"]
        if function.startswith("query"):
            before = ["unique"]
        steps += [(name, [place], []) for place, name in enumerate(before)]
        steps.append((function, [len(before)] * (1 if function.startswith("query") else 2), []))
    return [{"function": name, "inputs": inputs, "value_inputs": values} for name, inputs, values in steps]


def test_accuracy_by_type_and_family_is_what_a_loop_over_the_programs_counts(tmp_path: Path) -> None:
    first = json.loads(GOLDEN)["questions"][0]
    entries = [
        first
        | {"question_index": 100 * group + 10 * place + number, "answer": answer}
        | {"question_family_index": 10 * group + number, "program": programme(function)}
        for group, (functions, answers) in enumerate(TYPES.values())
        for place, function in enumerate(functions)
        for number, answer in enumerate(answers[function] if isinstance(answers, dict) else answers)
    ]
    path = tmp_path / "CLEVR_val_questions.json"
    path.write_text(json.dumps({"info": {}, "questions": entries}))
    split = read_clevr_split(path)
    task = VQATask({"features": None, "metric": "official"}, open_split=lambda name: split)
    said = {entry["question_index"]: ("yes", "3", "cyan")[number % 3] for number, entry in enumerate(entries)}
    records = {str(FIRST["val"] + key): {"answer": answer} for key, answer in said.items()}
    scores = task.scores(records, "val")

    def counted(own: list[dict[str, Any]]) -> float:
        return round(100 * sum(said[entry["question_index"]] == entry["answer"] for entry in own) / len(own), 2)

    for kind, (functions, _) in TYPES.items():
        own = [entry for entry in entries if entry["program"][-1]["function"] in functions]
        assert scores.per_question_type[kind] == counted(own)
    assert set(scores.per_question_type) == set(TYPES)
    families = sorted({entry["question_family_index"] for entry in entries})
    assert scores.per_family == {
        str(family): counted([entry for entry in entries if entry["question_family_index"] == family])
        for family in families
    }
    assert list(scores.per_family) == [str(family) for family in families], "in the order of their numbers"
    assert len(set(scores.per_family.values())) > 2
    names = set(task.measure_names("val"))
    assert {f"accuracy/{kind}" for kind in TYPES} | {f"accuracy/family {family}" for family in families} <= names
    assert task.chosen("val")["accuracy/family 31"].sum() == 4


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


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    asked=st.lists(
        st.tuples(st.integers(0, 9), WORDS, st.sampled_from(ATTRIBUTES["color"]), st.integers(0, 89)),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_is_written_is_read(tmp_path: Path, asked: list[tuple[int, str, str, int]]) -> None:
    path = tmp_path / "CLEVR_train_questions.json"
    entries = [
        {
            "image_index": image, "image_filename": f"CLEVR_train_{image:06d}.png", "question": text, "answer": color,
            "question_family_index": family, "program": programme("query_color"),
        }
        for image, text, color, family in asked
    ]  # fmt: skip
    write_clevr_questions(path, "train", entries)
    split = read_clevr_split(path)
    known = split.annotations
    assert known is not None
    assert known.families is not None
    assert known.programs == [("scene()", "unique(0)", "query_color(1)")] * len(asked)
    rows = zip(split.image_ids.tolist(), split.questions, known.modal, map(int, known.families), strict=True)
    assert list(rows) == asked
    assert split.image_names == {image: f"CLEVR_train_{image:06d}.png" for image, *_ in asked}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    row=st.integers(0, 2),
    field=st.sampled_from([*json.loads(GOLDEN)["questions"][0], "inputs", "function", "value_inputs"]),
    value=JUNK,
)
def test_whatever_stands_in_a_field_is_read_or_told(tmp_path: Path, row: int, field: str, value: Any) -> None:
    """Nothing but a sentence about the file comes of what is wrong with it."""
    whole = json.loads(GOLDEN)
    entry = whole["questions"][row]
    (entry if field in entry else entry["program"][1])[field] = value
    path = tmp_path / "CLEVR_val_questions.json"
    path.write_text(json.dumps(whole))
    told = str(path)
    try:
        read_clevr_split(path)
    except DataError as error:
        told = str(error)
    assert told.startswith(str(path))
    assert "\n" not in told
