"""The ledger: every row and claim of every installed table, and at which scales it was measured; or never."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from scanpath.errors import ConfigError, DataError
from scanpath.experiments.tables.loading import Table, all_tables, load_table
from scanpath.experiments.tables.results import read_result, result_path
from scanpath.experiments.tables.settings import SCALES, ClaimSettings

NEVER = "never"
NONE = "-"
"""Where a method's tables should be."""


@dataclass(frozen=True)
class State:
    """What is known of a row or a claim at one scale."""

    scale: str
    state: str
    """``measured`` for a row, the verdict for a claim; ``never``, or ``not defined`` where it cannot be."""
    measured: str | None = None
    """The day."""
    seeds: int | None = None
    """None where costs alone are known."""
    versions: Mapping[str, str] | None = None
    commit: str | None = None
    older: bool = False
    """Whether the table's file has changed since."""


@dataclass(frozen=True)
class Entry:
    """A line of the ledger."""

    kind: Literal["row", "claim"]
    name: str
    states: tuple[State, ...]
    """One a scale."""

    @property
    def reached(self) -> State | None:
        """The largest scale at which there is something to tell."""
        known = [state for state in self.states if state.measured]
        return known[-1] if known else None


@dataclass(frozen=True)
class Page:
    """A table's part of the ledger."""

    method: str
    table: str
    caption: str
    entries: tuple[Entry, ...]
    trouble: tuple[str, ...] = ()
    """Why the file, or a result of it, cannot be read."""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def read_ledger(results: Path) -> list[Page]:
    """Read the state of all tables.

    Args:
        results: the folder that ``scanpath reproduce`` writes to.
    """
    broken: dict[str, str] = {}
    found = [_page(method, table, path, results) for (method, table), path in all_tables(broken).items()]
    return [*found, *(Page(method, NONE, "", (), (why,)) for method, why in broken.items())]


def foreign_results(results: Path) -> list[str]:
    """Name the results that are of no installed table."""
    ours = {result_path(results, *names, scale) for names in all_tables({}) for scale in SCALES}
    found = (path for scale in SCALES for path in results.glob(f"*/*.{scale}.json"))
    return sorted(str(path.relative_to(results)) for path in found if path not in ours)


def _page(method: str, name: str, path: Any, results: Path) -> Page:
    try:
        table = load_table(path)
    except ConfigError as error:  # one broken file hides no other
        return Page(method, name, "", (), (str(error),))
    known: dict[str, Mapping[str, Any]] = {}
    trouble = []
    for scale in SCALES:
        written = result_path(results, method, name, scale)
        if written.exists():
            try:
                known[scale] = read_result(written)
            except DataError as error:
                trouble.append(str(error))
    return Page(method, name, table.settings.caption, tuple(_entries(table, known)), tuple(trouble))


def _entries(table: Table, known: Mapping[str, Mapping[str, Any]]) -> Iterator[Entry]:
    for row in table.settings.rows:
        if not row.external:
            yield Entry("row", row.id, tuple(_state(table, scale, known, _row, row.id) for scale in SCALES))
    for claim in table.settings.claims:
        yield Entry("claim", claim.words, tuple(_state(table, scale, known, _claim, claim) for scale in SCALES))


def _state(table: Table, scale: str, known: Mapping[str, Mapping[str, Any]], find: Any, what: Any) -> State:
    if scale not in table.settings.defined_scales:
        return State(scale, "not defined")
    result = known.get(scale)
    found = None if result is None else find(result, what)
    if result is None or found is None or result["measured"] is None:
        return State(scale, NEVER)
    state, seeds, where = found
    machine = result["hardware"][where.get("machines", [-1])[-1]]
    return State(
        scale,
        state,
        measured=where.get("measured", result["measured"]),
        seeds=seeds,
        versions=machine["versions"],
        commit=machine["commit"],
        older=result["file"] != table.checksum,
    )


Found = tuple[str, int | None, Mapping[str, Any]]
"""A state, the number of seeds, and what knows the day and the machine."""


def _row(result: Mapping[str, Any], name: str) -> Found | None:
    for row in result["rows"]:
        cells = [one for cell in row["cells"].values() for one in (cell, *cell.get("series", ()))]
        seeds = [len(cell["seeds"]) for cell in cells if "seeds" in cell]
        if row["id"] == name and (seeds or any("rounds" in cell for cell in cells)):
            return "measured", min(seeds, default=None), row
    return None


def _claim(result: Mapping[str, Any], claim: ClaimSettings) -> Found | None:
    """Find the verdict on the same comparison; an older one of other cells is none on this."""
    for judged in result["claims"]:
        links = judged["links"]
        if judged["comparison"] == claim.comparison and all("seeds" in link or "rounds" in link for link in links):
            return judged["verdict"], min((link["seeds"] for link in links if "seeds" in link), default=None), {}
    return None


def count(pages: list[Page]) -> dict[str, int]:
    """Count rows and claims by what is known of them at their largest scale."""
    found = dict.fromkeys(("rows", "rows measured", "claims", "holds", "fails", "open"), 0)
    for entry in (entry for page in pages for entry in page.entries):
        found[f"{entry.kind}s"] += 1
        if entry.reached is not None:
            found["rows measured" if entry.kind == "row" else entry.reached.state] += 1
    return {"tables": sum(page.table != NONE for page in pages), **found}
