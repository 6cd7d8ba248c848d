"""A comparison from end to end in seconds: its files, what a second call reuses, what must not be mixed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from scanpath.compare.comparison import compare
from scanpath.compare.settings import CompareSettings, load_settings
from scanpath.errors import ConfigError
from scanpath.report.wording import LEGEND

pytest.importorskip("accelerate")


def _settings(*chosen: str) -> CompareSettings:
    whole = load_settings("smoke")
    ladder = [row.plain() for row in whole.ladder if row.id in ("prior", "mean")]
    changes = {"training.samples": 192, "training.evaluate_every": 2, "chosen": list(chosen), "ladder": ladder,
               "data_options.images": 12, "data_options.val_images": 3, "data_options.test_images": 5}  # fmt: skip
    return load_settings("smoke", changes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("comparison") / "c"
    told: list[str] = []
    result = compare(_settings("multi_hop"), place, workers=1, say=told.append)
    assert result.reused == 0
    assert told[0] == "data: scenes"
    return place


def test_files(folder: Path) -> None:
    values = json.loads((folder / "comparison.json").read_text())
    assert [row["id"] for row in values["rows"]] == ["prior", "mean", "multi_hop"]
    assert values["baseline"] in ("prior", "mean")
    hops = values["rows"][2]
    assert [one["name"] for one in hops["looking"]] == ["hop 1", "hop 2"]
    assert hops["cost"]["flops"] > values["rows"][1]["cost"]["flops"] > 0
    assert hops["cost"]["depth"] == 2
    assert hops["faithfulness"] is not None
    assert 0 < values["chance_mass"] < 20
    assert values["ceiling"] >= 97
    with (folder / "rows" / "multi_hop" / "seed0.csv").open(newline="") as stream:
        answers = list(csv.DictReader(stream))
    assert len(answers) == 50
    mean = sum(float(row["score"]) for row in answers) / 50
    assert hops["accuracy"]["value"] == pytest.approx(100 * mean)
    page = (folder / "report.html").read_text()
    with Image.open(folder / "comparison.png") as picture:
        assert picture.size == (1200, 700)
    assert "](comparison.png)" in (folder / "comparison.md").read_text()
    assert "Two hops" in page
    assert "hop 2" in page
    assert (folder / "comparison.md").read_text().startswith("# A comparison in seconds")
    assert (folder / "comparison.csv").read_text().startswith("row,kind,accuracy")


def test_a_second_call_reuses_and_adds(folder: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in folder.glob("rows/*/*")}
    result = compare(_settings("multi_hop", "dot"), folder, workers=1)
    assert result.reused == 2
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert [summary.row.id for summary in result.summaries] == ["prior", "mean", "multi_hop", "dot"]
    assert len(result.content.curves) == 3
    assert {curve.samples[-1] for curve in result.content.curves} == {result.content.curves[0].samples[-1]}


def test_finished_rows_stay_in_the_table(folder: Path) -> None:
    settings = folder / "comparison.yaml"
    compare(_settings("multi_hop", "dot"), folder, workers=1)
    settings.write_text(settings.read_text().replace("chosen:\n", "chosen:\n- conv\n- gone\n"))
    result = compare(_settings("dot"), folder, workers=1)
    assert [summary.row.id for summary in result.summaries] == ["prior", "mean", "multi_hop", "dot"]
    assert result.reused == 3, "conv, asked for and never finished, is not trained unasked"


def test_costs_are_measured_again_on_another_machine_and_rows_of_other_code_are_named(folder: Path) -> None:
    path = folder / "cost.json"
    known = json.loads(path.read_text())
    for place, cost in enumerate(known["rows"].values()):
        cost["milliseconds"] = 1e6 + place
    path.write_text(json.dumps(known))
    chosen = [name for name in known["rows"] if name != "mean"]
    kept = compare(_settings(*chosen), folder, workers=1)
    assert [row.cost.milliseconds for row in kept.content.rows if row.cost] == [1e6, 1e6 + 1, 1e6 + 2]
    assert kept.content.warnings == ()
    path.write_text(json.dumps({**known, "hardware": {**known["hardware"], "processor": "another"}}))
    facts = json.loads((folder / "rows" / "multi_hop" / "seed0.json").read_text())
    env = folder / facts["folder"] / "env.json"
    before = env.read_text()
    env.write_text(json.dumps({**json.loads(before), "commit": "0123456789ab"}))
    again = compare(_settings(*chosen), folder, workers=1)
    env.write_text(before)
    assert all(row.cost.milliseconds < 1e6 for row in again.content.rows if row.cost)
    (warning,) = again.content.warnings
    assert "another commit than this page names: multi_hop." in warning
    assert warning in (folder / "comparison.md").read_text()
    assert json.loads((folder / "comparison.json").read_text())["warnings"] == [warning]


def test_another_pipeline_is_refused(folder: Path) -> None:
    other = _settings("dot")
    other = CompareSettings.parse({**other.plain(), "training": {**other.training, "samples": 256}})
    with pytest.raises(ConfigError, match=r"holds a comparison with training\.samples = 192, asked for is 256"):
        compare(other, folder)
    (folder.parent / "full").mkdir(exist_ok=True)
    (folder.parent / "full" / "letter.txt").write_text("dear")
    with pytest.raises(ConfigError, match="is not empty and holds no comparison"):
        compare(other, folder.parent / "full")


def test_maps_of_a_hard_choice_are_masks_beside_soft_ones(tmp_path: Path, left_half: str) -> None:
    result = compare(_settings("dot", left_half), tmp_path / "c", workers=1)
    (example, *_) = result.content.examples
    kinds = {one.row: one.kind for one in example.answered if one.maps is not None}
    assert kinds == {"dot": "soft", left_half: "hard"}
    page = (tmp_path / "c" / "report.html").read_text()
    assert f"{LEGEND['soft']} {LEGEND['hard']}" in page
