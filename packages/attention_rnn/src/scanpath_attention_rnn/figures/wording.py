"""Both measurements in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanpath.report.wording import measured_on
from scanpath_attention_rnn.figures.deviations import MEASURES
from scanpath_attention_rnn.figures.means import IN_THIS_RUN

MAPS = (
    "Of the product of all maps: correctness is its weight on the pixels of the digit that is asked about, coverage "
    "the share of these pixels at which it is above an even map. In brackets the 95 % interval over pictures; that "
    "over seeds is the tables'."
)
MODES = (
    "A sample reaches a copy if the product of its maps, or of the features that they leave, has more weight in the "
    "box around it than around all other copies together, in multiples of what an even map has there, and more around "
    "all copies than an even map has. Two boxes may overlap; what lies in both counts for both. Turned: the same "
    "noise, but each map's deviations turned by half a turn, so that they are as large at other cells. At factor 0 "
    "each value is its mean. In brackets the 95 % interval over pictures."
)
JUDGED = (
    "The paper finds deviations underestimated: that more copies are reached if they are scaled up is all that is "
    "judged of this, and is true of noise without any structure. What they tell of their picture is what they reach "
    "more than if they are turned. It is yes if the intervals of all margins lie above 0, no if one lies below 0, else "
    "open. The factor is the best on every other picture; the pictures between them judge it. A verdict is about these "
    "pictures and this run, not about other seeds; of 40 sentences with a margin of nothing one is yes by chance."
)
COLUMNS = (
    "copies reached, of 3",
    "turned",
    "pictures with all copies",
    "turned",
    "weight around copies, times an even map's",
)
ANSWERS = (
    "copies' colours answered, of 3",
    "turned",
    "pictures with all copies' colours",
    "turned",
    "answers with one of them",
)
KINDS = "maps", "features"
LAYERS = (
    "In front of each layer stand the means. A deviation is a value's at factor 1, averaged; means stray over the "
    "cells of one map, and at one cell over the questions about a picture; where a deviation is less than the latter, "
    "it is underestimated."
)


def maps_page(result: Mapping[str, Any]) -> str:
    """Write what :func:`scanpath_attention_rnn.figures.maps.layer_maps` found as a page."""
    measured = (
        f"{result['pictures']:,} pictures of {result['data']}/{result['split']} and their {result['questions']:,} "
        f"questions. {MAPS} An even map has a correctness of {result['even']:.3f}."
    )
    lines = [
        "# Where networks look on digits",
        "",
        measured,
        "",
        "| network | accuracy | correctness | coverage |",
        "|---|---|---|---|",
        *(_of_network(network) for network in result["networks"]),
        "",
        "Drawn is the first question about each of the first pictures, at which networks that sample look once more:",
        "",
        "| network | asked | answer | correctness | coverage |",
        "|---|---|---|---|---|",
        *(line for network in result["networks"] for line in _drawn(network)),
        "",
    ]
    return "\n".join([*lines, measured_on(result["hardware"]), ""])


def _of_network(network: Mapping[str, Any]) -> str:
    found = network["measures"]
    cells = [number(found["accuracy"], share=True), number(found["correctness"]), number(found["coverage"])]
    return f"| {network['name']} ({network['run']}) | {' | '.join(cells)} |"


def _drawn(network: Mapping[str, Any]) -> Iterator[str]:
    for one in network["drawn"]:
        mark = "✓" if one["right"] else "✗"
        cells = [one["question"], f"{mark} {one['answer']}", f"{one['correctness']:.3f}", f"{one['coverage']:.3f}"]
        yield f"| {network['name']} | {' | '.join(cells)} |"


def modes_page(result: Mapping[str, Any]) -> str:
    """Write what :func:`scanpath_attention_rnn.figures.sampling.sampled_masks` found as a page."""
    measured = (
        f"{result['pictures']:,} pictures like those of {result['data']}, each with one digit three times in three "
        f"colours and with three to six others, and {result['samples']} samples of each. {MODES}"
    )
    verdicts = sum(len(network["statements"]) for network in result["networks"])
    lines = [
        "# What samples of attention fall on",
        "",
        measured,
        "",
        f"| network | by | factor | {' | '.join(COLUMNS)} |",
        "|---|---|---|" + "---|" * len(COLUMNS),
        *(
            f"| {network['name']} | {kind} | {one['factor']:g} | {_reach(one[kind], one['turned'][kind])} |"
            for network in result["networks"]
            for kind in KINDS
            for one in network["factors"]
        ),
        "",
        f"| network | factor | {' | '.join(ANSWERS)} |",
        "|---|---|" + "---|" * len(ANSWERS),
        *(
            f"| {network['name']} | {one['factor']:g} | {_answers(one['answers'], one['turned']['answers'])} |"
            for network in result["networks"]
            for one in network["factors"]
        ),
        "",
        "## The paper's sentences",
        "",
        f"{verdicts} verdicts. {JUDGED}",
        "",
        *(line for network in result["networks"] for line in _statements(network)),
        "## How large the deviations are",
        "",
        LAYERS,
        "",
        f"| network | layer | {' | '.join(MEASURES.values())} | underestimated |",
        "|---|---|" + "---|" * (len(MEASURES) + 1),
        *(_of_layer(network["name"], layer) for network in result["networks"] for layer in network["layers"]),
        "",
    ]
    return "\n".join([*lines, measured_on(result["hardware"]), ""])


def _reach(learnt: Mapping[str, Any], turned: Mapping[str, Any]) -> str:
    cells = [number(one["modes"]) for one in (learnt, turned)]
    cells += [number(one["all_modes"], share=True) for one in (learnt, turned)]
    return " | ".join([*cells, number(learnt["weight"])])


def _answers(learnt: Mapping[str, Any], turned: Mapping[str, Any]) -> str:
    cells = [number(one["colors"]) for one in (learnt, turned)]
    cells += [number(one["all_colors"], share=True) for one in (learnt, turned)]
    return " | ".join([*cells, number(learnt["right"], share=True)])


def _statements(network: Mapping[str, Any]) -> Iterator[str]:
    for one in network["statements"]:
        why = f" ({one['reason']})" if one["reason"] else ""
        told = f"{network['name']}, by {one['of']}, factor {one['factor']:g}, {one['pictures']} pictures"
        yield f"* {told}: {one['words']}"
        yield f"  **{IN_THIS_RUN[one['verdict']]}**{why}"
        yield from (f"  * {name}: {number(margin, signed=True)}" for name, margin in one["margins"].items())
    yield ""


def _of_layer(name: str, layer: Mapping[str, Any]) -> str:
    height, width = layer["grid"]
    cells = [number(layer[key]) for key in MEASURES] + [IN_THIS_RUN[layer["underestimated"]]]
    return f"| {name} | {layer['place']}, {height} x {width} | {' | '.join(cells)} |"


def number(mean: Mapping[str, float], *, share: bool = False, signed: bool = False) -> str:
    """Write a mean with its interval: ``0.770 (0.762 to 0.778)``, or as a percentage ``77.0 % (76.2 to 77.8)``."""
    factor, form = (100, ".1f") if share else (1, "+.3f" if signed else ".3f")
    value, low, high = (format(round(factor * mean[key], 6) + 0.0, form) for key in ("value", "low", "high"))
    return f"{value}{' %' if share else ''} ({low} to {high})"
