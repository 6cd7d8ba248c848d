"""The directive ``measured``: a mechanism's maps, accuracy and cost, read from the JSON that is committed.

Its argument lists how the mechanism is spelt, ``single_hop:score=dot dot``; a row with more options counts too. What
no file holds is said to be unmeasured.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from spelling import PAGES, Spelling, mechanisms, parse, place
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from scanpath.experiments.overrides import lay_over
from scanpath.experiments.tables.rendering import seeds_of

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"
PACKAGES = ROOT / "packages"
PICTURES = PAGES / "pictures.json"
NONE = "–"

Found = list[str]


class Measured(SphinxDirective):
    """Show what is measured of the mechanism that a page is about."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"picture": directives.unchanged}  # noqa: RUF012 - docutils wants it so

    def run(self) -> list[nodes.Node]:
        """Write Markdown from the files, and have it parsed in the page's place."""
        for file in [PICTURES, *sorted(RESULTS.rglob("*.json"))]:
            self.env.note_dependency(str(file))
        spellings = [parse(word) for word in self.arguments[0].split()]
        name = self.options.get("picture", self.env.docname.rpartition("/")[2])
        parts = [*picture(name), *compared(spellings), *reproduced(spellings), *cost(spellings)]
        return self.parse_text_to_nodes("\n\n".join(parts))


def picture(name: str) -> Iterator[str]:
    """Show the maps that were drawn of a trained run, and say of which."""
    if name == "none":
        return
    facts = read(PICTURES).get(name)
    if facts is None:
        yield "*No picture of its maps yet: none of its trained runs has been drawn.*"
        return
    yield f"![What it looks at for {len(facts['questions'])} questions]({name}.png)"
    yield (
        "The picture, then its maps, each stretched from its own least weight (dark) to its own greatest, which is "
        f"printed; an outline marks what the question is about. {facts['label']}, seed {facts['seed']}, "
        f"{facts['samples']:,} questions seen, run `{facts['run']}`."
    )


def compared(spellings: Sequence[Spelling]) -> Iterator[str]:
    """Give the rows of the comparisons."""
    head = ["row", "accuracy (95 %)", "about one object", "weight on that object", "ms a batch"]
    for file in sorted(RESULTS.glob("*/comparison.json")):
        found = read(file)
        settings = {row["id"]: row for row in [*found["settings"]["ladder"], *found["settings"]["mechanisms"]]}
        rows = []
        for row in found["rows"]:
            own = settings.get(row["id"], {"attention": parse(row["id"])})
            if any(place(own.get(side), spellings) is not None for side in ("attention", "co_attention")):
                rows.append(_compared(row))
        if rows:
            budget = f"{found['settings']['training']['samples']:,} questions seen a row"
            seeds = len(found["seeds"])
            yield f"**{found['title']}**, {budget}, {seeds} seed{'s' * (seeds > 1)} (`{file.relative_to(ROOT)}`):"
            yield table(head, rows)


def _compared(row: Mapping[str, Any]) -> Found:
    best = next((one for one in row["looking"] if one["name"] == row["headline_map"]), None)
    about, spent = row.get("one_object"), row["cost"]
    return [
        row["label"],
        estimate(row["accuracy"]),
        estimate(about) if about else NONE,
        f"{best['mass']['value']:.1f} % ({best['name']})" if best else NONE,
        f"{spent['milliseconds']:.1f}" if spent and spent["milliseconds"] else NONE,
    ]


def reproduced(spellings: Sequence[Spelling]) -> Iterator[str]:
    """Give the rows of the packages' tables that were measured at more than the smoke scale."""
    for file in sorted(RESULTS.glob("*/*.json")):
        found = read(file)
        sources = [*PACKAGES.glob(f"{file.parent.name}/src/*/experiments/{file.name.split('.')[0]}.yaml")]
        if "rows" not in found or found.get("scale") == "smoke" or not sources:
            continue
        source = experiment(sources[0])
        settings = {row["id"]: row for row in source["rows"]}
        rows = []
        for row in found["rows"]:
            values = lay_over(source["base"], settings.get(row["id"], {}).get("overrides", {}))
            if any(place(one, spellings) is not None for one in mechanisms(values)):
                cells = [row["cells"].get(column["id"], {}) for column in found["columns"]]
                rows.append([row["label"], *(estimate(cell) if "value" in cell else NONE for cell in cells)])
        if rows:
            yield f"**{found['caption']}**, {seeds_of(found['rows'])} (`{file.relative_to(ROOT)}`):"
            yield table(["row", *(column["label"] for column in found["columns"])], rows)


def cost(spellings: Sequence[Spelling]) -> Iterator[str]:
    """Give what forward and backward cost, by itself."""
    files = sorted(RESULTS.glob("*/bench_cost.cpu.json"), key=lambda file: (file.parent.name != "core", file))
    told = [part for file in files for part in _cost(file, spellings)]
    yield from told or [
        "*Its cost is not measured yet: `scanpath bench cost` has left no line of it in a `bench_cost.cpu.json`.*"
    ]


def _cost(file: Path, spellings: Sequence[Spelling]) -> Iterator[str]:
    """Give what one file holds, if anything."""
    found = read(file)
    rows = []
    for line in found.get("lines", []):
        if place(parse(line["name"]), spellings) is None:
            continue
        size, spent = "x".join(map(str, line["size"])), line["cost"]
        if spent is None:
            rows.append([f"`{line['name']}`", size, line["reason"], *[NONE] * 3])
            continue
        shares = [f"{spent['flops'] / 1e9:.2f}", f"{spent['peak_bytes'] / 2**20:.0f}", f"{spent['parameters']:,}"]
        rows.append([f"`{line['name']}`", size, f"{spent['milliseconds']:.1f} ({line['ratio']:.1f}x)", *shares])
    if not rows:
        return
    setting, machine = found["setting"], found["hardware"]
    yield (
        f"**Cost** of one forward and backward pass of {setting['batch']} questions, the mechanism by itself, on "
        f"{machine['cores']} cores of an {machine['processor']} (`{file.relative_to(ROOT)}`); in brackets, how many "
        f"times `{found['lines'][0]['name']}`:"
    )
    yield table(["mechanism", "regions", "ms", "GFLOP", "peak MiB", "parameters"], rows)


def estimate(value: Mapping[str, Any]) -> str:
    """Write a number with its interval."""
    if value.get("low") is None:
        return f"{value['value']:,.1f}"
    return f"{value['value']:,.1f} ({value['low']:,.1f} to {value['high']:,.1f})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table, its numbers to the right."""
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def read(path: Path) -> dict[str, Any]:
    """Read a JSON file; one that is not there holds nothing."""
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@functools.cache
def experiment(path: Path) -> dict[str, Any]:
    """Read a table's YAML file once: every page with a mechanism asks every table, and YAML is read slowly."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("measured", Measured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
