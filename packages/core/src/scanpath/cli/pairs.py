"""What verbs tell about complementary pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanpath.cli.tables import print_groups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from scanpath.data.pairs import Pairs
    from scanpath.metrics.vqa import VQAScorer


def print_pairs(
    console: Console, pairs: Pairs | None, scorer: VQAScorer, predictions: Mapping[int, str]
) -> dict[str, Any]:
    """Score answers on pairs and print what was found, with what is remarkable about their file.

    Returns:
        ``complementary_pairs`` for a file of scores; nothing where there are none.
    """
    from scanpath.metrics.pairs import score_pairs

    if pairs is None:
        return {}
    for number, sentence in enumerate(pairs.remarks):
        console.print(sentence if number else f"\n{sentence}", soft_wrap=True)
    if not len(pairs.ids):
        return {}
    scores = score_pairs(scorer, predictions, pairs.ids.tolist())
    groups = {"both right": scores.both_right, "same answer to both": scores.same_answer}
    print_groups(console, f"{scores.pairs:,} complementary pairs", groups, value="share")
    return {"complementary_pairs": scores._asdict()}
