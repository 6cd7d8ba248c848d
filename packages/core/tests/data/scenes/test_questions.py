"""Every question is answered again from its words alone, by code that shares nothing with the generator."""

from __future__ import annotations

import collections
import math
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanpath.data.catalogue import open_split
from scanpath.data.scenes import ONE_OBJECT_TYPES, QUESTION_TYPES, SceneOptions
from scanpath.data.scenes.questions import Asked, ask, families
from scanpath.data.scenes.world import Scenes, draw_scene, scene_draws
from scanpath.data.split import VQASplit

Thing = dict[str, Any]
SIDE = {
    "left of": lambda a, b: a["x"] < b["x"],
    "to the left of": lambda a, b: a["x"] < b["x"],
    "right of": lambda a, b: a["x"] > b["x"],
    "to the right of": lambda a, b: a["x"] > b["x"],
    "above": lambda a, b: a["y"] < b["y"],
    "higher up than": lambda a, b: a["y"] < b["y"],
    "below": lambda a, b: a["y"] > b["y"],
    "lower down than": lambda a, b: a["y"] > b["y"],
}
OUTERMOST: dict[str, Callable[[Thing], float]] = {
    "leftmost": lambda thing: thing["x"],
    "rightmost": lambda thing: -thing["x"],
    "topmost": lambda thing: thing["y"],
    "lowest": lambda thing: -thing["y"],
}


def fitting(phrase: str, things: Sequence[Thing]) -> list[Thing]:
    *adjectives, noun = phrase.split()
    noun = re.sub(r"(?<=[^s])s$|(?<=ss)es$", "", noun)
    wanted = [*adjectives, *([] if noun == "object" else [noun])]
    return [thing for thing in things if all(word in thing["words"] for word in wanted)]


def the_only(found: Sequence[Thing]) -> Thing:
    assert len(found) == 1
    return found[0]


def refer(phrase: str, things: Sequence[Thing]) -> Thing:
    """Find the one object that a noun phrase means."""
    if match := re.fullmatch(r"object (?:in|closest to) the (top|bottom) (left|right) corner", phrase):
        y, x = 64 * (match[1] == "bottom"), 64 * (match[2] == "right")
        return min(things, key=lambda thing: math.hypot(thing["x"] - x, thing["y"] - y))
    if match := re.fullmatch(r"object (?:nearest|closest) to the (.+)", phrase):
        origin = refer(match[1], things)
        others = [thing for thing in things if thing is not origin]
        return min(others, key=lambda thing: math.hypot(thing["x"] - origin["x"], thing["y"] - origin["y"]))
    if match := re.fullmatch(rf"({'|'.join(OUTERMOST)}) (.+)", phrase):
        return min(fitting(match[2], things), key=OUTERMOST[match[1]])
    if match := re.fullmatch(rf"(.+?) ({'|'.join(SIDE)}) the (.+)", phrase):
        origin = refer(match[3], things)
        return the_only([thing for thing in fitting(match[1], things) if SIDE[match[2]](thing, origin)])
    return the_only(fitting(phrase, things))


def answer(question: str, things: Sequence[Thing]) -> str:
    """Answer a question of any family."""

    def says(pattern: str) -> re.Match[str] | None:
        return re.fullmatch(pattern, question)

    if match := says(r"(?:is there|can you see|does the picture show) an? (.+?)(?: in the picture)?\?"):
        return "yes" if fitting(match[1], things) else "no"
    if match := says(r"(?:how many|what number of) (.+) (?:are there|(?:is|are) in the picture|can you see)\?"):
        return str(len(fitting(match[1], things)))
    for pattern in (
        r"are there (more|fewer|as many) (.+) (?:than|as) (.+)\?",
        r"is the number of (?P<a>.+) (?P<how>greater|smaller|equal) (?:than|to) the number of (?P<b>.+)\?",
    ):
        if match := says(pattern):
            how, one, other = match.group("how", "a", "b") if "how" in match.re.groupindex else match.groups()
            many, few = len(fitting(one, things)), len(fitting(other, things))
            holds = {"more": many > few, "greater": many > few, "fewer": many < few, "smaller": many < few}
            return "yes" if holds.get(how, many == few) else "no"
    if match := says(r"(?:where|in (?:which corner|what part) of the picture) is the (.+)\?"):
        thing = refer(match[1], things)
        return f"{'top' if thing['y'] < 32 else 'bottom'} {'left' if thing['x'] < 32 else 'right'}"
    if match := says(r"(?:what size|how big) is the (.+)\?") or says(r"is the (.+) large or small\?"):
        return str(refer(match[1], things)["size"])
    for pattern, asked, phrase in (
        (r"what (color|shape) is the (.+)\?", 1, 2),
        (r"what is the (color|shape) of the (.+)\?", 1, 2),
        (r"which (color|shape) does the (.+) have\?", 1, 2),
        (r"the (.+) has what (color)\?", 2, 1),
    ):
        if match := says(pattern):
            return str(refer(match[phrase], things)[match[asked]])
    match = says(r"what is the (.+)\?")
    assert match, question
    return str(refer(match[1], things)["shape"])


