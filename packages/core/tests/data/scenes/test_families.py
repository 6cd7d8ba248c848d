"""The families on one scene made by hand; test_questions.py checks them on many."""

from __future__ import annotations

from scanpath.data.scenes.amounts import comparing_family, counting_family, existence_family
from scanpath.data.scenes.attributes import attribute_family
from scanpath.data.scenes.facts import Facts
from scanpath.data.scenes.family import Family
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.places import what_family, where_family
from scanpath.data.scenes.relations import nearest_family, side_family, two_step_family
from scanpath.data.scenes.world import Scenes, Thing

OPTIONS = SceneOptions()
CIRCLE, SQUARE, TRIANGLE, _CROSS = range(4)
RED, GREEN, BLUE, *_ = range(6)

#: A small red circle top left, a small green circle beside it, a large blue square bottom right, a small green
#: triangle some way left of the square, and a large red circle top right.
SCENE = [
    Thing(CIRCLE, RED, 0, 20, 20, 10),
    Thing(CIRCLE, GREEN, 0, 50, 26, 10),
    Thing(SQUARE, BLUE, 1, 110, 106, 16),
    Thing(TRIANGLE, GREEN, 0, 70, 117, 10),
    Thing(CIRCLE, RED, 1, 110, 36, 16),
]
FACTS = Facts(Scenes.of([SCENE]), OPTIONS)


def said(family: Family) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return answer and objects of every first wording that may be asked about the scene."""
    solved = family.solve(FACTS)
    assert solved.answers.shape == (1, len(family.texts))
    return {
        texts[0]: (family.answers[answer], solved.objects(0, meaning))
        for meaning, (texts, answer) in enumerate(zip(family.texts, solved.answers[0].tolist(), strict=True))
        if answer >= 0
    }


def test_attributes() -> None:
    colors = said(attribute_family(OPTIONS, "color"))
    assert colors == {
        "what color is the square?": ("blue", (2,)),
        "what color is the triangle?": ("green", (3,)),
        "what color is the small triangle?": ("green", (3,)),
        "what color is the large circle?": ("red", (4,)),
        "what color is the large square?": ("blue", (2,)),
    }
    shapes = said(attribute_family(OPTIONS, "shape"))
    assert shapes["what shape is the small red object?"] == ("circle", (0,))
    assert "what shape is the red object?" not in shapes
    assert said(attribute_family(OPTIONS, "size"))["what size is the green circle?"] == ("small", (1,))


def test_amounts() -> None:
    existence = said(existence_family(OPTIONS))
    assert existence["is there a red circle?"] == ("yes", (0, 4))
    assert existence["is there a large green object?"] == ("no", ())
    assert said(existence_family(SceneOptions(world="easy")))["is there a cross?"] == ("no", ())
    counting = said(counting_family(OPTIONS))
    assert counting["how many circles are there?"] == ("3", (0, 1, 4))
    assert counting["how many crosses are there?"] == ("0", ())
    comparing = said(comparing_family(OPTIONS))
    assert comparing["are there more circles than squares?"] == ("yes", (0, 1, 2, 4))
    assert comparing["are there fewer circles than squares?"] == ("no", (0, 1, 2, 4))
    assert comparing["are there as many red objects as green objects?"] == ("yes", (0, 1, 3, 4))
    assert "are there as many green objects as red objects?" not in comparing


def test_an_orange_thing_takes_an() -> None:
    family = existence_family(SceneOptions(world="hard"))
    assert ("is there an orange ring?") in {texts[0] for texts in family.texts}


def test_relations() -> None:
    nearest = said(nearest_family(OPTIONS))
    assert nearest["what color is the object nearest to the square?"] == ("green", (3, 2))
    assert nearest["what shape is the object nearest to the blue object?"] == ("triangle", (3, 2))
    assert "what color is the object nearest to the blue object?" not in nearest
    side = said(side_family(OPTIONS))
    assert side["what shape is the green object above the blue object?"] == ("circle", (1, 2))
    assert "what color is the circle left of the square?" not in side  # two are
    assert "what shape is the blue object left of the red object?" not in side
    steps = said(two_step_family(OPTIONS))
    assert steps["what color is the object nearest to the leftmost circle?"] == ("green", (1, 0))
    assert steps["what shape is the object nearest to the lowest green object?"] == ("square", (2, 3))
    assert not any("square" in text for text in steps)  # one square needs no leftmost


def test_places() -> None:
    what = said(what_family(OPTIONS))
    assert what["what color is the object in the top left corner?"] == ("red", (0,))
    assert what["what shape is the object in the bottom right corner?"] == ("square", (2,))
    assert what["what color is the leftmost object?"] == ("red", (0,))
    assert "what color is the rightmost object?" not in what  # two are equally far right
    where = said(where_family(OPTIONS))
    assert where["where is the large circle?"] == ("top right", (4,))
    assert where["where is the square?"] == ("bottom right", (2,))
    assert "where is the circle?" not in where
