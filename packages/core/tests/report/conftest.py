"""One small made-up comparison for the tests of the report; its numbers mean nothing."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

import numpy as np
import pytest

from scanpath.report.content import (
    Answered,
    Content,
    Curve,
    Difference,
    Estimate,
    Example,
    Looking,
    Row,
    RowCost,
)
from scanpath.report.run_content import Breakdown, Group, RunContent, Trace
from scanpath.report.table_content import Point, TableCell, TableClaim, TableColumn, TableContent, TableRow

VOID = {"meta", "img", "br", "link", "input", "hr"}
HOSTILE = "<script>alert('x')</script> \"is\" <b>it</b> & red?"


def _row(number, name, kind, *, maps=(), milliseconds=1.0):
    value = 41.0 + 7 * number
    return Row(
        id=name,
        label=f"Row {name}",
        kind=kind,
        accuracy=Estimate(value=value, low=value - 1.5, high=value + 1.25),
        seeds={0: value - 0.5, 1: value + 0.5},
        difference=None
        if name == "mean"
        else Difference(value=value - 48, low=value - 50, high=value - 46, p=0.003, verdict="better", detectable=1.9),
        question_types={"colour": Estimate(value=value + 3, low=value, high=value + 5), "count": Estimate(value=value)},
        answer_types={"number": Estimate(value=value - 11)},
        looking=tuple(Looking(name=one, mass=Estimate(value=53.0 + place)) for place, one in enumerate(maps)),
        headline_map=maps[-1] if maps else None,
        cost=RowCost(parameters=1009 * (number + 1), flops=10**9, milliseconds=milliseconds, peak_bytes=2**21),
    )


@pytest.fixture
def content():
    rng = np.random.default_rng(0)
    rows = (
        _row(0, "prior", "rung", milliseconds=None),
        _row(1, "mean", "rung"),
        _row(2, "hops", "attention", maps=("hop 1", "hop 2"), milliseconds=3.0),
    )
    target = np.zeros((11, 13), dtype=bool)
    target[3:6, 4:8] = True
    answered = (
        Answered(row="prior", prediction="red", probability=None, score=0.0),
        Answered(row="mean", prediction=HOSTILE, probability=0.25, score=0.6, maps=np.full((1, 2, 3), 1 / 6)),
        Answered(
            row="hops",
            prediction="blue",
            probability=0.75,
            score=1.0,
            maps=rng.random((2, 2, 3)),
            names=("hop 1", "hop 2"),
        ),
    )
    example = Example(
        question_id=7,
        question=HOSTILE,
        answers=("blue", "a blue"),
        picture=rng.integers(0, 256, (11, 13, 3), dtype=np.uint8),
        answered=answered,
        question_type="colour",
        target=target,
    )
    curves = tuple(
        Curve(row="hops", seed=seed, samples=(100, 200), seconds=(1.0, 2.0), accuracy=(40.0, 50.0 + seed))
        for seed in (0, 1)
    )
    return Content(
        title=HOSTILE,
        intro="Made up.",
        rows=rows,
        baseline="mean",
        facts={"Data": "none & nothing"},
        curves=curves,
        examples=(example,),
        ceiling=97.0,
        chance_mass=9.0,
        notes=("A note.",),
        warnings=("A <warning>.",),
    )


class Reader(HTMLParser):
    """Collect tags, attributes and text; complain about tags that do not close in order."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.tags = []
        self.attributes = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


@pytest.fixture
def read():
    """Parse a page; every tag must close in order."""

    def parse(page):
        reader = Reader()
        reader.feed(page)
        reader.close()
        assert reader.open == []
        return reader

    return parse


@pytest.fixture
def run_content(content):
    """One made-up run: two right answers, one of them from a model without maps, and a wrong one."""
    (example,) = content.examples
    answered = {one.row: one for one in example.answered}
    kept = [answered["hops"], dataclasses.replace(answered["mean"], maps=None), answered["prior"]]
    return RunContent(
        title=HOSTILE,
        intro="Made <up>.",
        measure="accuracy",
        value=Estimate(value=41.25, low=40.0, high=42.5),
        split="1,009 questions of made/up",
        unit="%",
        measures={"accuracy": 41.25},
        breakdowns=(
            Breakdown(
                kind="answer type", groups=(Group(name=HOSTILE, value=12.5, count=1013), Group(name="b", value=0))
            ),
        ),
        traces=(
            Trace(
                name="loss, $training$ <b>", samples=(100, 200, 300), seconds=(1.0, 2.0, 2.5), values=(3.0, 2.0, 1.5)
            ),
            Trace(name="waiting", samples=(100, 300), seconds=(1.0, 2.5), values=(7.0, 5.0), from_zero=True),
        ),
        examples=tuple(dataclasses.replace(example, answered=(one,)) for one in kept),
        sections={"Machine": {"Processor": "<i>none</i> & nothing"}},
        config="seed: 0  # <script>",
        notes=("A <note>.",),
        warnings=("A <warning>.",),
    )


@pytest.fixture
def table(content):
    """A made-up table: two columns, one of them printed, a series over numbers and one over names."""
    found = Estimate(value=60.0, low=58.0, high=61.0)
    columns = (
        TableColumn(id="all", label="All", axis="Accuracy, %", printed=True),
        TableColumn(id="time", label="Time", axis="Parameters, and many more words than fit", higher_is_better=False),
        TableColumn(id="curve", label="Curve", axis="Recall, %", series=True),
        TableColumn(id="types", label="Types", axis="Accuracy, %", series=True),
    )
    empty = TableCell()
    low = TableCell(ours=Estimate(value=20_000.0), ours_words="20 k")
    cell = TableCell(paper=61.5, ours=found, paper_words="61.50", ours_words="60.00 ± 1.50", difference_words="-1.50")
    lines = {"curve": (Point(at=1.0, ours=found, words="60.00"), Point(at=10.0, ours=found, words="60.00"))}
    kinds = {"types": (Point(at="colour", ours=found, words="60.00"),)}
    rows = (
        TableRow(id="prior", label="A prior", cells={"all": cell, "time": low}, series=lines | kinds),
        TableRow(id="hops", label=HOSTILE, cells={"all": cell, "time": empty}, series=lines),
        TableRow(
            id="quoted", label="Elsewhere", quoted=True, cells={"all": TableCell(paper=55.0), "time": TableCell()}
        ),
        TableRow(id="never", label="Never run", cells={"all": TableCell(), "time": TableCell()}),
    )
    claims = tuple(
        TableClaim(
            verdict=verdict, words=f"It {verdict}", section="4", comparison="a.all > b.all", numbers="+1", note="so"
        )
        for verdict in ("holds", "fails", "open")
    )
    return TableContent(
        title="Skill $1 against luck", intro="A paper.", headline="2 of 3 rows.", columns=columns, rows=rows,
        claims=claims, examples=content.examples, facts={"Machine": "CPU"}, notes=(HOSTILE,),
    )  # fmt: skip