def things_of(split: VQASplit, image: int) -> list[Thing]:
    assert split.grounding is not None
    return [
        {
            **item,
            "words": {item["shape"], item["color"], item["size"]},
            "x": item["pixel_coords"][0],
            "y": item["pixel_coords"][1],
        }
        for item in split.grounding.attributes(image)
    ]


@pytest.fixture(scope="module")
def train(small_world: Path) -> VQASplit:
    return open_split("scenes", "train", small_world)


def test_every_answer_is_found_again_from_the_words(train: VQASplit) -> None:
    assert train.annotations is not None
    checked: collections.Counter[str] = collections.Counter()
    for row, question in enumerate(train.questions):
        kind = train.annotations.question_types[row]
        found = answer(question, things_of(train, int(train.image_ids[row])))
        assert found == train.annotations.modal[row], (question, train.image_names[int(train.image_ids[row])])
        checked[kind] += 1
    assert set(checked) == set(QUESTION_TYPES)
    assert min(checked.values()) >= 40


def test_the_grounding_is_what_the_answer_needs(train: VQASplit) -> None:
    """Of the objects a question is about, the first carries the answer; counted ones are all there are."""
    assert train.annotations is not None
    assert train.grounding is not None
    for row, number in enumerate(train.question_ids.tolist()):
        kind, modal = train.annotations.question_types[row], train.annotations.modal[row]
        objects = train.grounding.objects_of(number)
        things = things_of(train, int(train.image_ids[row]))
        if kind in ONE_OBJECT_TYPES:
            assert len(objects) == 1
        if kind == "counting":
            assert len(objects) == int(modal)
        elif kind == "existence":
            assert bool(objects) == (modal == "yes")
        elif kind not in {"comparing", "place: where"}:
            assert modal in things[objects[0]]["words"]
            assert (train.grounding.target_mask(number).sum() > 0) == bool(objects)


def test_ids_and_plan(train: VQASplit) -> None:
    assert (train.question_ids // 1000).tolist() == train.image_ids.tolist()
    assert np.bincount(train.image_ids).tolist() == [0] + [10] * 211
    assert train.question_ids[:11].tolist() == [*range(1000, 1010), 2000]
    assert set(ONE_OBJECT_TYPES) < set(QUESTION_TYPES)
    for image in (1, 2):
        assert len(set(np.asarray(train.questions)[train.image_ids == image])) == 10


def drawn(options: SceneOptions, split: str, count: int) -> Scenes:
    return Scenes.of([draw_scene(scene_draws(options, split, index), options) for index in range(count)])


def shares(asked: Sequence[Asked], guesses: dict[str, str] | None = None) -> dict[str, tuple[float, float, int]]:
    """Return by type: percent right by guessing from the words, percent by chance, different wordings.

    Without ``guesses`` the guess is the most frequent answer to the same words among the questions themselves.
    """
    by_type: dict[str, dict[str, collections.Counter[str]]] = {}
    choices: dict[str, int] = {}
    for one in asked:
        by_type.setdefault(one.question_type, {}).setdefault(one.text, collections.Counter())[one.answer] += 1
        choices[one.text] = one.choices
    found = {}
    for kind, texts in sorted(by_type.items()):
        total = sum(counts.total() for counts in texts.values())
        right = sum(
            counts[guesses.get(text, "")] if guesses else max(counts.values()) for text, counts in texts.items()
        )
        chance = sum(counts.total() / choices[text] for text, counts in texts.items())
        found[kind] = (100 * right / total, 100 * chance / total, len(texts))
    return found


def test_words_alone_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    options = SceneOptions()
    train = list(ask(drawn(options, "train", 5_003), options, 0))
    test = list(ask(drawn(options, "test", 997), options, 2))
    answers: dict[str, collections.Counter[str]] = {}
    for one in train:
        answers.setdefault(one.text, collections.Counter())[one.answer] += 1
    learnt = {text: counts.most_common(1)[0][0] for text, counts in answers.items()}
    inside, held = shares(train), shares(test, learnt)
    with capsys.disabled():
        sys.stdout.write("\nguessing from the words: majority of 50,030 | learnt there, tried on 9,970 | chance\n")
        for kind, (right, chance, texts) in inside.items():
            sys.stdout.write(f"  {kind:22} {right:5.1f} | {held[kind][0]:5.1f} | {chance:5.1f}  ({texts} wordings)\n")
    assert set(inside) == set(QUESTION_TYPES)
    for kind, (right, chance, _) in inside.items():
        if kind == "counting":
            assert max(right, held[kind][0]) < 50
        else:
            assert right - chance <= 3
            assert held[kind][0] - chance <= 3


def test_a_plan_of_any_length_is_asked_without_repeating_words() -> None:
    for options in (SceneOptions(questions=3), SceneOptions(questions=23, world="hard")):
        scenes = drawn(options, "val", 7)
        asked = list(ask(scenes, options, 1))
        counts = collections.Counter(one.scene for one in asked)
        assert list(counts.values()) == [options.questions] * 7
        assert len({(one.scene, one.text) for one in asked}) == len(asked)


def test_families_word_every_meaning_differently() -> None:
    for family in families(SceneOptions(world="hard")):
        texts = [text for wordings in family.texts for text in set(wordings)]
        assert len(set(texts)) == len(texts)
        assert len(family.choices) == len(family.texts)
        assert len({len(wordings) for wordings in family.texts}) == 1
