from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanpath.cli import main
from scanpath.data.catalogue import open_split
from scanpath.data.scenes.layout import image_name
from scanpath.data.vqacp import read_cp_split
from scanpath.data.vqacp_rebuilding import Source, named, prefer_originals, rebuild
from scanpath.errors import DataError, UnknownNameError

COLORS = ("red", "blue", "green", "white", "black", "brown")


def lay(folder: Path, subtype: str, first: int, count: int = 30) -> Source:
    """Lay files of VQA v2's form, typed here and not by the writers of the package."""
    asked, answered = [], []
    for place in range(count):
        kind, answer = ("what color is the", COLORS[place % 6]) if place % 2 else ("how many", str(place % 5))
        number, image = (first + place) * 1000, first + place
        asked.append({"image_id": image, "question": f"{kind.capitalize()} {place}?", "question_id": number})
        words = [("yes", "maybe", "no")[(place + one) % 3] for one in range(10)]
        answered.append(
            {
                "question_type": kind,
                "multiple_choice_answer": answer,
                "answers": [
                    {"answer": answer, "answer_confidence": word, "answer_id": one} for one, word in enumerate(words, 1)
                ],
                "image_id": image,
                "answer_type": "number" if kind == "how many" else "other",
                "question_id": number,
            }
        )
    folder.mkdir(parents=True, exist_ok=True)
    source = Source(
        folder / f"v2_OpenEnded_mscoco_{subtype}_questions.json", folder / f"v2_mscoco_{subtype}_annotations.json"
    )
    about: dict[str, Any] = {"info": {}, "license": {}, "data_type": "mscoco", "data_subtype": subtype}
    source.questions.write_text(json.dumps(about | {"task_type": "Open-Ended", "questions": asked}))
    source.annotations.write_text(json.dumps(about | {"annotations": answered[::-1]}))  # in another order
    return source


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lay(tmp_path / "vqa2", "train2014", 1)
    lay(tmp_path / "vqa2", "val2014", 101)
    return tmp_path


