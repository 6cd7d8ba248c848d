"""The ledger in words: states at a glance, versions below."""

from __future__ import annotations

from scanpath.experiments.tables.ledger import Entry, Page, State
from scanpath.experiments.tables.ledger_rendering import as_markdown, sheet, summary

VERSIONS = {"python": "3.11", "scanpath": "0.1.0", "scanpath-han": "0.2.0", "torch": "2.15", "numpy": "2"}


def measured(
    scale: str, state: str, *, seeds: int | None = 3, commit: str | None = "f00", older: bool = False
) -> State:
    return State(scale, state, "2026-11-21", seeds, VERSIONS, commit, older)


def page() -> Page:
    never, undefined = State("small", "never"), State("paper", "not defined")
    return Page(
        "han", "table1", "Hard attention",
        (
            Entry("row", "soft", (measured("smoke", "measured"), never, undefined)),
            Entry("row", "hard", (measured("smoke", "measured", seeds=1, commit=None, older=True), never, undefined)),
            Entry("claim", "Hard wins.", (measured("smoke", "holds", seeds=None), never, undefined)),
        ),
        ("one file is broken",),
    )  # fmt: skip


def test_states_refer_to_the_versions_below() -> None:
    found = sheet(page())
    assert found.title == "han table1: Hard attention"
    assert found.lines == [
        ["soft", "measured 2026-11-21, 3 seeds [1]", "never", "not defined"],
        ["hard", "measured 2026-11-21, 1 seed, table changed since [2]", "never", "not defined"],
        ["claim: Hard wins.", "holds 2026-11-21 [1]", "never", "not defined"],
    ]
    assert found.footnotes == [
        "[1] scanpath 0.1.0, scanpath-han 0.2.0, python 3.11, torch 2.15, commit f00",
        "[2] scanpath 0.1.0, scanpath-han 0.2.0, python 3.11, torch 2.15, commit unknown",
        "trouble: one file is broken",
    ]


def test_everything_is_counted() -> None:
    (counted,) = summary([page()], [])
    assert counted.startswith("1 table. Rows: 2 of 2 measured. Claims: 1 hold, 0 fail, 0 open, 0 never judged")
    assert summary([], ["gone.json"])[1] == "Results of no installed table: gone.json."


def test_one_page_of_markdown() -> None:
    text = as_markdown([page()], [])
    assert text.startswith("# The ledger\n\n1 table. Rows")
    assert "\n\n## han table1: Hard attention\n\n|  | smoke | small | paper |\n" in text
    assert "\n- trouble: one file is broken\n" in text
    assert as_markdown([Page("x", "y", "", (), ())], []).endswith("## x y\n")
