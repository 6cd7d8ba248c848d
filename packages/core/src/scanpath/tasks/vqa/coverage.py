"""How much of what people answered a vocabulary can say."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from scanpath.tasks.vqa.batch import NO_ANSWER


class Coverage(NamedTuple):
    """What a vocabulary's answers fit, in percent."""

    questions: float
    """Those with at least one answer that it holds."""
    given: float
    """Of all answers that people gave."""

    def sentence(self, answers: int, split: str) -> str:
        """Say it of a split."""
        return (
            f"The {answers:,} answers of the vocabulary fit {self.questions:.1f} % of the questions of {split}, and "
            f"{self.given:.1f} % of what people answered."
        )


def coverage(answers: Tensor) -> Coverage | None:
    """Measure a table of answers (N, R), as a batch has them; None for a split that has none."""
    known, given = answers >= 0, answers != NO_ANSWER
    if not given.any():
        return None
    asked = given.any(dim=1)
    return Coverage(
        questions=100 * float(known.any(dim=1)[asked].double().mean()), given=100 * float(known[given].double().mean())
    )
