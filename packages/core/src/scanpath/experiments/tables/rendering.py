"""A table's result for people: paper, ours with its interval, the difference; then claims, and how it was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scanpath.report import wording

MINUS = "\N{MINUS SIGN}"


def table_of(result: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a result; a column without printed numbers has neither paper nor difference."""
    printed = {column["id"] for column in result["columns"] if _printed(result, column["id"])}
    header = ["row"]
    for column in result["columns"]:
        label = column["label"]
        header += [f"{label}: paper", "ours (95 %)", "difference"] if column["id"] in printed else [f"{label} (95 %)"]
    rows = []
    for row in result["rows"]:
        cells = [row["label"] + (" (quoted)" if row["external"] else "")]
        for column in result["columns"]:
            cell = row["cells"][column["id"]]
            if column["id"] in printed:
                cells += [_number(cell["paper"]), ours(cell), _difference(cell)]
            else:
                cells.append(ours(cell))
        rows.append(cells)
    return header, rows


def _printed(result: Mapping[str, Any], column: str) -> bool:
    return any(row["cells"][column]["paper"] is not None for row in result["rows"])


def _number(value: float | None) -> str:
    return wording.NONE if value is None else f"{value:.2f}"


def ours(cell: Mapping[str, Any]) -> str:
    """Write what was measured: the mean over seeds and half the width of its interval."""
    if "value" not in cell:
        return wording.NONE
    if cell["low"] is None:
        return f"{cell['value']:.2f}"
    return f"{cell['value']:.2f} ± {(cell['high'] - cell['low']) / 2:.2f}"


def _difference(cell: Mapping[str, Any]) -> str:
    if "value" not in cell or cell["paper"] is None:
        return wording.NONE
    return signed(cell["value"] - cell["paper"])


def signed(value: float) -> str:
    """Write a difference with its sign."""
    return f"{value:+.2f}".replace("-", MINUS)


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
    if link.get("low") is not None:
        ends = f"{link['low']:.2f} to {link['high']:.2f}".replace("-", MINUS)
        words += f" ({ends}; detectable {link['detectable']:.2f})"
    return f"{words}, {link['reason']}" if link["reason"] else words


def machine_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Say on what and when a table was measured."""
    seeds = ", ".join(map(str, result["seeds"]))
    yield f"Scale {result['scale']}, seeds {seeds}, measured on {result['measured'] or 'no day yet'}."
    for column in result["columns"]:
        measure = column["of"]
        better = "higher" if measure["higher_is_better"] else "lower"
        unit = f", {measure['unit']}" if measure["unit"] else ""
        yield f"{column['label']}: {measure['label']}{unit}, {better} is better, on {column['split']}."
    for data in result["data"]:
        yield f"Data: {', '.join(f'{name} {value}' for name, value in data.items())}."
    for machine in result["hardware"]:
        versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
        device = machine["accelerator"] or "no accelerator"
        commit = machine["commit"] or "none"
        yield f"Machine: {machine['processor']}, {machine['cores']} cores, {device}; {versions}; commit {commit}."


def as_markdown(result: Mapping[str, Any]) -> str:
    """Write the whole result as Markdown."""
    header, rows = table_of(result)
    parts = [f"# {result['caption']}", f"Source: {result['source']}"]
    parts += [result["note"]] if result["note"] else []
    parts.append(_markdown(header, rows))
    notes = [f"- {row['label']}: {row['note']}" for row in result["rows"] if row["note"]]
    notes += [
        f"- {row['label']}, {column}: {cell['note']}"
        for row in result["rows"]
        for column, cell in row["cells"].items()
        if "note" in cell
    ]
    parts += ["\n".join(notes)] if notes else []
    if result["claims"]:
        parts.append("## Claims")
        told = zip(claim_lines(result), result["claims"], strict=True)
        lines = [f"- **{verdict}**: {words} {_how(claim)}{numbers}" for (verdict, words, numbers), claim in told]
        parts.append("\n".join(lines))
    parts.append("## How it was measured")
    parts.append("\n".join(f"- {line}" for line in machine_lines(result)))
    parts.append(
        "Intervals are 95 %: pictures drawn again with all their questions where the task has them, Student's over "
        "seeds elsewhere. A claim needs three seeds; below the smallest detectable difference it stays open."
    )
    return "\n\n".join(parts) + "\n"


def _how(claim: Mapping[str, Any]) -> str:
    note = f", {claim['note']}" if claim["note"] else ""
    return f"As `{claim['comparison']}`{note}. "


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
