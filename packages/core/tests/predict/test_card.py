"""The model card says what was measured, and its example runs as it stands."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from scanpath.errors import ConfigError
from scanpath.predict import load_run
from scanpath.predict.card import card_of

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def rows(card: str) -> dict[str, str]:
    return dict(re.findall(r"^\| ([^|]+) \| (.*) \|$", card, re.MULTILINE))


def test_the_card_of_a_run(asked_run: Path) -> None:
    card = card_of(load_run(asked_run), "owner/name", "cc-by-4.0")
    head, body = card.removeprefix("---\n").split("---\n", 1)
    assert yaml.safe_load(head) == {
        "library_name": "scanpath", "pipeline_tag": "visual-question-answering", "license": "cc-by-4.0"
    }  # fmt: skip
    assert body.startswith("\n# Scanpath: multi_hop (hops 2) on scenes\n")
    found = rows(card)
    result = json.loads((asked_run / "result.json").read_text())
    assert found["Budget"] == "2 steps in batches of 31, fp32; loss soft"
    assert found["Seeds"].startswith("one (0):")
    said, chose = found["Accuracy on val"].split("; ")
    assert said.startswith(
        f"{result['measures']['val']['accuracy']:.1f} %, metric official, 95 % interval over pictures "
    )
    assert re.fullmatch(r"[\d.]+ to [\d.]+ %", said.rpartition("pictures ")[2])
    assert chose == "the checkpoint was chosen on this split, which flatters it"
    assert f"{result['samples']:,} questions, on " in found["Cost"]
    assert "scenes_cnn, weights" in found["Sees"]
    assert "The weights: cc-by-4.0." in card


def test_the_example_runs(asked_run: Path, tmp_path: Path, pixels, monkeypatch, capsys) -> None:
    model = load_run(asked_run)
    model.save_pretrained(tmp_path / "mine")
    (code,) = BLOCK.findall((tmp_path / "mine" / "README.md").read_text())
    assert len(code.splitlines()) == 4
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    said = model.predict(pixels, "what color is the large circle?")
    assert capsys.readouterr().out == f"{said.answer} {said.probability:.0%} {said.top}\n"
    with np.load("looked.npz") as content:
        np.testing.assert_array_equal(content["regions"], said.maps["regions"])


def test_what_is_not_measured_is_said(asked_run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    shutil.copytree(asked_run, folder)
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["task"]["root"] = str(tmp_path / "gone")
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    assert "interval not measured" in rows(card_of(load_run(folder), "mine"))["Accuracy on val"]
    config["task"]["root"] = yaml.safe_load((asked_run / "config.yaml").read_text())["task"]["root"]
    config["fingerprint"]["data"] = "other"
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    assert "interval not measured" in rows(card_of(load_run(folder), "mine"))["Accuracy on val"]
    (folder / "result.json").unlink()
    found = rows(card_of(load_run(folder), "mine"))
    assert found["Accuracy"] == "not measured"
    assert found["Cost"].startswith("not measured, on ")


def test_without_a_run_nothing_is_claimed(untrained) -> None:
    card = card_of(untrained(), "mine")
    assert rows(card)["Training"].startswith("unknown")
    assert "Accuracy" not in card
    assert "license" not in card
    assert "Nobody has named a licence" in card
    assert '"what color is the large circle?"' in card
    assert rows(card_of(untrained(shape=None, picture_size=[3, 5]), "mine"))["Sees"].endswith("stretched to 5x3 pixels")
    unknown = card_of(untrained(shape=(5, 7), backbone=None), "mine")
    assert "of unknown origin: hand them to predict" in rows(unknown)["Sees"]


@pytest.mark.parametrize("licence", ["", "mit\nlicense: gpl", "my own words"])
def test_a_licence_is_an_abbreviation(untrained, licence: str) -> None:
    with pytest.raises(ConfigError, match="is no abbreviation of a licence"):
        card_of(untrained(), "mine", licence)
