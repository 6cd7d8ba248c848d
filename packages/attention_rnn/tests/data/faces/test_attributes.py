from __future__ import annotations

from dataclasses import replace

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.faces.attributes import NAMES, attributes_of
from scanpath_attention_rnn.data.faces.people import draw_person


def told(person):
    return {name for name, has in zip(NAMES, attributes_of(person), strict=True) if has}


def test_the_names_are_celebas():
    assert len(NAMES) == len(set(NAMES)) == 40
    assert (NAMES[0], NAMES[8], NAMES[20], NAMES[31], NAMES[39]) == (
        "5_o_Clock_Shadow", "Black_Hair", "Male", "Smiling", "Young",
    )  # fmt: skip


def test_what_is_drawn_is_told():
    person = replace(draw_person(Draws(1)), hair=1, male=True, smiling=False, open_mouth=False, beard=0.5, make_up=0.0)
    assert told(person) >= {"Blond_Hair", "Male", "5_o_Clock_Shadow", "Bushy_Eyebrows"}
    assert not told(person) & {"Black_Hair", "Brown_Hair", "Smiling", "No_Beard", "Wearing_Lipstick"}
    other = told(replace(person, hair=2, male=False, smiling=True, beard=0.0, glasses=True))
    assert other >= {"Brown_Hair", "Smiling", "No_Beard", "Eyeglasses"}
    assert "Male" not in other
