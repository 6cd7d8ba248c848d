"""``scanpath captions score``: official files in, a table and JSON out, one sentence for everything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanpath.cli import main
from scanpath.data.caption_catalogue import open_captions
from scanpath.data.catalogue import make_dataset

#: ``captions_val2014.json`` and ``dataset_coco.json`` in their official forms, typed by hand.
REFERENCES = """{"info": {"description": "COCO 2014 Dataset", "version": "1.0", "year": 2014}, "licenses": [],
 "images": [{"id": 42, "file_name": "COCO_val2014_000000000042.jpg", "height": 478, "width": 640, "license": 5},
            {"id": 73, "file_name": "COCO_val2014_000000000073.jpg", "height": 640, "width": 565, "license": 4}],
 "annotations": [{"image_id": 42, "id": 641613, "caption": "A dog sleeping on a shoe rack"},
  {"image_id": 73, "id": 182614, "caption": "A parked motorcycle."},
  {"image_id": 42, "id": 643641, "caption": "A small dog is curled up on top of the shoes"}]}"""
KARPATHY = """{"images": [{"filepath": "val2014", "sentids": [770337, 770338], "filename":
 "COCO_val2014_000000000042.jpg", "imgid": 0, "split": "test", "cocoid": 42, "sentences": [
 {"tokens": ["a", "dog", "sleeping"], "raw": "A dog sleeping.", "imgid": 0, "sentid": 770337},
 {"tokens": ["a", "small", "dog"], "raw": "A small dog", "imgid": 0, "sentid": 770338}]}], "dataset": "coco"}"""
RESULTS = '[{"image_id": 73, "caption": "a parked motorcycle"}, {"image_id": 42, "caption": "a small dog"}]'


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("references.json").write_text(REFERENCES)
    Path("results.json").write_text(RESULTS)
    Path("coco").mkdir()
    Path("coco/dataset_coco.json").write_text(KARPATHY)
    return tmp_path


def scored(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[str], str]:
    code = 0
    try:
        main(["captions", "score", *map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_official_references(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("results.json", "--references", "references.json", "--tokeniser", "plain", "--json", "scores.json")
    code, lines, err = scored(capsys, *words)
    assert (code, lines[0]) == (0, "2 pictures of references, tokeniser plain")
    assert lines[2].split() == ["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L", "CIDEr"]
    written = json.loads(Path("scores.json").read_text())
    assert lines[3].split() == [f"{value:.3f}" for value in written["overall"].values()]
    assert written["per_image"]["73"]["ROUGE-L"] == 1.0
    assert err.splitlines()[0] == "tokenising 2 captions and their references (plain)"


def test_captions_of_any_data_set_by_name(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_dataset("scenes", place, images=3, val_images=2, test_images=2, questions=2, workers=1)
    split = open_captions("scenes-captions", "val", place)
    said = [{"image_id": image, "caption": texts[0]} for image, texts in split.references().items()]
    Path("results.json").write_text(json.dumps(said))
    words = ("results.json", "--data", "scenes-captions", "--split", "val", "--root", place, "--tokeniser", "plain")
    code, lines, _ = scored(capsys, *words)
    assert (code, lines[0]) == (0, "2 pictures of scenes-captions/val, tokeniser plain")
    assert lines[3].split()[:4] == ["1.000"] * 4
    code, _, err = scored(capsys, "results.json", "--data", "coco-caption", "--split", "val", "--root", place)
    assert (code, err.count("\n")) == (2, 1)
    assert "brings the data set of captions 'coco-caption'; did you mean 'coco-captions'" in err


def test_the_split_of_karpathy_and_a_picture_too_many(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("results.json", "--split", "test", "--root", place, "--tokeniser", "plain")
    code, lines, err = scored(capsys, *words)
    assert (code, lines) == (2, [])
    assert "the captions are of 1 image id (73) without references" in err.splitlines()[-1]
    Path("results.json").write_text('[{"image_id": 42, "caption": "a small dog"}]')
    code, lines, err = scored(capsys, *words)
    assert (code, lines[0]) == (0, "1 pictures of coco/test, tokeniser plain")
    assert "has 1 pictures, the official one has 5,000" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("results.json",), "give either --split or --references"),
        (("results.json", "--split", "val", "--references", "references.json"), "give either --split or --references"),
        (("references.json", "--references", "references.json"), "references.json holds what people wrote"),
        (("results.json", "--references", "results.json"), "results.json holds captions, expected captions"),
        (("absent.json", "--references", "references.json"), "absent.json does not exist"),
        (
            ("results.json", "--references", "references.json", "--tokeniser", "ptp"),
            "there is no tokeniser of captions",
        ),
    ],
)
def test_mistakes_are_one_sentence(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str) -> None:
    code, lines, err = scored(capsys, *words)
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert err.startswith(f"scanpath: {sentence}")


def test_without_java_it_says_what_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    monkeypatch.setenv("PATH", str(place))
    code, lines, err = scored(capsys, "results.json", "--references", "references.json")
    assert (code, lines) == (2, [])
    assert err.splitlines()[-1].startswith("scanpath: the official tokeniser of captions and METEOR are Java programs")
    assert "BLEU, ROUGE-L and CIDEr without it." in err
