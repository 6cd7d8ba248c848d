"""A table's result for people: paper, ours with its interval, the difference; then claims, and how it was measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scanpath.experiments.tables.columns import is_cost, is_history, is_series
from scanpath.report import wording

MINUS = "\N{MINUS SIGN}"
INTERVALS = (
    "Intervals are 95 %: pictures drawn again with all their questions where the task has them, Student's over seeds "
    "elsewhere, and over rounds for costs. What a seed changes is shown seed by seed; claims count both."
)
SEEDS = "A claim needs three seeds; below the smallest detectable difference it stays open."
LARGE = 1e4
"""From here on numbers are written with a prefix."""
SIGNS = re.compile(r"[\\`*|~$]|&(?=#?\w+;)|\](?=\()|<(?=[A-Za-z/!?])|(?<![^\W_])_|_(?![^\W_])")
"""What Markdown would take for its own anywhere in a line; an underscore within a word is none."""
STARTS = re.compile(r"^(\d+(?=[.)](?:\s|$))|(?=(?:#{1,6}|[+-])(?:\s|$)|>|---))")
"""What it would take for its own at a line's start: a heading, a quotation, an item of a list."""


def table_of(result: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a result; a column without printed numbers has neither paper nor difference.

    Series have tables of their own: :func:`series_tables`.
    """
    columns = [column for column in result["columns"] if not is_series(column["measure"])]
    header = ["row"]
    for column in columns:
        label = column["label"]
        split = has_printed(result, column["id"])
        header += [f"{label}: paper", "ours (95 %)", "difference"] if split else [f"{label} (95 %)"]
    rows = []
    for row in result["rows"]:
        cells = [row["label"] + (" (quoted)" if row["external"] else "")]
        for column in columns:
            cell, digits = row["cells"][column["id"]], digits_of(column)
            if has_printed(result, column["id"]):
                cells += [number(cell["paper"], digits), ours(cell, digits), difference(cell, digits)]
            else:
                cells.append(ours(cell, digits))
        rows.append(cells)
    return header, rows


def series_tables(result: Mapping[str, Any]) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Give the label, the header and the rows of every series that has points, those at numbers in their order."""
    for column in result["columns"]:
        points = {
            row["label"]: {
                point["at"]: ours(point, digits_of(column)) for point in row["cells"][column["id"]]["series"]
            }
            for row in result["rows"]
            if "series" in row["cells"][column["id"]]
        }
        known = list(dict.fromkeys(at for of_row in points.values() for at in of_row))
        if not any(isinstance(at, str) for at in known):
            known.sort()
        if known:
            rows = [[label, *(of_row.get(at, wording.NONE) for at in known)] for label, of_row in points.items()]
            yield column["label"], ["row", *(at if isinstance(at, str) else f"{at:g}" for at in known)], rows


def seed_table(result: Mapping[str, Any]) -> tuple[list[str], list[list[str]]] | None:
    """Return the header and the rows of what each seed gave; None where no row has two."""
    columns = [
        column for column in result["columns"] if not is_series(column["measure"]) and not is_cost(column["measure"])
    ]
    rows = []
    for row in result["rows"]:
        values = {column["id"]: row["cells"][column["id"]].get("seeds", []) for column in columns}
        if any(len(own) > 1 for own in values.values()):
            told = [", ".join(number(one, digits_of(column)) for one in values[column["id"]]) for column in columns]
            rows.append([row["label"], *(words or wording.NONE for words in told)])
    return (["each seed", *(column["label"] for column in columns)], rows) if rows else None


def seeds_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """Count the seeds that rows were measured under, such as ``3 seeds`` or ``1 to 3 seeds``; empty for none."""
    cells = [one for row in rows for cell in row["cells"].values() for one in (cell, *cell.get("series", ()))]
    counts = sorted({len(cell["seeds"]) for cell in cells if "seeds" in cell})
    if not counts:
        return ""
    many = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    return f"{many} seed{'' if counts[-1] == 1 else 's'}"


def has_printed(result: Mapping[str, Any], column: str) -> bool:
    """Tell whether the paper prints a number anywhere in a column."""
    return any(row["cells"][column]["paper"] is not None for row in result["rows"])


def digits_of(column: Mapping[str, Any]) -> int:
    """Return how many digits behind the point a column shows."""
    return int(column["of"].get("digits", 2))


def number(value: float | None, digits: int = 2) -> str:
    """Write a number; a large one with three digits and a prefix, such as ``1.92 G``."""
    if value is None:
        return wording.NONE
    written = wording.count(value) if abs(value) >= LARGE else f"{value:.{digits}f}"
    return written.replace("-", MINUS)


def ours(cell: Mapping[str, Any], digits: int = 2) -> str:
    """Write what was measured: the mean over seeds and half the width of its interval, if it has any."""
    if "value" not in cell:
        return wording.NONE
    if cell["low"] is None or cell["low"] == cell["high"]:
        return number(cell["value"], digits)
    return f"{number(cell['value'], digits)} ± {number((cell['high'] - cell['low']) / 2, digits)}"


def difference(cell: Mapping[str, Any], digits: int = 2) -> str:
    """Write how far ours lies from the paper's."""
    if "value" not in cell or cell["paper"] is None:
        return wording.NONE
    return signed(cell["value"] - cell["paper"], digits)


def signed(value: float, digits: int = 2) -> str:
    """Write a difference with its sign."""
    return ("+" if value >= 0 else "") + number(value, digits)


def claim_lines(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return verdict, words and the numbers that decide, of each claim."""
    return [
        (claim["verdict"], f"{claim['words']} ({claim['section']})", "; ".join(map(_link, claim["links"])))
        for claim in result["claims"]
    ]


def _link(link: Mapping[str, Any]) -> str:
    words = str(link["margin"])
    if link.get("value") is not None:
        words += f": {signed(link['value'])}"
    if "rounds" in link and link["low"] == link["high"]:
        words += " (no spread)"
    elif link.get("low") is not None:
        told = [f"{number(link['low'])} to {number(link['high'])}", f"detectable {number(link['detectable'])}"]
        told += [f"by the spread of {link['rounds']} rounds"] if "rounds" in link else []
        words += f" ({'; '.join(told)})"
    return f"{words}, {link['reason']}" if link["reason"] else words


def axis(column: Mapping[str, Any]) -> str:
    """Name what a column measures, with its unit."""
    measure = column["of"]
    return f"{measure['label']}, {measure['unit']}" if measure["unit"] else str(measure["label"])


def machine_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Say on what and when a table was measured."""
    seeds = seeds_of(result["rows"]) or "no seed"
    yield f"Scale {result['scale']}, {seeds}, measured on {result['measured'] or 'no day yet'}."
    for column in result["columns"]:
        better = "higher" if column["of"]["higher_is_better"] else "lower"
        yield f"{column['label']}: {axis(column)}, {better} is better{_where(column)}."
    for data in result["data"]:
        yield f"Data: {', '.join(f'{name} {value}' for name, value in data.items())}."
    for machine in result["hardware"]:
        yield f"Machine: {machine_words(machine)}."
    costs = result.get("costs")
    if costs:
        precision = costs.get("precision", "fp32")  # as costs were measured before they named it
        yield (
            f"Costs: one forward and backward pass of a batch of {costs['batch']} in {precision}, all rows in "
            f"one process, their passes interleaved; the mean of {_rounds(costs)} rounds, each the median of "
            f"{costs['passes']} passes; peak beyond parameters and inputs. Machine: {machine_words(costs['hardware'])}."
        )


def _where(column: Mapping[str, Any]) -> str:
    """Say on what a column was measured."""
    if is_cost(column["measure"]):
        return ""
    return ", on what training evaluates" if is_history(column["measure"]) else f", on {column['split']}"


def _rounds(costs: Mapping[str, Any]) -> int:
    return max((len(run["milliseconds"]) for run in costs["runs"].values()), default=0)


def machine_words(machine: Mapping[str, Any]) -> str:
    """Name a machine and the versions on it."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    device = machine["accelerator"] or "no accelerator"
    commit = machine["commit"] or "none"
    return f"{machine['processor']}, {machine['cores']} cores, {device}; {versions}; commit {commit}"


def as_markdown(result: Mapping[str, Any], picture: str = "") -> str:
    """Write the whole result as Markdown.

    Args:
        result: of :func:`scanpath.experiments.tables.results.collect`.
        picture: its address and the words for who cannot see it, as Markdown; empty for none.
    """
    header, rows = table_of(result)
    parts = [f"# {plain(result['caption'])}", f"Source: {plain(result['source'])}"]
    parts += [plain(result["note"])] if result["note"] else []
    parts += [picture] if picture else []
    parts += [markdown_table(header, rows)] if len(header) > 1 else []
    seeds = seed_table(result)
    parts += [markdown_table(*seeds)] if seeds else []
    parts += [f"{plain(label)}:\n\n{markdown_table(names, points)}" for label, names, points in series_tables(result)]
    notes = [f"- {plain(row['label'])}: {plain(row['note'])}" for row in result["rows"] if row["note"]]
    notes += [
        f"- {plain(row['label'])}, {column}: {plain(cell['note'])}"
        for row in result["rows"]
        for column, cell in row["cells"].items()
        if "note" in cell
    ]
    parts += ["\n".join(notes)] if notes else []
    if result["claims"]:
        parts.append("## Claims")
        told = zip(claim_lines(result), result["claims"], strict=True)
        lines = [f"- **{verdict}**: {plain(words)} {_how(claim)}{numbers}" for (verdict, words, numbers), claim in told]
        parts.append("\n".join(lines))
    parts.append("## How it was measured")
    parts.append("\n".join(f"- {plain(line)}" for line in machine_lines(result)))
    parts.append(f"{INTERVALS} {SEEDS}")
    return "\n\n".join(parts) + "\n"


def plain(words: str) -> str:
    """Write words for Markdown in one line, so that they are read as they stand: nothing in them is its syntax."""
    line = re.sub(r"\s*\n\s*", " ", words.strip())
    return STARTS.sub(r"\1\\", SIGNS.sub(r"\\\g<0>", line))


def _how(claim: Mapping[str, Any]) -> str:
    note = f", {plain(claim['note'])}" if claim["note"] else ""
    return f"As `{claim['comparison']}`{note}. "


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table whose first column is words and whose others are numbers, kept on one line, or states."""
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(words: str) -> str:
    return plain(words).replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")
