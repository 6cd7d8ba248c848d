"""Building by name and options."""

from __future__ import annotations

import pytest

from scanpath.errors import ConfigError
from scanpath.layers.options import build, check, choose, named


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


def test_options_are_checked_without_building():
    def never(*, width, height=2):
        raise AssertionError("built")

    check("it", never, ("width",), {"height": 5})
    check("it", never, (), {"width": 3})
    with pytest.raises(ConfigError, match="did you mean 'height'"):
        check("it", never, ("width",), {"heigth": 5})
    with pytest.raises(ConfigError, match="needs the option 'width'"):
        check("it", never, (), {})


def test_a_name_and_its_options():
    assert named("dot", "attention") == ("dot", {})
    section = {"name": "dot", "maps": 2}
    assert named(section, "attention") == ("dot", {"maps": 2})
    assert section == {"name": "dot", "maps": 2}
    with pytest.raises(ConfigError, match="fusion is 3, expected a name"):
        named(3, "fusion")


def test_choose():
    assert choose("thing", "a", {"a": 1}) == 1
    with pytest.raises(ConfigError, match="no thing 'zzz'; expected one of a, b"):
        choose("thing", "zzz", {"a": 1, "b": 2})
