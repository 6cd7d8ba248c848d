"""What a comparison page shows, as plain values: whoever measures fills these in, the page only draws them.

Units: every share (accuracy, mass on the object, pointing, entropy, ceiling) is in percent, 0 to 100, and every
difference in points; times are in milliseconds or seconds as named, memory in bytes. None means "not measured" and is
drawn as a dash, never as a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scanpath.types import Kind  # importing it brings torch

RowKind = Literal["rung", "attention"]
"""A ``rung`` of the ladder looks nowhere in particular; an ``attention`` is what is being compared."""

Verdict = Literal["better", "worse", "open", "none"]
"""Of a paired test; ``open`` when the difference is below what the data could have shown, ``none`` when there are too
few seeds for a claim."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number and its 95 % interval; without ends where none was computed."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A paired comparison with the baseline, in points."""

    value: float
    low: float
    high: float
    p: float
    verdict: Verdict
    detectable: float | None = None
    """The smallest effect that the data could have shown."""


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Where one map of a row looks: means over the questions that are about an object."""

    name: str
    """For example ``"hop 1"`` or ``"glimpse 2"``."""
    mass: Estimate
    """Share of the map's weight that lies on the object, percent."""
    pointing: float | None = None
    """How often the map's maximum lies on the object, percent."""
    entropy: float | None = None
    """Entropy as a share of the uniform map's, percent: 100 looks everywhere alike."""
    area: float | None = None
    """Share of the picture that the attended part covers, percent."""


@dataclass(frozen=True, kw_only=True)
class RowCost:
    """What a row costs; milliseconds, FLOPs and peak are of one forward and backward pass of the named batch."""

    parameters: int
    depth: int | None = None
    """Layers that a region passes on its way to the answer, the equal-depth rule's number."""
    flops: int | None = None
    milliseconds: float | None = None
    peak_bytes: int | None = None
    seconds: float | None = None
    """Of training, mean over the seeds."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One compared way of answering."""

    id: str
    label: str
    kind: RowKind
    accuracy: Estimate
    seeds: Mapping[int, float] = field(default_factory=dict)
    """Accuracy of every seed."""
    difference: Difference | None = None
    """Against the baseline; None for the baseline itself."""
    question_types: Mapping[str, Estimate] = field(default_factory=dict)
    answer_types: Mapping[str, Estimate] = field(default_factory=dict)
    looking: tuple[Looking, ...] = ()
    """One entry a map, in order; empty for a row without maps."""
    headline_map: str | None = None
    """The name of the map with the most mass on the object."""
    faithfulness: Estimate | None = None
    """Points lost when the attended regions are deleted, beyond what deleting random ones costs."""
    cost: RowCost | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Validation accuracy of one seed of one row while it learned; the three sequences are aligned."""

    row: str
    seed: int
    samples: tuple[int, ...]
    seconds: tuple[float, ...]
    accuracy: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What one row said of one example, and where it looked."""

    row: str
    prediction: str
    probability: float | None
    """In [0, 1]."""
    score: float
    """The metric's credit for the prediction, in [0, 1]; 0.5 and above is drawn as right."""
    maps: npt.NDArray[Any] | None = None
    """(M, h, w) over a grid, or (M, K) over ``Example.boxes``; None for a row without maps."""
    names: tuple[str, ...] = ()
    """One name a map, such as ``"hop 1"``."""
    kind: Kind = "soft"
    """How the maps' weights read; a hard choice is drawn as a mask."""
    boxes: npt.NDArray[Any] | None = None
    """(K, 4), for maps over regions of its own; those of the example otherwise."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One question under every row, side by side; or one picture that is classed."""

    question_id: int
    question: str
    answers: tuple[str, ...]
    """What people answered, the most frequent first, without repeats."""
    picture: npt.NDArray[np.uint8]
    """(H, W, 3)."""
    answered: tuple[Answered, ...]
    question_type: str = ""
    target: npt.NDArray[np.bool_] | None = None
    """(H, W), True on the object that the question is about."""
    boxes: npt.NDArray[Any] | None = None
    """(K, 4) as x1, y1, x2, y2 in [0, 1], for maps over boxes."""
    about: Literal["question", "picture"] = "question"
    """What was answered; of a picture the answers are its class."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """A whole comparison."""

    title: str
    intro: str
    """One or two plain sentences above the table."""
    rows: tuple[Row, ...]
    """In the order in which they shall be read."""
    baseline: str | None = None
    """The id of the row that the others are tested against."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """How it was measured: data, backbone, budget, seeds, hardware, versions, commit, in reading order."""
    curves: tuple[Curve, ...] = ()
    examples: tuple[Example, ...] = ()
    ceiling: float | None = None
    """The accuracy that the noise of the answers allows, percent."""
    chance_mass: float | None = None
    """The mass on the object of a map that is equal everywhere, percent."""
    notes: tuple[str, ...] = ()
    """Sentences on how to read the page, and what is weak in it."""
    warnings: tuple[str, ...] = ()
    """Sentences that a reader must see before the numbers."""
