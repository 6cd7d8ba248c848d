from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanpath.data.captions import END, START, CaptionSplit, CaptionVocabulary, read_captions, tokenize_letters
from scanpath.data.scenes.layout import Layout
from scanpath.errors import DataError

#: Both forms, typed by hand.
CAPTIONS = """{"info": {"description": "COCO 2014 Dataset", "url": "http://cocodataset.org", "version": "1.0",
 "year": 2014, "contributor": "COCO Consortium", "date_created": "2017/09/01"},
 "images": [{"license": 5, "file_name": "COCO_val2014_000000000042.jpg", "coco_url": "http://x", "height": 478,
  "width": 640, "date_captured": "2013-11-18 09:01:45", "flickr_url": "http://y", "id": 42},
  {"license": 1, "file_name": "COCO_val2014_000000000073.jpg", "height": 565, "width": 640, "id": 73}],
 "licenses": [{"url": "http://z", "id": 1, "name": "Attribution"}],
 "annotations": [{"image_id": 73, "id": 38, "caption": "A motorcycle parked in the street."},
  {"image_id": 42, "id": 641, "caption": "This wire rack holds several pairs of shoes. "},
  {"image_id": 73, "id": 41, "caption": "Two bikes."}]}"""


def put(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_official_captions_are_columns(tmp_path: Path) -> None:
    split = read_captions(put(tmp_path / "captions_val2014.json", CAPTIONS))
    assert (split.name, len(split), split.image_ids.tolist()) == ("captions_val2014", 3, [42, 73])
    assert split.image_names[73] == "COCO_val2014_000000000073.jpg"
    assert split.caption_images.tolist() == [73, 42, 73]
    assert split.tokens[2] == ("two", "bikes")
    assert split.references() == {
        42: ["This wire rack holds several pairs of shoes. "],
        73: ["A motorcycle parked in the street.", "Two bikes."],
    }
    some = split.take([73], "some")
    assert (some.name, some.caption_ids.tolist(), list(some.image_names)) == ("some", [38, 41], [73])


Spoil = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda v: v["images"].pop(0), r"describes 1 pictures that it does not list \(42\)"),
        (lambda v: v["annotations"].pop(1), r"has 1 pictures without a caption \(42\)"),
        (lambda v: v["annotations"][0].pop("caption"), "caption number 0 has no 'caption'"),
        (lambda v: v["annotations"][0].update(caption=3), r"'caption' = '3' \(int\), expected str"),
        (lambda v: v["annotations"].append(v["annotations"][0]), r"1 ids occur more than once \(38\)"),
        (lambda v: v["images"].append(v["images"][0]), r"1 ids occur more than once \(42\)"),
        (lambda v: v["images"][0].pop("file_name"), "image number 0 has no 'file_name'"),
        (lambda v: v.pop("images"), "holds VQA annotations, expected captions"),
        (lambda v: v.update(images={}), "expected captions with their images"),
    ],
)
def test_bad_captions_are_named(tmp_path: Path, spoil: Spoil, sentence: str) -> None:
    value = json.loads(CAPTIONS)
    spoil(value)
    with pytest.raises(DataError, match=sentence) as caught:
        read_captions(put(tmp_path / "c.json", value))
    assert "c.json" in str(caught.value)


def test_scenes_is_captioned_in_the_same_form(small_world: Path) -> None:
    split = read_captions(Layout(small_world / "scenes").captions("val"))
    assert (len(split.image_ids), len(split)) == (53, 265)


def test_numbers_are_words() -> None:
    words = CaptionVocabulary(("a", "b", "dog"))
    assert len(words) == 7
    encoded = [[START, 4, 1, END, 0], [START, 6, 6, 6, END], [START, END, 0, 0, 0]]
    assert [words.decode(row) for row in encoded] == ["a", "dog dog dog", ""]
    assert CaptionVocabulary.from_json(json.loads(json.dumps(words.to_json()))) == words


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("A man's t-shirt, red.", ["a", "mans", "tshirt", "red"]),
        ("  2 DOGS\tin\na caf\N{LATIN SMALL LETTER E WITH ACUTE} ", ["dogs", "in", "a", "caf"]),
        ("...", []),
    ],
)
def test_a_word_is_letters_between_blanks(caption: str, words: list[str]) -> None:
    assert tokenize_letters(caption) == words


def test_impossible_words_are_refused() -> None:
    with pytest.raises(DataError, match="holds the number 5, expected 0 to 4"):
        CaptionVocabulary(("a",)).decode([4, 5])
    with pytest.raises(DataError, match="the JSON of a vocabulary of captions needs a list 'words'"):
        CaptionVocabulary.from_json({"words": ["a", "a"]})


def test_columns_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    split = read_captions(put(tmp_path / "c.json", CAPTIONS))
    with pytest.raises(DataError, match=r"lengths \[2, 3\]"):
        CaptionSplit(**{**vars(split), "captions": split.captions[:2]})
    with pytest.raises(DataError, match=r"describes 1 pictures that it lacks \(42\)"):
        CaptionSplit(**{**vars(split), "image_ids": split.image_ids[1:]})
