"""The measurements in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanpath.report.table_summary import SIGNS
from scanpath.report.wording import measured_on

GRADIENTS = (
    "Gradients of the loss of a batch by W_v of the visual stream, layer by layer; dropout is off. A deviation is the "
    "standard deviation of a gradient's elements, averaged over batches and seeds; the ratio is the first layer's over "
    "the last one's, averaged in logarithms. The paper does not say of what its gradients are."
)
WEIGHTS = (
    "The largest weight of a map, and its entropy as a part of an even map's, averaged over questions and seeds. A "
    "sharp map has a large weight and little entropy."
)
STEPS = (
    "Blue is the first look of the visual stream, red the last, each stretched from its least to its largest weight. "
    "What moves is the part of the first map's weight that lies elsewhere in the last: 0 for equal maps, 1 for maps "
    "that share no region."
)
BIAS = (
    "b_pos of each question, less its mean over the questions, inside the half or quarter of the picture that the "
    "question names, less outside. Its sign, which has no meaning, is chosen for a run on the questions that name "
    "other places. Drawn is the first run under the sign that all of them choose, light where b_pos is large."
)
JUDGED = (
    "With at least three seeds and 20 {0}, a sentence holds if every margin is above 0 under each seed and in its "
    "whole 95 % interval over {0}, fails if one is below 0 likewise, and is open otherwise; the tables' smallest "
    "detectable difference is not asked for."
)


def stacks_page(result: Mapping[str, Any], *, title: str, columns: Mapping[str, str], words: str, items: str) -> str:
    """Write what was measured of both kinds, a row each; ``columns`` are keys of a kind's values and their heads."""
    layers = len(result["kinds"][0]["counts"])
    heads = [
        f"{head}, layer {layer + 1}" if isinstance(result["kinds"][0][key], list) else head
        for key, head in columns.items()
        for layer in range(layers if isinstance(result["kinds"][0][key], list) else 1)
    ]
    lines = [
        f"# {title}",
        "",
        f"{result['questions']:,} questions of {result['split']}. {words}",
        "",
        f"| stack | seeds | {' | '.join(heads)} |",
        "|---|---|" + "---|" * len(heads),
        *(
            f"| {kind['name']} | {', '.join(map(str, kind['seeds']))} | {' | '.join(_cells(kind, columns))} |"
            for kind in result["kinds"]
        ),
        "",
    ]
    return "\n".join([*lines, *_statements(result["statements"], items), measured_on(result["hardware"]), ""])


def _cells(kind: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[str]:
    for key in columns:
        found = kind[key]
        yield from (f"{value:.3g}" for value in (found if isinstance(found, list) else [found]))


def steps_page(result: Mapping[str, Any]) -> str:
    """Write what was measured of one run's steps."""
    moved = result["moved"]
    lines = [
        "# Steps of reasoning",
        "",
        f"{result['questions']:,} questions of {result['data']}, run {result['run']} of {result['layers']} layers.",
        STEPS,
        "",
        f"Moved: {moved['value']:.3f} ({moved['low']:.3f} to {moved['high']:.3f}, 95 % over pictures).",
        "",
        "| question | answer | moved |",
        "|---|---|---|",
        *(f"| {one['question']} | {one['said']} | {one['moved']:.3f} |" for one in result["drawn"]),
        "",
    ]
    return "\n".join([*lines, measured_on(result["hardware"]), ""])


def bias_page(result: Mapping[str, Any]) -> str:
    """Write what was measured of positional biases."""
    lines = [
        "# Where questions look before anything is seen",
        "",
        f"Runs {', '.join(result['runs'])}. {BIAS}",
        "",
        "| question | place | inside less outside, each seed |",
        "|---|---|---|",
        *(
            f"| {one['question']} | {one['place']} | {', '.join(f'{value:+.4f}' for value in one['contrasts'])} |"
            for one in result["questions"]
        ),
        "",
    ]
    return "\n".join([*lines, *_statements(result["statements"], "questions"), measured_on(result["hardware"]), ""])


def _statements(statements: Sequence[Mapping[str, Any]], items: str) -> Iterator[str]:
    yield from ("## The paper's sentences", "", JUDGED.format(items), "")
    for one in statements:
        why = f" ({one['reason']})" if one["reason"] else ""
        yield f"* {one['words']} ({one['section']}) **{SIGNS[one['verdict']]}**{why}"
        yield f"  * measured as {one['statistic']}"
        for name, margin in one["margins"].items():
            seeds = ", ".join(f"{value:+.4f}" for value in margin["seeds"])
            yield f"  * {name}: {margin['value']:+.4f} ({margin['low']:+.4f} to {margin['high']:+.4f}), seeds {seeds}"
    yield ""
