"""Which answers a model may choose from, as papers chose theirs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import PositiveInt

from scanpath.settings import Settings


class AnswerChoice(Settings):
    """Which answers of the training split make a vocabulary: the most frequent, ties by the alphabet."""

    size: PositiveInt | None = None
    """How many; null takes all."""
    minimum: PositiveInt = 1
    """How often an answer must have been counted."""
    counted: Literal["modal", "given"] = "modal"
    """What is counted: the most common answer of each question, or all answers that people gave."""
    form: Literal["merged", "normal", "written"] = "merged"
    """When two spellings are the same answer.

    ``merged``: where the metric's normalisation makes them equal; the most frequent spelling stands for all.
    ``normal``: the same, counted together and named in the normal form. ``written``: never; each is an answer.
    """
    empty: bool = False
    """Whether the empty answer comes first, one of ``size``, though nobody gave it: MCB's code counts it among 3000."""


PAPERS: Mapping[str, AnswerChoice] = MappingProxyType(
    {
        "mcb": (mcb := AnswerChoice(size=3000, counted="given", form="written", empty=True)),
        "drau": mcb,
        "bottom_up": AnswerChoice(minimum=9, form="normal"),
        "mutan": AnswerChoice(size=2000),
        "han": AnswerChoice(size=1000),
    }
)
"""By the paper's name. Of VQA v2's train and val, ``bottom_up`` is known to be 3,129 answers."""
