"""Three sentences of the paper about what is drawn, judged on pictures.

Each is one or two margins, one number a picture, whose means must be above 0. That more copies are reached if
deviations are scaled up is true of any noise; whether they are underestimated :mod:`.deviations` judges. What tells the
learnt ones from any noise is what they reach more than the same deviations turned by half a turn: that much they must,
to carry information, and to be what spans the modes. The factor is the one whose smaller margin is largest on every
other picture; the pictures between them judge it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from scanpath_attention_rnn.figures.means import Floats, Statement, judge, mean_of
from scanpath_attention_rnn.figures.modes import Reach

Margins = Mapping[str, Floats]


class Pair(NamedTuple):
    """What is reached at one factor."""

    learnt: Reach
    turned: Reach
    """With each map's deviations turned by half a turn."""


class Sentence(NamedTuple):
    """What is judged."""

    words: str
    from_one: bool
    """Whether 1 itself may be the factor."""
    margins: Callable[[Pair, Pair], Margins]
    """From what is reached at a factor and at 1."""


def _more(scaled: Pair, plain: Pair) -> Margins:
    return {"copies reached, less those at 1": scaled.learnt.modes - plain.learnt.modes}


def _information(scaled: Pair, _plain: Pair) -> Margins:
    return {"copies reached, less those with deviations turned": scaled.learnt.modes - scaled.turned.modes}


def _span(scaled: Pair, _plain: Pair) -> Margins:
    return {
        "pictures with all copies reached, less one half": scaled.learnt.all_modes - 0.5,
        "the same, less those with deviations turned": scaled.learnt.all_modes - scaled.turned.all_modes,
    }


SENTENCES = (
    Sentence("More copies are reached if deviations are scaled up.", from_one=False, margins=_more),
    Sentence(
        "Deviations carry information: more copies are reached than if they are turned by half a turn.",
        from_one=True,
        margins=_information,
    ),
    Sentence(
        "Samples span the modes: all three copies are reached in half of the pictures, in more than if turned.",
        from_one=True,
        margins=_span,
    ),
)


def judge_all(by_factor: Mapping[float, Pair]) -> list[Statement]:
    """Judge the sentences by what is reached at every factor, among them 1 and a larger one; below 1 none counts."""
    return [_judge(sentence, by_factor) for sentence in SENTENCES]


def _judge(sentence: Sentence, by_factor: Mapping[float, Pair]) -> Statement:
    candidates = [factor for factor in by_factor if factor > 1 or (sentence.from_one and factor == 1)]
    margins = {factor: sentence.margins(by_factor[factor], by_factor[1]) for factor in candidates}
    chosen = max(candidates, key=lambda factor: (_least(margins[factor].values()), _reached(by_factor[factor])))
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


def _reached(found: Pair) -> float:
    """Give the copies that are reached there, which tells between factors that are alike."""
    return float(np.mean(found.learnt.modes[::2]))
