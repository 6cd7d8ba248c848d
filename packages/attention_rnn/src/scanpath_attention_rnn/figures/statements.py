"""Two sentences of the paper about what is drawn, judged on pictures.

Each is two margins, one number a picture, whose means must be above 0: what the sentence says, and that the copies gain
more than digits that nobody asked about, since noise alone reaches more of both. The factor is the one whose smaller
margin is largest on every other picture; the pictures between them judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from scanpath_attention_rnn.figures.means import Floats, Statement, judge, mean_of
from scanpath_attention_rnn.figures.modes import Reach

Margins = Mapping[str, Floats]


class Sentence(NamedTuple):
    """What is judged."""

    words: str
    from_one: bool
    """Whether 1 itself may be the factor."""
    margins: Callable[[Reach, Reach], Margins]
    """From what is reached at a factor and at 1."""


def _more(scaled: Reach, plain: Reach) -> Margins:
    gained, beside = scaled.modes - plain.modes, scaled.others - plain.others
    return {"copies reached, less those at 1": gained, "the same, less other digits'": gained - beside}


def _span(scaled: Reach, _plain: Reach) -> Margins:
    return {
        "pictures with all copies reached, less one half": scaled.all_modes - 0.5,
        "the same, less all other digits reached": scaled.all_modes - scaled.all_others,
    }


SENTENCES = (
    Sentence(
        "Deviations are underestimated: more copies are reached when they are scaled up.", from_one=False, margins=_more
    ),
    Sentence(
        "Samples span the modes: all three copies are reached in half of the pictures or more.",
        from_one=True,
        margins=_span,
    ),
)


def judge_all(by_factor: Mapping[float, Reach]) -> list[Statement]:
    """Judge both sentences by what is reached at every factor, among them 1 and a larger one; below 1 none counts."""
    return [_judge(sentence, by_factor) for sentence in SENTENCES]


def _judge(sentence: Sentence, by_factor: Mapping[float, Reach]) -> Statement:
    candidates = [factor for factor in by_factor if factor > 1 or (sentence.from_one and factor == 1)]
    margins = {factor: sentence.margins(by_factor[factor], by_factor[1]) for factor in candidates}
    chosen = max(candidates, key=lambda factor: (_least(margins[factor].values()), _excess(by_factor[factor])))
    judged = {name: values[1::2] for name, values in margins[chosen].items()}
    verdict, reason = judge(judged)
    return Statement(
        words=sentence.words,
        verdict=verdict,
        reason=reason,
        factor=chosen,
        margins={name: mean_of(values) for name, values in judged.items()},
        pictures=min(map(len, judged.values())),
    )


def _least(margins: Iterable[Floats]) -> float:
    """Give the smaller margin on the pictures that choose."""
    return min(float(np.mean(values[::2])) for values in margins)


def _excess(found: Reach) -> float:
    """Give what the copies have more than other digits there, which tells between factors that are alike."""
    return float(np.mean((found.modes - found.others)[::2]))
