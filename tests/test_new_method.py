"""What ``scanpath new-method`` writes, built, installed from wheels, and used: no file elsewhere is touched for it.

Each environment holds what the session's holds, our own packages left out: those come from the wheels built here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

pytestmark = [pytest.mark.tree, pytest.mark.timeout(900)]

ALONE = ("--workers", "1")  # a second process would spend its time importing
PAPER = "Gaze, A. Author, CVPR 2016, https://arxiv.org/abs/1511.02274"
TINY_COMPARISON = """
base: smoke
data_options: {images: 13, val_images: 3, test_images: 5, seed: 7}
training: {samples: 128, batch_size: 64, evaluate_every: end}
analysis: {deleted_questions: 7, resamples: 20, examples: 1}
"""


def run(*words: str | Path, at: Path, **environment: str) -> str:
    """Run a command that must succeed, and return what it prints."""
    env = {**os.environ, "COLUMNS": "200", **environment}
    done = subprocess.run([str(word) for word in words], cwd=at, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def passed(programs: Path, *words: str, at: Path) -> list[str]:
    """Run tests that must succeed, and return the names of those that passed: none that was skipped or never ran."""
    report = at / "report.xml"
    run(programs / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *words, at=at)
    cases = ET.parse(report).iter("testcase")
    return [case.get("name", "") for case in cases if case.find("skipped") is None]


def installed(folder: Path, *packages: Path) -> Path:
    """Build the wheels of packages, install them into a new environment, and return its folder of programs."""
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", "wheels", *packages, at=folder)
    run(sys.executable, "-m", "venv", "--without-pip", "environment", at=folder)
    programs = folder / "environment" / ("Scripts" if os.name == "nt" else "bin")
    said = run(programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", at=folder)
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("scanpath", "__pycache__")):
            (Path(said.strip()) / entry.name).symlink_to(entry)
    wheels = sorted((folder / "wheels").glob("scanpath*.whl"))
    assert len(wheels) == len(packages)
    run(*pip, "--python", programs / "python", "install", "--no-deps", "--no-index", *wheels, at=folder)
    return programs


def check_style(folder: Path) -> None:
    """Check style and formatting where the session has ruff."""
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff:
        run(ruff, "check", "--no-cache", ".", at=folder)
        run(ruff, "format", "--no-cache", "--check", ".", at=folder)


def test_a_project_of_ones_own(root, tmp_path):
    """Outside the tree: its tests pass on the wheels, and list and compare know it."""
    run(sys.executable, "-m", "scanpath", "new-method", "made_alone", "--paper", PAPER, at=tmp_path)
    project = tmp_path / "scanpath-made-alone"
    check_style(project)
    programs = installed(tmp_path, root / "packages/core", project)
    shutil.rmtree(project / "src")  # the wheel alone is under test
    done = passed(programs, at=project)
    declared = json.loads((project / "tests/contracts.json").read_text())["scorers"]["made_alone"]
    assert len(declared) >= 2
    assert len([name for name in done if name.startswith("test_the_contract[")]) == len(declared)
    assert {"test_without_a_query", "test_the_method"} <= {name.partition("[")[0] for name in done}

    listed = json.loads(run(programs / "scanpath", "list", "--json", "made_alone", at=tmp_path))
    assert [(one["part"], one["method"]) for one in listed] == [("scorers", "made_alone")]
    (tmp_path / "tiny.yaml").write_text(TINY_COMPARISON)
    comparing = ["compare", "--settings", "tiny.yaml", "--mechanisms", "made_alone", "--out", "out"]
    run(programs / "scanpath", *comparing, *ALONE, at=tmp_path)
    compared = json.loads((tmp_path / "out/comparison.json").read_text())
    assert "made_alone" in [row["id"] for row in compared["rows"]]


def test_one_of_the_projects_own(root, tmp_path):
    """Inside the tree: the tests of all packages hold it to the house's rules, and reproduce knows its table."""
    tree = tmp_path / "tree"
    core = "packages/core"
    kept = ["tests/*.py", "pyproject.toml", "noxfile.py", "LICENSE"]
    kept += [f"{core}/{name}" for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")]
    kept += [f"{core}/src/scanpath/{name}" for name in ("__init__.py", "py.typed", "experiments/*.yaml")]
    for pattern in kept:
        for source in root.glob(pattern):
            copy = tree / source.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    run("git", "init", "-q", at=tree)
    run("git", "add", "-A", at=tree)
    run(sys.executable, "-m", "scanpath", "new-method", "made_inside", "--paper", PAPER, at=tree / "packages")
    assert run("git", "status", "--short", at=tree).splitlines()[-1] == "?? packages/made_inside/"
    check_style(tree / "packages/made_inside")

    programs = installed(tmp_path, root / core, tree / "packages/made_inside")
    rules = [f"test_{name}.py" for name in ("contracts", "import_law", "light", "repository", "tables")]
    chosen = (
        "made_inside or test_method or test_a_method or package or version or range or every or holds or overlooked"
    )
    done = passed(programs, "--backend", "none", "-k", chosen, *(f"tests/{name}" for name in rules), at=tree)
    declared = json.loads((tree / "packages/made_inside/tests/contracts.json").read_text())["scorers"]["made_inside"]
    assert len(declared) >= 2
    cases = {f"test_the_contract[scorers-made_inside-{number}]" for number in range(len(declared))}
    assert cases | {"test_without_a_query[scorers-made_inside]", "test_the_method[made_inside]"} <= set(done)

    run(programs / "scanpath", "reproduce", "made_inside", "table1", "--scale", "smoke", *ALONE, at=tmp_path)
    table = json.loads((tmp_path / "results/made_inside/table1.smoke.json").read_text())
    assert [row["id"] for row in table["rows"]] == ["mean", "additive", "made_inside"]
    assert len(table["claims"]) == 2
