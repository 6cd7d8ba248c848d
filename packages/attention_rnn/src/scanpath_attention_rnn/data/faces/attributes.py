"""CelebA's forty attributes of a drawn person: what is drawn is told, all others are -1."""

from __future__ import annotations

from scanpath_attention_rnn.data.faces.people import HAIR, Person

NAMES = (
    "5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs", "Big_Lips", "Big_Nose",
    "Black_Hair", "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows", "Chubby", "Double_Chin", "Eyeglasses",
    "Goatee", "Gray_Hair", "Heavy_Makeup", "High_Cheekbones", "Male", "Mouth_Slightly_Open", "Mustache", "Narrow_Eyes",
    "No_Beard", "Oval_Face", "Pale_Skin", "Pointy_Nose", "Receding_Hairline", "Rosy_Cheeks", "Sideburns", "Smiling",
    "Straight_Hair", "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat", "Wearing_Lipstick", "Wearing_Necklace",
    "Wearing_Necktie", "Young",
)  # fmt: skip
"""In the order of the official list."""


def attributes_of(person: Person) -> tuple[bool, ...]:
    """Tell which of :data:`NAMES` a person has."""
    has = {
        f"{HAIR[person.hair].capitalize()}_Hair",
        *(name for name, drawn in _drawn(person).items() if drawn),
    }
    return tuple(name in has for name in NAMES)


def _drawn(person: Person) -> dict[str, bool]:
    return {
        "Male": person.male,
        "Smiling": person.smiling,
        "Mouth_Slightly_Open": person.open_mouth,
        "Eyeglasses": person.glasses,
        "5_o_Clock_Shadow": person.beard > 0,
        "No_Beard": person.beard == 0,
        "Bangs": person.bangs,
        "Wearing_Earrings": person.earrings,
        "Wearing_Lipstick": person.make_up > 0,
        "Arched_Eyebrows": not person.male,
        "Bushy_Eyebrows": person.male,
        "Oval_Face": not person.male,
        "Straight_Hair": True,
        "Young": True,
    }
