"""Tables of a comparison: Markdown that lines up, CSV with plain numbers, JSON with both versions of the metric."""

from __future__ import annotations

import csv
import io
import json

import pytest

from scanpath.compare import tables
from scanpath.compare.settings import load_settings
from scanpath.compare.summary import Measured, Summary
from scanpath.metrics.vqa import VQAScorer
from scanpath.report.content import Content, Difference, Estimate, Looking, Row, RowCost


@pytest.fixture
def summaries() -> list[Summary]:
    types = {"color": Estimate(value=61.5), "count": Estimate(value=47.25)}
    mean = Row(id="mean", label="Mean", kind="rung", accuracy=Estimate(value=52.0, low=50.5, high=53.5),
               seeds={0: 51.0, 1: 53.0}, question_types=types, answer_types={"other": Estimate(value=52.0)},
               cost=RowCost(parameters=12_345, depth=2, seconds=31.4))  # fmt: skip
    difference = Difference(value=-3.25, low=-4.0, high=-2.5, p=0.00005, verdict="worse", detectable=1.5)
    looking = (Looking(name="hop 1", mass=Estimate(value=12.0, low=11.0, high=13.0), pointing=40.0),
               Looking(name="hop 2", mass=Estimate(value=55.0, low=54.0, high=56.0), pointing=80.0))  # fmt: skip
    dot = Row(id="dot", label="Dot", kind="attention", accuracy=Estimate(value=48.75, low=47.0, high=50.0),
              seeds={0: 48.5, 1: 49.0}, difference=difference, question_types=types, looking=looking,
              answer_types={"other": Estimate(value=48.75)}, headline_map="hop 2",
              faithfulness=Estimate(value=21.0, low=19.0, high=23.0),
              cost=RowCost(parameters=23_456, depth=2, flops=1_920_000_000, milliseconds=12.3,
                           peak_bytes=5 * 2**20))  # fmt: skip
    one = Estimate(value=66.0, low=64.0, high=68.0)
    return [Summary(mean, one, None, beats=False), Summary(dot, one, difference, beats=True)]


@pytest.fixture
def content(summaries: list[Summary]) -> Content:
    rows = tuple(summary.row for summary in summaries)
    return Content(title="Looking", intro="Told.", rows=rows, baseline="mean", ceiling=98.7, chance_mass=5.5,
                   facts={"Data": "scenes"}, notes=("Read on.",))  # fmt: skip


def test_markdown(content: Content, summaries: list[Summary]) -> None:
    text = tables.as_markdown(content, summaries)
    assert "| Mean | 52.0 (50.5 to 53.5) | 51.0 53.0 | – | 66.0 (64.0 to 68.0) | – |" in text
    assert "| −3.2 (−4.0 to −2.5; p < 0.0001, worse) |" in text
    assert "| Dot | hop 2 (best) | 55.0 (54.0 to 56.0) | 80.0 | – | – | 21.0 (19.0 to 23.0) |" in text
    assert "| Dot | 23.5 k | 2 | 1.92 G | 12.3 | 5 | – |" in text
    assert "answer scores: 98.7." in text
    assert "- Data: scenes" in text
    for block in text.split("\n\n"):
        widths = {line.count("|") for line in block.splitlines() if line.startswith("|")}
        assert len(widths) <= 1, block


def test_csv(summaries: list[Summary]) -> None:
    first, second = csv.DictReader(io.StringIO(tables.as_csv(summaries)))
    assert (first["row"], first["accuracy"], first["seed 1"], first["difference"]) == ("mean", "52", "53", "")
    assert (second["difference"], second["detectable"], second["best map"]) == ("-3.25", "1.5", "hop 2")
    assert (second["mass on the object"], second["flops"], second["color"]) == ("55", "1920000000", "61.5")


def test_json(content: Content, summaries: list[Summary]) -> None:
    settings = load_settings("scenes")
    values = tables.as_json(content, summaries, {"mean": 51.987, "dot": 48.0}, checksum="abc",
                            machine={"cores": 2, "commit": "123"}, settings=settings)  # fmt: skip
    assert json.loads(json.dumps(values, allow_nan=False)).keys() == values.keys()
    assert values["rows"][0]["metrics"] == {"official-2017": 51.99}
    assert values["rows"][1]["difference"]["verdict"] == "worse"
    assert values["data"] == {"name": "scenes", "checksum": "abc"}
    assert values["hardware"]["commit"] == "123"
    assert values["seeds"] == [0, 1]


def test_other_version(make_answered) -> None:
    answered = [make_answered([1.0, 1.0]), make_answered([1.0, 1.0])]
    settings = load_settings("scenes").rows()[1]
    row = Measured(settings, True, (0, 1), tuple(answered), None)
    truth = [['the "0"'] * 10, ["0"] * 9 + ["1"]]
    old = VQAScorer.from_columns([1, 11], truth, ["color"] * 2, ["other"] * 2, "official-2017")
    assert tables.other_version(row, old) == 15.0, "the prediction loses its article, the ground truth keeps it"
