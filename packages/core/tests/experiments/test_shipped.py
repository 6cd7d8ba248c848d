"""Recipes that come with packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath import registry
from scanpath.errors import ConfigError
from scanpath.experiments.config import RunConfig
from scanpath.experiments.shipped import read_recipe, shipped_recipes
from scanpath.method import Method


def brought(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, *files: str) -> Method:
    """Return a method whose recipes lie in a package that is made here."""
    package = folder / f"{name}_recipes"
    package.mkdir()
    (package / "__init__.py").touch()
    for file in files:
        (package / file).write_text(f"seed: {len(file)}\n")
    monkeypatch.syspath_prepend(folder)
    return Method(name=name, paper="none", recipes=package.name)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: [", "is not valid YAML at line"),
        ("- a", "holds a list, expected 'key: value' lines"),
        ("3: a", "expected 'key: value' lines"),
    ],
)
def test_a_broken_recipe_is_named(tmp_path: Path, content: str, expected: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(content)
    with pytest.raises(ConfigError) as caught:
        read_recipe(path)
    assert expected in str(caught.value)
    assert "recipe.yaml" in str(caught.value)


def test_a_missing_recipe_names_those_that_are_shipped(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent.yaml cannot be read \(No such file.*or one of .*scenes"):
        read_recipe(tmp_path / "absent.yaml")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="it is not text"):
        read_recipe(tmp_path / "binary")


def test_every_shipped_recipe_is_valid() -> None:
    assert {"scenes", "classification", "captioning"} <= set(shipped_recipes())
    for name in shipped_recipes():
        RunConfig.parse(read_recipe(name), source=name)


def test_a_package_brings_its_own_and_takes_no_name_of_the_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    method = brought(monkeypatch, tmp_path, "aaa", "scenes.yaml", "own.yaml", "notes.txt")
    before, known = shipped_recipes(), registry.methods()
    monkeypatch.setattr(registry, "methods", lambda: {**known, "aaa": method})
    assert set(shipped_recipes()) - set(before) == {"own"}
    assert read_recipe("own") == {"seed": len("own.yaml")}
    assert shipped_recipes()["scenes"] == before["scenes"]


def test_a_folder_that_is_no_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    method = Method(name="lost", paper="none", recipes="nowhere_at_all")
    monkeypatch.setattr(registry, "methods", lambda: {"lost": method})
    with pytest.raises(ConfigError, match="the recipes of 'lost' should lie in nowhere_at_all, which is no package"):
        shipped_recipes()
