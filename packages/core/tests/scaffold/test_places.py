"""Where a new package goes, inside the project's tree and outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.errors import ConfigError
from scanpath.scaffold import Place, find_place


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder that looks like the project's tree."""
    (tmp_path / "packages/core/src").mkdir(parents=True)
    (tmp_path / "packages/core/pyproject.toml").touch()
    return tmp_path


@pytest.mark.parametrize("here", ["", "packages", "packages/core/src"])
def test_anywhere_in_the_tree_it_lies_beside_the_core(tree: Path, here: str) -> None:
    assert find_place("gaze", None, here=tree / here) == Place(tree / "packages/gaze", inside=True)


def test_elsewhere_it_is_called_like_its_distribution(tmp_path: Path) -> None:
    assert find_place("my_gaze", None, here=tmp_path) == Place(tmp_path / "scanpath-my-gaze", inside=False)


def test_a_folder_decides(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    assert find_place("gaze", tree / "packages/gaze", here=outside) == Place(tree / "packages/gaze", inside=True)
    assert find_place("gaze", Path("packages/gaze"), here=tree) == Place(tree / "packages/gaze", inside=True)
    assert find_place("gaze", Path("drafts/new"), here=tree) == Place(tree / "drafts/new", inside=False)
    assert find_place("gaze", outside / "packages/gaze", here=tree) == Place(outside / "packages/gaze", inside=False)


def test_what_exists_is_refused(tree: Path) -> None:
    (tree / "packages/gaze").mkdir()
    with pytest.raises(ConfigError, match="packages/gaze exists already, and nothing is overwritten: choose another"):
        find_place("gaze", None, here=tree)


def test_in_the_tree_folder_and_package_have_one_name(tree: Path) -> None:
    with pytest.raises(ConfigError, match="would be called 'other', but sessions find a method by its folder"):
        find_place("gaze", tree / "packages/other", here=tree)
