"""Building by name and options."""

from __future__ import annotations

import pytest

from scanpath.errors import ConfigError
from scanpath.layers.options import build, choose


def strict(*, width, height=2):
    return width, height


def loose(*, width, **options):
    return width, options


def test_given_and_options_reach_the_constructor():
    assert build("it", strict, {"width": 3}, {"height": 5}) == (3, 5)
    assert build("it", loose, {"width": 3}, {"anything": 5}) == (3, {"anything": 5})


@pytest.mark.parametrize(
    ("constructor", "given", "options", "words"),
    [
        (strict, {"width": 3}, {"heigth": 5}, "did you mean 'height'"),
        (strict, {"width": 3}, {"width": 5}, "no option 'width'"),
        (loose, {"width": 3}, {"width": 5}, "no option 'width'"),
        (strict, {}, {}, "needs the option 'width'"),
    ],
)
def test_mistakes_are_told(constructor, given, options, words):
    with pytest.raises(ConfigError, match=words):
        build("it", constructor, given, options)


def test_choose():
    assert choose("thing", "a", {"a": 1}) == 1
    with pytest.raises(ConfigError, match="no thing 'zzz'; expected one of a, b"):
        choose("thing", "zzz", {"a": 1, "b": 2})
