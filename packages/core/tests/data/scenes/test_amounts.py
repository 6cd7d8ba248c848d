"""Existence, counting and comparing on one scene made by hand."""

from __future__ import annotations

from scanpath.data.scenes.amounts import comparing_family, counting_family, existence_family
from scanpath.data.scenes.facts import Facts
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import Scenes, Thing


def test_existence_is_about_all_that_fit(said, easy) -> None:
    existence = said(existence_family(easy))
    assert len(existence) == 104, "everything can be asked: there is something or there is not"
    assert existence["is there a red circle?"] == ("yes", (0, 4))
    assert existence["is there a large blue square?"] == ("yes", (2,))
    assert existence["is there a large green object?"] == ("no", ())
    assert existence["is there a cross?"] == ("no", ())


def test_an_orange_thing_takes_an() -> None:
    texts = {texts[0] for texts in existence_family(SceneOptions(world="hard")).texts}
    assert "is there an orange ring?" in texts
    assert "is there a large orange ring?" in texts
    assert not {text for text in texts if " a o" in text}


def test_counting(said, easy) -> None:
    counting = said(counting_family(easy))
    assert counting["how many circles are there?"] == ("3", (0, 1, 4))
    assert counting["how many crosses are there?"] == ("0", ())
    assert counting["how many small objects are there?"] == ("3", (0, 1, 3))
    assert counting["how many large red objects are there?"] == ("1", (4,))
    assert "how many large red circles are there?" not in counting, "three attributes leave next to nothing to count"


def test_as_many_as_a_scene_holds_can_be_counted(said, easy) -> None:
    eight = Facts(Scenes.of([[Thing(1, 3, 0, 12 * number, 12, 10) for number in range(8)]]), easy)
    counting = said(counting_family(easy), wording=3, facts=eight)
    assert counting["what number of yellow squares is in the picture?"] == ("8", tuple(range(8)))
    assert set(counting_family(easy).choices) == {9}


def test_comparing_is_about_both_groups(said, easy) -> None:
    comparing = said(comparing_family(easy))
    assert comparing["are there more circles than squares?"] == ("yes", (0, 1, 2, 4))
    assert comparing["are there more squares than circles?"] == ("no", (0, 1, 2, 4))
    assert comparing["are there fewer circles than squares?"] == ("no", (0, 1, 2, 4))
    assert comparing["are there fewer large objects than small objects?"] == ("yes", (0, 1, 2, 3, 4))
    assert comparing["are there as many red objects as green objects?"] == ("yes", (0, 1, 3, 4))
    assert comparing["are there as many squares as crosses?"] == ("no", (2,))


def test_equals_are_neither_more_nor_fewer(said, easy) -> None:
    comparing = said(comparing_family(easy), wording=1)
    for relation in ("greater than", "smaller than"):
        for one, other in (("red", "green"), ("green", "red")):
            text = f"is the number of {one} objects {relation} the number of {other} objects?"
            assert comparing[text] == ("no", (0, 1, 3, 4))


def test_as_many_as_is_asked_in_one_order_and_of_one_kind(easy) -> None:
    texts = {texts[0] for texts in comparing_family(easy).texts}
    assert "are there as many red objects as green objects?" in texts
    assert "are there as many green objects as red objects?" not in texts
    assert not {text for text in texts if "red objects" in text and "circles" in text}
