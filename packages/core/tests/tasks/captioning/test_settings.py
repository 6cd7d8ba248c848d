from __future__ import annotations

import re
from typing import Any

import pytest

from scanpath.settings import SettingsError
from scanpath.tasks.captioning.settings import CaptionSettings


def test_defaults_are_the_papers() -> None:
    settings = CaptionSettings.parse({})
    assert (settings.words, settings.word_minimum, settings.length, settings.beam) == ("letters", 5, 30, 1)
    assert settings.model.plain() == {"name": "decoder", "attention": "additive"}
    bare = CaptionSettings.parse({"model": {"attention": {"name": "dot"}}})
    assert bare == CaptionSettings.parse({"model": {"attention": "dot"}})
    assert CaptionSettings.parse({"model": {"attention": None}}).model.attention is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"data": "vqa2"}, "data: 'vqa2' is a data set, which task.name=vqa reads"),
        ({"data": "coco-caption"}, "data set of captions 'coco-caption'; did you mean 'coco-captions'"),
        ({"features": "resnet102"}, "there is no backbone 'resnet102'"),
        ({"beside": [0]}, "beside[0]: input should be greater than 0, given 0"),
        ({"beam": 3, "beside": [3]}, "beam is 3 and beside [3], expected different beams"),
        ({"beside": [3, 3]}, "beam is 1 and beside [3, 3], expected different beams"),
        ({"meteor": ["tset"]}, "meteor names the split 'tset', which scenes-captions has not; did you mean 'test'"),
        (
            {"meteor": ["xyz"]},
            "meteor names the split 'xyz', which scenes-captions has not; known are train, val, test",
        ),
        ({"copies": "far"}, "copies: input should be 'chance' or 'nearest', given 'far'"),
        ({"beam": 0}, "beam: input should be greater than 0, given 0"),
        ({"length": 0}, "length: input should be greater than 0, given 0"),
        ({"words": "letter"}, "words: input should be 'letters' or 'file', given 'letter'"),
        ({"model": {"name": "decodr"}}, "brings the captioner 'decodr'; did you mean 'decoder'"),
        ({"model": {"hiden_dim": 5}}, "'model' takes no option 'hiden_dim'; did you mean 'hidden_dim'"),
        ({"model": {"attention": "aditive"}}, "the attention 'aditive'; did you mean 'additive'"),
        ({"model": {"attention": {"name": "additive", "width": 3}}}, "'additive' takes no option 'width'"),
    ],
)
def test_mistakes_are_one_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        CaptionSettings.parse(values)
