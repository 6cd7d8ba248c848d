"""One colour and one mark a row, the same in every figure and table of a page.

The colours are those of Okabe and Ito, chosen to be told apart by colour-blind readers (jfly.uni-koeln.de, "Color
Universal Design"); rungs of the ladder are greys, so that what is compared stands out. Marks repeat the distinction
for print in grey.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scanpath.report.content import Row

ATTENTIONS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6a4fb3", "#8c5a2b")
RUNGS = ("#b4b8bf", "#9a9fa8", "#7f858f", "#646a75")
ATTENTION_MARKS = ("o", "s", "^", "D", "v", "P", "X", "p")
RUNG_MARKS = ("o", "s", "^", "D")


class Style(NamedTuple):
    """How a row is drawn."""

    colour: str
    mark: str


def styles(rows: Iterable[Row]) -> dict[str, Style]:
    """Give every row, by id, its colour and mark; beyond eight attentions colours come again with other marks."""
    given: dict[str, Style] = {}
    rungs = attentions = 0
    for row in rows:
        if row.kind == "rung":
            given[row.id] = Style(RUNGS[rungs % len(RUNGS)], RUNG_MARKS[rungs % len(RUNG_MARKS)])
            rungs += 1
        else:
            turn, place = divmod(attentions, len(ATTENTIONS))
            mark = ATTENTION_MARKS[(place + turn) % len(ATTENTION_MARKS)]
            given[row.id] = Style(ATTENTIONS[place], mark)
            attentions += 1
    return given
