"""Five captions a picture, in the manner of COCO: different people mention different things, all of it true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from scanpath.data.scenes.facts import CLEAR, Description
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.randomness import Draws
from scanpath.data.scenes.world import Thing

CAPTIONS = 5
"""Captions of a picture."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
_OPENINGS = ("a picture of", "there are", "an image with", "we see")


def _phrase(thing: Thing, options: SceneOptions, draws: Draws) -> str:
    size = thing.size if draws.below(2) else None
    text = Description(size, thing.color, thing.shape).text(options)
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def _relation(one: Thing, other: Thing, draws: Draws) -> str:
    """Say where one thing is, seen from another."""
    ways = []
    if abs(one.x - other.x) >= CLEAR:
        ways.append("to the left of" if one.x < other.x else "to the right of")
    if abs(one.y - other.y) >= CLEAR:
        ways.append("above" if one.y < other.y else "below")
    return ways[draws.below(len(ways))]  # what does not overlap differs clearly in x or in y


def _counted(names: Sequence[str], counts: Counter[int], plural: Sequence[str]) -> str:
    parts = [
        f"{_NUMBERS[count]} {names[number] if count == 1 else plural[number]}"
        for number, count in sorted(counts.items())
    ]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def captions(things: Sequence[Thing], options: SceneOptions, draws: Draws) -> list[str]:
    """Write five captions of a scene."""
    first = draws.below(len(things))
    second = (first + 1 + draws.below(len(things) - 1)) % len(things)
    third = draws.below(len(things))
    one, other, last = (things[number] for number in (first, second, third))
    total = _NUMBERS[len(things)]
    alike = sum(thing.color == last.color for thing in things)
    shapes = [Description(shape=number).text(options) for number in range(len(options.shapes))]
    shapes_plural = [Description(shape=number).text(options, plural=True) for number in range(len(options.shapes))]
    opening = _OPENINGS[draws.below(len(_OPENINGS))]
    large = sum(thing.size for thing in things)
    return [
        f"{_phrase(one, options, draws)} {_relation(one, other, draws)} {_phrase(other, options, draws)}.",
        f"{opening} {_counted(shapes, Counter(thing.shape for thing in things), shapes_plural)}.",
        f"{total} shapes on a gray ground, {_NUMBERS[alike]} of them {options.colors[last.color]}.",
        f"{_phrase(last, options, draws)} among {_NUMBERS[len(things) - 1]} other shapes.",
        f"{total} colored shapes, {_NUMBERS[large]} large and {_NUMBERS[len(things) - large]} small.",
    ]


def coco_captions(
    images: Sequence[tuple[int, str]], texts: Sequence[Sequence[str]], options: SceneOptions
) -> dict[str, Any]:
    """Put captions into COCO's form.

    Args:
        images: id and file name of each picture.
        texts: the captions of each picture.
        options: tells the pictures' size.
    """
    entries = [
        {"image_id": image, "caption": text}
        for (image, _), captions_of_it in zip(images, texts, strict=True)
        for text in captions_of_it
    ]
    return {
        "info": {"description": "Scanpath's generated scenes", "version": "1.0", "year": 2026},
        "licenses": [
            {"id": 1, "name": "Creative Commons Zero", "url": "https://creativecommons.org/publicdomain/zero/1.0/"}
        ],
        "images": [
            {
                "id": image,
                "file_name": name,
                "height": options.image_size,
                "width": options.image_size,
                "license": 1,
            }
            for image, name in images
        ],
        "annotations": [{"id": number} | entry for number, entry in enumerate(entries, start=1)],
    }
