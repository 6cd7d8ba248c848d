"""The data of a table: said, made, and opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.experiments.tables import preparing
from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.preparing import data_root, make_data, missing_data, open_data


def test_what_is_missing_says_how_to_get_it(tmp_path: Path) -> None:
    (sentence,) = missing_data(find_table("core", "core"), "small", tmp_path)
    assert "scanpath data make scenes" in sentence


def test_a_private_world_lies_with_the_runs(tmp_path: Path) -> None:
    table = find_table("core", "core")
    assert data_root("han", table, "smoke", tmp_path, None) == tmp_path / "data" / "han.core.smoke"
    assert data_root("han", table, "smoke", tmp_path, tmp_path / "mine") == tmp_path / "mine" / "han.core.smoke"
    assert data_root("han", table, "small", tmp_path, None) is None
    assert data_root("han", table, "small", tmp_path, tmp_path / "mine") == tmp_path / "mine"


def test_data_are_made_with_the_options_of_the_scale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(preparing, "make_any", lambda name, root, **options: made.append((name, root, options)))
    said: list[str] = []
    make_data(find_table("core", "core"), "small", tmp_path, said.append)
    assert made == [("scenes", tmp_path, {"images": 10000, "seed": 0})]
    assert said == ["making scenes"]


def test_data_are_opened_once(toy_plan, toy_task, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(toy_task, "batches", lambda self, split, **_: opened.append(split))
    open_data(list(toy_plan("small").chosen), lambda sentence: None)
    assert opened == ["train", "val", "test"]
