from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scanpath.data.coco import open_coco, read_karpathy
from scanpath.errors import DataError, UnknownNameError

KARPATHY = """{"images": [
 {"filepath": "val2014", "sentids": [770337, 771687], "filename": "COCO_val2014_000000391895.jpg", "imgid": 0,
  "split": "test", "sentences": [
   {"tokens": ["a", "man", "with", "a", "red", "helmet"], "raw": "A man with a red helmet.", "imgid": 0,
    "sentid": 770337},
   {"tokens": ["man", "riding"], "raw": "Man riding.", "imgid": 0, "sentid": 771687}], "cocoid": 391895},
 {"filepath": "train2014", "sentids": [9], "filename": "COCO_train2014_000000000009.jpg", "imgid": 1,
  "split": "train", "sentences": [{"tokens": ["food"], "raw": "Food", "imgid": 1, "sentid": 9}], "cocoid": 9},
 {"filepath": "val2014", "sentids": [3], "filename": "COCO_val2014_000000000042.jpg", "imgid": 2,
  "split": "restval", "sentences": [{"tokens": ["shoes"], "raw": "Shoes!", "imgid": 2, "sentid": 3}], "cocoid": 42}
 ], "dataset": "coco"}"""


def put(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_karpathy_trains_on_restval_too(tmp_path: Path) -> None:
    path = put(tmp_path / "dataset_coco.json", KARPATHY)
    train = read_karpathy(path, "train")
    assert (train.image_ids.tolist(), train.captions) == ([9, 42], ["Food", "Shoes!"])
    assert train.image_names == {9: "COCO_train2014_000000000009.jpg", 42: "COCO_val2014_000000000042.jpg"}
    test = read_karpathy(path, "test")
    assert test.tokens == [("a", "man", "with", "a", "red", "helmet"), ("man", "riding")]
    assert (test.caption_ids.tolist(), test.caption_images.tolist()) == ([770337, 771687], [391895, 391895])
    assert len(read_karpathy(path, "val")) == 0
    with pytest.raises(UnknownNameError, match="no split 'tests' of COCO's captions; did you mean 'test'"):
        read_karpathy(path, "tests")


def test_the_laid_files_open_with_their_pictures(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no dataset_coco.json in .*: run scanpath data fetch coco"):
        open_coco(tmp_path, "train")
    put(tmp_path / "coco" / "caption_datasets" / "dataset_coco.json", KARPATHY)
    assert open_coco(tmp_path, "train").remarks == (
        "coco/train has 2 pictures, the official one has 113,287: numbers on it are not those of the literature.",
    )
    for picture in ("train2014/COCO_train2014_000000000009.jpg", "val2014/COCO_val2014_000000000042.jpg"):
        (tmp_path / "coco" / picture).parent.mkdir(parents=True)
        Image.new("RGB", (5, 3)).save(tmp_path / "coco" / picture)
    train = open_coco(tmp_path, "train")
    assert train.images is not None
    assert train.images.read(train.image_names[42]).shape == (3, 5, 3)
    with pytest.raises(DataError, match=r"describes 1 pictures that the image source lacks \(COCO_val2014_000000391"):
        open_coco(tmp_path, "test")


Spoil = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda v: v.update(dataset="flickr30k"), "of the data set 'flickr30k', expected 'coco'"),
        (lambda v: v["images"][1].update(split="trainval"), "has splits trainval, expected train, restval"),
        (lambda v: v["images"][1].pop("cocoid"), "image number 1 has no 'cocoid'"),
        (lambda v: v["images"][1].pop("filename"), "image number 1 has no 'filename'"),
        (lambda v: v["images"][2].update(cocoid=9), r"1 cocoids occur more than once \(9\)"),
        (lambda v: v["images"][0]["sentences"][0].pop("raw"), r"image number 0 \(cocoid 391895\) has a sentence with"),
        (lambda v: v["images"][0]["sentences"][0].update(tokens=["a", 3]), "has a sentence without"),
        (lambda v: v["images"][0]["sentences"][0].update(sentid=771687), r"1 sentids occur more than once \(771687\)"),
        (
            lambda v: v["images"][1]["sentences"][0].update(sentid=771687) or v["images"][1].update(sentids=[771687]),
            r"1 sentids occur more than once \(771687\)",
        ),
        (lambda v: v["images"][0].update(sentences=[], sentids=[]), r"has 1 pictures without a caption \(391895\)"),
        (
            lambda v: v["images"][1]["sentences"][0].update(sentid=2**70) or v["images"][1].update(sentids=[2**70]),
            "a 'sentid' does not fit in 64 bits",
        ),
        (
            lambda v: v["images"][1]["sentences"][0].pop("sentid"),
            r"\(cocoid 9\) has a sentence without a whole 'sentid'",
        ),
        (lambda v: v["images"][0]["sentences"][1].update(raw="A \ud800"), r"\(cocoid 391895\) has a sentence without"),
        (
            lambda v: v["images"][1].update(filepath="val2014"),
            "COCO_train2014_000000000009.jpg' in the filepath 'val2",
        ),
        (lambda v: v["images"][1].update(filepath="test2014"), r"in the filepath 'test2014', expected COCO's own"),
        (lambda v: v["images"][1].update(filename="../../x.png"), r"has the filename '../../x.png' in the filepath"),
        (lambda v: v["images"][1].update(cocoid=8), r"\(cocoid 8\) has the filename 'COCO_train2014_000000000009.jpg'"),
        (lambda v: v.pop("images"), "expected the split of Karpathy"),
    ],
)
def test_bad_splits_are_named(tmp_path: Path, spoil: Spoil, sentence: str) -> None:
    value = json.loads(KARPATHY)
    spoil(value)
    with pytest.raises(DataError, match=sentence) as caught:
        read_karpathy(put(tmp_path / "d.json", value), "test")
    assert "d.json" in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "sentences"),
    [
        (
            lambda v: v["images"][1].pop("sentids"),
            ["1 {} have sentids other than those of their sentences (cocoids 9)"],
        ),
        (
            lambda v: v["images"][1].update(sentids=[9, 9]),
            ["1 {} have sentids other than those of their sentences (co"],
        ),
        (
            lambda v: v["images"][1].update(sentids=[{}]),
            ["1 {} have sentids other than those of their sentences (coco"],
        ),
        (lambda v: v["images"][1].update(imgid=5), ["1 {} have sentences of another imgid (cocoids 9)"]),
        (lambda v: v["images"][2]["sentences"][0].pop("imgid"), ["1 {} have sentences of another imgid (cocoids 42)"]),
        (
            lambda v: v["images"][1].update(imgid=2),
            ["2 {} have no imgid of their own (cocoids 9, 42)", "1 {} have sentences of another imgid (cocoids 9)"],
        ),
        (lambda v: v["images"][0].update(sentids=[], imgid=7), []),  # test's
    ],
)
def test_numbers_that_nothing_goes_by_are_counted_and_told(tmp_path: Path, spoil: Spoil, sentences: list[str]) -> None:
    value = json.loads(KARPATHY)
    spoil(value)
    train = read_karpathy(put(tmp_path / "d.json", value), "train", name="coco/train")
    assert (train.image_ids.tolist(), train.caption_images.tolist(), train.captions) == (
        [9, 42],
        [9, 42],
        ["Food", "Shoes!"],
    )
    assert len(train.remarks) == len(sentences)
    for told, sentence in zip(train.remarks, sentences, strict=True):
        assert told.startswith(sentence.format("pictures of coco/train"))
        assert told.endswith("): each is described by the sentences that stand with it.")


def test_captions_without_words_are_counted_and_told(tmp_path: Path) -> None:
    value = json.loads(KARPATHY)
    value["images"][0]["sentences"][1] |= {"tokens": [], "raw": " \n"}
    path = put(tmp_path / "coco" / "dataset_coco.json", value)
    assert read_karpathy(path, "train").remarks == ()
    (told,) = read_karpathy(path, "test").remarks
    assert told.startswith("1 captions of dataset_coco/test have no words (771687): whoever learns from them learns to")
    assert open_coco(tmp_path, "test").remarks[1].startswith("1 captions of coco/test have no words (771687)")


def test_a_file_cut_short_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is not valid JSON at line"):
        read_karpathy(put(tmp_path / "d.json", KARPATHY[:200]), "test")
