"""A model's captions in the official form, typed by hand, and what is wrong with others."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.caption_results import read_caption_results
from scanpath.errors import DataError


def read(folder: Path, text: str) -> dict[int, str]:
    path = folder / "captions_val2014_mine_results.json"
    path.write_text(text, encoding="utf-8")
    return read_caption_results(path)


def test_the_official_form(tmp_path: Path) -> None:
    text = (
        '[{"image_id": 404464, "caption": "black and white photo of a man"}, {"caption": "caf\u00e9", "image_id": 42}]'
    )
    assert read(tmp_path, text) == {404464: "black and white photo of a man", 42: "caf\u00e9"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[{"image_id": 42, "caption": "a"}, {"image_id": 42, "caption": "b"}]',
            r"1 image_ids occur more than once \(42\)",
        ),
        ('[{"image_id": 42}]', r"caption number 0 has no 'caption': mend it"),
        ('[{"caption": "a"}]', r"caption number 0 has no 'image_id': mend it"),
        ('[{"image_id": "42", "caption": "a"}]', r"has 'image_id' = '42' \(str\), expected int"),
        ('[{"image_id": 42, "caption": ["a"]}]', r"has 'caption' = .* \(list\), expected str"),
        ('{"images": [], "annotations": []}', r"holds what people wrote, .*: give it as the references"),
        ('{"42": "a"}', r"holds an object with the keys '42', expected captions of a model, a bare list"),
        ('[{"image_id": 42, "capt', r"is not valid JSON at line 1"),
        ("[42]", r"caption number 0 has no 'image_id'"),
    ],
)
def test_anything_else_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)
