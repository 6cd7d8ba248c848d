"""The files of a new package: whole or not there, readable by every tool that reads them, whatever it is called.

That its tests, lint and types pass, installed from wheels, is for tests/test_new_method.py.
"""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

from scanpath.errors import ConfigError
from scanpath.experiments.tables.loading import load_table
from scanpath.scaffold import NO_PAPER, Place, write_package, writing

LONG = "A title that goes on and on, " * 9 + "Ä. Author, CVPR 2016, https://arxiv.org/abs/1511.02274"


def write(folder: Path, name: str = "gaze", *, inside: bool = False, paper: str = NO_PAPER) -> Path:
    written = write_package(name, Place(folder, inside), paper=paper)
    there = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    assert there == written
    return folder


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(
    ("name", "paper"), [("g", NO_PAPER), ("yes", "It's #1: a {title}"), ("on_the_very_long_side_9", LONG)]
)
def test_every_file_can_be_read(tmp_path: Path, name: str, paper: str, inside: bool) -> None:
    folder = write(tmp_path / name, name, inside=inside, paper=paper)
    for file in folder.rglob("*.py"):
        ast.parse(file.read_text(encoding="utf-8"))
    for file in folder.rglob("*"):
        if file.suffix in {".py", ".yaml"}:
            long = [line for line in file.read_text(encoding="utf-8").splitlines() if len(line) > 120]
            assert not long, f"{file}: {long}"
        assert not file.is_file() or file.name == "LICENSE" or "$" not in file.read_text(encoding="utf-8")
    table = load_table(folder / f"src/scanpath_{name}/experiments/table1.yaml").settings
    assert table.source.split() == paper.split()
    assert [row.id for row in table.rows] == ["mean", "additive", name]
    assert table.defined_scales == ("smoke", "small")
    assert list(json.loads((folder / "tests/contracts.json").read_text())["scorers"]) == [name]
    plugin: dict[str, object] = {}
    exec((folder / f"src/scanpath_{name}/plugin.py").read_text(encoding="utf-8"), plugin)
    assert (plugin["METHOD"].name, plugin["METHOD"].paper) == (name, paper)


def test_only_one_of_the_projects_own_names_the_path_of_its_sibling(tmp_path: Path) -> None:
    own = tomllib.loads((write(tmp_path / "a", inside=True) / "pyproject.toml").read_text())
    alone = tomllib.loads((write(tmp_path / "b") / "pyproject.toml").read_text())
    assert own["project"]["dependencies"] == alone["project"]["dependencies"]
    assert own["project"]["dependencies"][0].startswith("scanpath>=")
    assert own["tool"]["poetry"]["dependencies"] == {"scanpath": {"path": "../core", "develop": True}}
    assert "dependencies" not in alone["tool"]["poetry"]
    assert "ruff" not in own["tool"], "the tools' settings of the tree hold for it"
    assert "ruff" in alone["tool"]
    assert {file.name for file in (tmp_path / "b").iterdir()} - {file.name for file in (tmp_path / "a").iterdir()} == {
        "noxfile.py", ".gitignore",
    }  # fmt: skip


def test_the_licence_is_the_cores(tmp_path: Path) -> None:
    core = Path(__file__).parents[2] / "LICENSE"
    assert (write(tmp_path / "a") / "LICENSE").read_bytes() == core.read_bytes()


@pytest.mark.parametrize(
    ("core", "admits", "refuses"),
    [("0.1.0", "0.1.7", "0.2.0"), ("0.12.3", "0.12.3", "0.12.2"), ("1.4.2", "1.9", "2.0"), ("2.0.0", "2.0.0", "1.9")],
)
def test_the_range_admits_what_promises_to_be_compatible(core: str, admits: str, refuses: str) -> None:
    from packaging.specifiers import SpecifierSet

    found = SpecifierSet(writing._range(Version(core)))
    assert Version(core) in found
    assert Version(admits) in found
    assert Version(refuses) not in found


@pytest.mark.parametrize("paper", ['A "title"', "back\\slash", "x" * 401, " ", "bell \a"])
def test_papers_that_no_source_can_hold_are_refused(tmp_path: Path, paper: str) -> None:
    with pytest.raises(ConfigError, match=r"the paper is given as .* such as --paper 'Title"):
        write_package("gaze", Place(tmp_path / "gaze", inside=False), paper=paper)
    assert not list(tmp_path.iterdir())


def test_what_appeared_meanwhile_is_kept(tmp_path: Path) -> None:
    (tmp_path / "gaze").mkdir()
    (tmp_path / "gaze/mine.py").write_text("mine")
    with pytest.raises(ConfigError, match=r"gaze cannot be put in place \(.*\): choose another name"):
        write_package("gaze", Place(tmp_path / "gaze", inside=False))
    assert [file.name for file in tmp_path.rglob("*")] == ["gaze", "mine.py"]


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(template: str, words: dict[str, str]) -> str:
        if template == "ops.py":
            raise OSError("the disk is full")
        return ""

    monkeypatch.setattr(writing, "_filled", full)
    with pytest.raises(OSError, match="full"):
        write_package("gaze", Place(tmp_path / "packages/gaze", inside=True))
    assert not list((tmp_path / "packages").iterdir())
