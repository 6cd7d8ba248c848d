"""The ledger for people: a line a row or a claim, a column a scale, and below them the versions that were measured."""

from __future__ import annotations

from typing import NamedTuple

from scanpath.experiments.tables.ledger import Page, State, count
from scanpath.experiments.tables.rendering import markdown_table
from scanpath.experiments.tables.settings import SCALES

SHOWN = ("python", "torch")
"""Versions that are shown beside those of the project's packages; the JSON has all."""


class Sheet(NamedTuple):
    """One table's part, as words."""

    title: str
    lines: list[list[str]]
    """Name, and the state at each scale."""
    footnotes: list[str]
    """Versions, by the numbers that states refer to; then what is wrong."""


def sheet(page: Page) -> Sheet:
    """Write one table's part."""
    known: dict[str, int] = {}
    lines = []
    for entry in page.entries:
        name = entry.name if entry.kind == "row" else f"claim: {entry.name}"
        lines.append([name, *(_words(state, known) for state in entry.states)])
    notes = [f"[{place}] {versions}" for versions, place in known.items()]
    title = f"{page.method} {page.table}: {page.caption}".rstrip(": ")
    return Sheet(title, lines, [*notes, *(f"trouble: {sentence}" for sentence in page.trouble)])


def _words(state: State, known: dict[str, int]) -> str:
    if state.measured is None:
        return state.state
    place = known.setdefault(_versions(state), len(known) + 1)
    seeds = "" if state.seeds is None else f", {state.seeds} seed{'' if state.seeds == 1 else 's'}"
    older = ", table changed since" if state.older else ""
    return f"{state.state} {state.measured}{seeds}{older} [{place}]"


def _versions(state: State) -> str:
    versions = state.versions or {}
    shown = [name for name in versions if name.startswith("scanpath")] + [name for name in SHOWN if name in versions]
    return ", ".join([*(f"{name} {versions[name]}" for name in shown), f"commit {state.commit or 'unknown'}"])


def summary(pages: list[Page], foreign: list[str]) -> list[str]:
    """Count everything in a sentence or two."""
    found = count(pages)
    never = found["claims"] - found["holds"] - found["fails"] - found["open"]
    tables = f"{found['tables']} table{'' if found['tables'] == 1 else 's'}"
    told = (
        f"{tables}. Rows: {found['rows measured']} of {found['rows']} measured. Claims: {found['holds']} hold, "
        f"{found['fails']} fail, {found['open']} open, {never} never judged (each at its largest scale)."
    )
    return [told, *([f"Results of no installed table: {', '.join(foreign)}."] if foreign else [])]


def as_markdown(pages: list[Page], foreign: list[str]) -> str:
    """Write the whole ledger as Markdown."""
    parts = ["# The ledger", *summary(pages, foreign)]
    for page in pages:
        found = sheet(page)
        parts.append(f"## {found.title}")
        parts += [markdown_table(["", *SCALES], found.lines)] if found.lines else []
        parts += ["\n".join(f"- {line}" for line in found.footnotes)] if found.footnotes else []
    return "\n\n".join(parts) + "\n"
