"""The measurement in Markdown: one line a network and map, one column a target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanpath.report.wording import measured_on
from scanpath_han.premise.measuring import MAPS, TARGETS

NOTE = (
    "Area under the ROC curve: the chance that a map is larger at a place of the target than at one beside it, and "
    "half of that of being equal. A pixel has the value of its cell, so a cell counts by how much of it is covered. "
    "0.5 is chance; below it the map is larger elsewhere. One area a picture (of its questions their mean), then the "
    "mean over pictures with its 95 % interval, and the means of the seeds where they differ. What the question adds "
    "is a difference, 0 if nothing."
)


def markdown(result: Mapping[str, Any]) -> str:
    """Write a result, as :func:`scanpath_han.premise.result.premise` gives it, as a page."""
    measured = (
        f"{result['pictures']} pictures of {result['data']}/{result['split']} and their {result['questions']:,} "
        f"questions, of which {result['asked']:,} are about one object."
    )
    return "\n".join(
        [
            "# The premise of HAN: does the norm tell where objects are?",
            "",
            measured,
            "",
            NOTE,
            "",
            "| network | map | " + " | ".join(TARGETS.values()) + " |",
            "|---|---|" + "---|" * len(TARGETS),
            *(line for network in result["networks"] for line in _lines(network)),
            "",
            *(f"* {one['name']}: {one['reason']}" for one in result["missing"]),
            *([""] if result["missing"] else []),
            measured_on(result["hardware"]),
            "",
        ]
    )


def _lines(network: Mapping[str, Any]) -> Iterator[str]:
    height, width = network["grid"]
    name = f"{network['name']} ({height}x{width})"
    for kind, words in MAPS.items():
        cells = [network["figures"].get(f"{kind}/{target}") for target in TARGETS]
        if any(cells):
            yield f"| {name} | {words} | " + " | ".join(number(cell, signed=kind == "adds") for cell in cells) + " |"
            name = ""


def number(figure: Mapping[str, Any] | None, *, signed: bool = False) -> str:
    """Write a mean with its interval and what the seeds say: ``0.77 (0.76 to 0.78; seeds 0.72 to 0.80)``."""
    if figure is None:
        return "–"
    form = "+.3f" if signed else ".3f"

    def written(value: float) -> str:
        return format(round(value, 3) + 0.0, form)  # not -0.000

    least, most = written(min(figure["seeds"])), written(max(figure["seeds"]))
    spread = f"; seeds {least} to {most}" if least != most else ""
    return f"{written(figure['value'])} ({written(figure['low'])} to {written(figure['high'])}{spread})"
