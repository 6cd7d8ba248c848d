"""What every folder of the tree must have, and what no file of it may hold."""

from __future__ import annotations

import importlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.tree

MOST_LINES, MEDIAN_LINES = 300, 150
#: Spelt in halves, so that this file passes its own test.
MACHINE_PATHS = re.compile(
    "|".join(("/ho" + "me/[a-z]", "/ro" + "ot/", "/Us" + "ers/[A-Za-z]", "(?<![\\w./])/wo" + "rk/"))
)
INDEX_ADDRESSES = re.compile(
    "|".join(("https?://[^ ]*/simp" + "le", "files.python" + "hosted", "--index" + "-url http"))
)
UNANCHORED = re.compile(r"(?:#|//|<!--).*\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\))")
#: Notes that lie outside of the tree, and the labels of their entries: a reader of a package never sees them.
UNSHIPPED = re.compile(
    r"\bfacts:? (?:[A-Z]-\d|\w+\.(?:md|yaml)\b)"
    r"|(?:^|[\s;,]|(?<!\])\()(?:datasets|hosts|metrics|training|ambiguities|scenes_prototype)\.md\b"
    r"|\b(?:datasets|hosts|metrics|training)\.md,? \d"
    r"|\bpaper_tables\b|\bshared/(?:facts|papers)\b"
    r"|(?<![\w-])[A-DHS]-\d{1,2}(?![\w-])"
)
BANNERS = re.compile(r"^\s*#\s*[-=#*]{4,}", re.MULTILINE)
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".html", ".j2", ".css", ".tsv", ".cff", ""}


def tracked(root: Path, *patterns: str) -> list[Path]:
    """List the tracked files and the new ones that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return [root / name for name in sorted(set(listed.split("\0"))) if name and (root / name).is_file()]


def offenders(root: Path, pattern: re.Pattern[str], *globs: str) -> list[str]:
    """Say where a pattern stands in the text files of the tree."""
    return [
        f"{file.relative_to(root)}:{number}: {line.strip()[:80]}"
        for file in tracked(root, *globs)
        if file.suffix in TEXT
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def packages(root: Path) -> list[Path]:
    return sorted(file.parent for file in root.glob("packages/*/pyproject.toml"))


def source(package: Path) -> Path:
    """Return the import package of a distribution's folder."""
    (found,) = [folder for folder in (package / "src").iterdir() if (folder / "__init__.py").exists()]
    return found


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        (MACHINE_PATHS, "paths of one machine"),
        (INDEX_ADDRESSES, "addresses of package indexes"),
        (UNANCHORED, "notes to do something without an issue's number"),
    ],
    ids=["machine paths", "index addresses", "notes"],
)
def test_no_text_holds(root, pattern, what):
    found = offenders(root, pattern)
    assert not found, f"{what}:\n" + "\n".join(found)


def test_no_text_cites_what_users_never_see(root):
    found = offenders(root, UNSHIPPED, "packages", "docs", "README.md", "noxfile.py")
    assert not found, "name the paper, the repository or the fact itself:\n" + "\n".join(found)


def test_no_banner_and_no_print(root):
    found = offenders(root, BANNERS, "packages/*/src/*.py") + offenders(
        root, re.compile(r"(?<![\w.])print\("), "packages/*/src/*.py", ":!packages/core/src/scanpath/cli"
    )
    found = [line for line in found if "testing/methods.py" not in line]  # a program for another interpreter
    assert not found, "\n".join(found)


def test_files_are_short(root):
    lines = {file: len(file.read_text().splitlines()) for file in tracked(root, "packages/*/src/*.py")}
    long = [f"{file.relative_to(root)}: {count}" for file, count in lines.items() if count > MOST_LINES]
    assert not long, f"files above {MOST_LINES} lines:\n" + "\n".join(long)
    assert sorted(lines.values())[len(lines) // 2] <= MEDIAN_LINES


def test_every_package_is_whole(root):
    for package in packages(root):
        for name in ("README.md", "CHANGELOG.md", "LICENSE"):
            assert (package / name).is_file(), f"{package.name} has no {name}"
        assert (source(package) / "py.typed").is_file(), f"{package.name} has no py.typed"
        assert (package / "LICENSE").read_bytes() == (root / "LICENSE").read_bytes()


def test_versions_agree(root):
    for package in packages(root):
        project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
        assert project["version"] == importlib.import_module(source(package).name).__version__
        changes = re.findall(r"^## \[?([^\]\s]+)", (package / "CHANGELOG.md").read_text(), re.MULTILINE)
        assert changes, f"{package.name}'s CHANGELOG.md has no heading of a version"
        assert changes[0] in (project["version"], "Unreleased"), (
            f"{package.name}'s CHANGELOG.md starts with {changes[0]}"
        )


def test_ranges_stand_in_the_project_and_paths_do_not(root):
    for package in packages(root):
        settings = tomllib.loads((package / "pyproject.toml").read_text())
        assert not [line for line in settings["project"]["dependencies"] if "file:" in line or "@" in line]
        if package.name != "core":
            assert any(re.match(r"scanpath\s*[><=~]", line) for line in settings["project"]["dependencies"])


def test_every_module_has_its_test(root):
    missing = []
    for package in packages(root):
        for file in tracked(root, f"{package.relative_to(root)}/src/*.py"):
            module = file.relative_to(source(package))
            if module.name in ("__init__.py", "__main__.py", "reference.py"):  # a reference is what tests compare with
                continue
            test = package / "tests" / module.parent / f"test_{module.name}"
            if not test.exists():
                missing.append(f"{file.relative_to(root)} has no {test.relative_to(root)}")
    assert not missing, "\n".join(missing)


def test_every_test_belongs_to_a_module(root):
    lost = []
    for package in packages(root):
        for file in tracked(root, f"{package.relative_to(root)}/tests/*test_*.py"):
            module = file.relative_to(package / "tests")
            home = source(package) / module.parent
            name = module.name.removeprefix("test_").removesuffix(".py")
            if not ((home / f"{name}.py").exists() or home.is_dir()):
                lost.append(str(file.relative_to(root)))
    assert not lost, f"tests in folders that mirror nothing: {lost}"


def test_what_a_visitor_looks_for_is_there(root):
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "CITATION.cff",
        "noxfile.py",
        ".ci/run",
        "docs/architecture.md",
    ):
        assert (root / name).is_file(), f"{name} is missing"


def test_the_tree_has_no_weights_but_small_ones(root):
    large = [
        f"{file.relative_to(root)}: {file.stat().st_size}" for file in tracked(root) if file.stat().st_size > 2**20
    ]
    assert not large, "files above 1 MiB:\n" + "\n".join(large)