def call(*words: str) -> int:
    try:
        main(["data", "rebuild-vqacp", *words])
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_vqa_v2_becomes_a_data_set_of_its_own(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("vqa2", "--root", str(root)) == 0
    told = capsys.readouterr().out
    assert "in " + str(root / "vqa-cp-v2-rebuilt") in told
    train, test = (open_split("vqa-cp-v2-rebuilt", split, root) for split in ("train", "test"))
    assert len(train) + len(test) == 60
    assert f"train {len(train)} questions, test {len(test)}" in told
    assert not set(train.question_ids.tolist()) & set(test.question_ids.tolist())
    assert train.image_names[1 if 1 in train.image_names else 3].startswith("COCO_train2014_")
    assert {name.split("_")[1] for name in test.image_names.values()} <= {"train2014", "val2014"}
    pairs = [
        set(zip(one.annotations.question_types, one.annotations.modal, strict=True))
        for one in (train, test)
        if one.annotations is not None
    ]
    assert not pairs[0] & pairs[1]
    assert call("vqa2", "--root", str(root)) == 2
    assert "is there already: delete it" in capsys.readouterr().err


def test_each_record_stays_what_it_was(root: Path) -> None:
    call("vqa2", "--root", str(root))
    original, derived = {}, {}
    for path in (root / "vqa2").glob("*_annotations.json"):
        value = json.loads(path.read_text())
        original |= {
            entry["question_id"]: entry | {"coco_split": value["data_subtype"]} for entry in value["annotations"]
        }
    for path in (root / "vqa-cp-v2-rebuilt").glob("vqacp_v2_*_annotations.json"):
        derived |= {entry["question_id"]: entry for entry in json.loads(path.read_text())}
    assert derived == original
    asked = json.loads((root / "vqa-cp-v2-rebuilt" / "vqacp_v2_test_questions.json").read_text())
    assert list(asked[0]) == ["image_id", "question", "question_id", "coco_split"]
    assert [entry["question_id"] for entry in asked] == sorted(entry["question_id"] for entry in asked)


def test_equal_files_and_seed_give_equal_lists(root: Path) -> None:
    for out in ("one", "two"):
        assert call("vqa2", "--root", str(root), "--out", str(root / out)) == 0
    assert call("vqa2", "--root", str(root), "--out", str(root / "three"), "--seed", "1") == 0
    names = sorted(path.name for path in (root / "one").iterdir())
    assert "rebuilt.json" in names
    assert all((root / "one" / name).read_bytes() == (root / "two" / name).read_bytes() for name in names)
    assert any((root / "one" / name).read_bytes() != (root / "three" / name).read_bytes() for name in names[1:])


def test_the_authors_own_lists_are_preferred(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "vqa-cp-v2").mkdir()
    for split in ("train", "test"):
        for kind in ("questions", "annotations"):
            (root / "vqa-cp-v2" / f"vqacp_v2_{split}_{kind}.json").write_text("[]")
    assert call("vqa2", "--root", str(root)) == 2
    assert "the authors' own lists are in" in capsys.readouterr().err
    assert not (root / "vqa-cp-v2-rebuilt").exists()
    assert call("vqa2", "--root", str(root), "--anyway") == 0
    prefer_originals("vqa1", root)


def test_scenes_and_files_of_ones_own_are_dealt_out(small_world: Path, tmp_path: Path) -> None:
    sources, _, prefix = named("scenes", small_world)
    made = rebuild(sources, tmp_path / "out", prefix=prefix, test_share=1 / 3, seed=0)
    test = read_cp_split(
        tmp_path / "out" / "vqacp_scenes_test_questions.json",
        tmp_path / "out" / "vqacp_scenes_test_annotations.json",
        image_name=image_name,
        origins=("scenes_train", "scenes_val"),
    )
    assert (len(test), made.train + made.test) == (made.test, 2640)
    assert set(test.image_names.values()) <= {
        name
        for split in ("train", "val")
        for name in open_split("scenes", split, small_world).image_names.values()
    }  # fmt: skip
    files = [word for two in sources for word in ("--questions", str(two[0]), "--annotations", str(two[1]))]
    assert call(*files, "--out", str(tmp_path / "own")) == 0
    own = json.loads((tmp_path / "own" / "vqacp_test_questions.json").read_text())
    assert [entry["question_id"] for entry in own] == test.question_ids.tolist()


def test_what_cannot_be_dealt_out_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train = Source(*(root / "vqa2").glob("*train2014_questions.json"), *(root / "vqa2").glob("*train2014_ann*.json"))
    options: dict[str, Any] = {"prefix": "x", "test_share": 1 / 3, "seed": 0}
    with pytest.raises(DataError, match="share 30 questions, the first being 1000"):
        rebuild([train, train], root / "out", **options)
    with pytest.raises(DataError, match="the 1 questions cannot be dealt out"):
        rebuild([lay(root / "few", "train2014", 1, count=1)], root / "out", **options)
    with pytest.raises(DataError, match="holds no questions"):
        rebuild([lay(root / "none", "train2014", 1, count=0)], root / "out", **options)
    with pytest.raises(DataError, match="easy-vqa has no files of VQA's form"):
        named("easy-vqa", root)
    with pytest.raises(DataError, match="no OpenEnded_mscoco_train2014_questions"):
        named("vqa1", root)
    with pytest.raises(UnknownNameError):
        named("vqa3", root)
    value = json.loads(train.annotations.read_text())
    value["annotations"][3]["answers"][2] = {"answer": 5}
    train.annotations.write_text(json.dumps(value))
    with pytest.raises(DataError, match=r"annotation number 3 .* lack a whole text 'answer'"):
        rebuild([train], root / "out", **options)
    assert not (root / "out").exists()
    assert call("--questions", str(train.questions), "--root", str(root)) == 2
    assert "1 --questions and 0 --annotations were given" in capsys.readouterr().err


def test_pictures_of_both_sets_are_asked_about(root: Path) -> None:
    call("vqa2", "--root", str(root))
    names = [set(open_split("vqa-cp-v2-rebuilt", split, root).image_names.values()) for split in ("train", "test")]
    assert {name.split("_")[1] for name in names[0]} == {"train2014", "val2014"}
    assert np.all([len(some) for some in names])
