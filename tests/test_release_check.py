"""``tools/release_check.py`` on a throw-away repository: what it lets pass, and what it names."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.tree


@pytest.fixture(scope="module")
def check():
    file = Path(__file__).resolve().parent.parent / "tools/release_check.py"
    spec = importlib.util.spec_from_file_location("release_check", file)
    sys.modules["release_check"] = module = importlib.util.module_from_spec(spec)  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules["release_check"]


class Tree:
    """A repository of a core and perhaps methods, each one module and a changelog."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q")
        self.write("core", "scanpath", "0.1.0")

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=self.root, check=True, capture_output=True)

    def write(self, name: str, distribution: str, version: str, needs: str = "torch>=2.11") -> None:
        folder = self.root / "packages" / name
        module = folder / "src" / distribution.replace("-", "_")
        module.mkdir(parents=True, exist_ok=True)
        project = f'name = "{distribution}"\nversion = "{version}"\ndependencies = ["{needs}"]\n'
        (folder / "pyproject.toml").write_text(f"[project]\n{project}")
        (module / "__init__.py").write_text(f'__version__ = "{version}"\n')
        self.note("", name)

    def note(self, text: str, name: str = "core") -> None:
        (self.root / "packages" / name / "CHANGELOG.md").write_text(f"# Changelog\n\n{text}")

    def change(self, text: str = "x = 1\n") -> None:
        (self.root / "packages/core/src/scanpath/more.py").write_text(text)

    def commit(self, *tags: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "why", "--allow-empty")
        for tag in tags:
            self.git("tag", tag)


@pytest.fixture
def tree(tmp_path):
    made = Tree(tmp_path)
    made.commit()
    return made


def test_without_a_tag_all_passes_and_it_is_said(check, tree, capsys):
    tree.change()
    assert check.main(["--root", str(tree.root)]) == 0
    assert capsys.readouterr().out == "scanpath 0.1.0: no tag yet\nnothing stands in the way of a release\n"


def test_unchanged_since_its_tag(check, tree, capsys):
    tree.commit("scanpath-v0.1.0")
    assert check.main(["--root", str(tree.root)]) == 0
    assert "scanpath 0.1.0: last tag scanpath-v0.1.0\n" in capsys.readouterr().out


@pytest.mark.parametrize("committed", [True, False])
def test_changed_without_a_word(check, tree, capsys, committed):
    tree.commit("scanpath-v0.1.0")
    tree.change()
    if committed:
        tree.commit()
    assert check.main(["--root", str(tree.root)]) == 1
    assert capsys.readouterr().out.endswith(
        "scanpath changed since scanpath-v0.1.0 (src/scanpath/more.py) without a word: "
        "write a line under Unreleased in its CHANGELOG.md.\n"
    )


@pytest.mark.parametrize(
    ("version", "text", "passes"),
    [
        ("0.1.0", "## Unreleased\n\n- More.\n", True),
        ("0.1.0", "## Unreleased\n\n### Added\n\n", False),
        ("0.1.0", "## [0.1.0] - 2026-01-01\n\n- First.\n", False),
        ("0.2.0", "## [0.2.0] - 2026-01-01\n\n- More.\n", True),
        ("0.2.0", "## 0.2.0\n\n- More.\n\n## 0.1.0\n\n- First.\n", True),
        ("0.2.0", "## Unreleased\n\n## 0.1.0\n\n- First.\n", False),
    ],
)
def test_the_line_stands_under_what_is_to_be_released(check, tree, version, text, passes):
    tree.commit("scanpath-v0.1.0")
    tree.write("core", "scanpath", version)
    tree.change()
    tree.note(text)
    tree.commit()
    assert ["without a word" in one for one in check.faults(tree.root)] == ([] if passes else [True])


def test_a_word_that_was_there_before_is_none(check, tree):
    tree.note("## Unreleased\n\n- First.\n")
    tree.commit("scanpath-v0.1.0")
    tree.change()
    assert ["without a word" in one for one in check.faults(tree.root)] == [True]
    tree.note("## Unreleased\n\n- First.\n- More.\n")
    assert not check.faults(tree.root)


def test_tests_alone_are_no_release(check, tree):
    tree.commit("scanpath-v0.1.0")
    (tree.root / "packages/core/tests").mkdir()
    (tree.root / "packages/core/tests/test_more.py").touch()
    assert not check.faults(tree.root)


def test_a_version_behind_its_tag(check, tree):
    tree.commit("scanpath-v0.10.0", "scanpath-v0.9.0")
    (fault,) = check.faults(tree.root)
    assert fault == "scanpath says it is 0.1.0, but scanpath-v0.10.0 is out: give it a higher version."


def test_two_versions_in_one_package(check, tree):
    (tree.root / "packages/core/src/scanpath/__init__.py").write_text('__version__ = "0.1.1"\n')
    (fault,) = check.faults(tree.root)
    assert fault == "scanpath is 0.1.0 in pyproject.toml and 0.1.1 in scanpath.__version__: make them one."


def test_a_tag_belongs_to_one_distribution(check, tree):
    tree.write("vee", "scanpath-vee", "0.3.0", "scanpath>=0.1")
    tree.commit("scanpath-vee-v0.3.0", "scanpath-v0.1.0")
    assert list(check.tags(tree.root, "scanpath").values()) == ["scanpath-v0.1.0"]
    assert list(check.tags(tree.root, "scanpath-vee").values()) == ["scanpath-vee-v0.3.0"]


def test_a_range_that_leaves_out_the_core_beside_it(check, tree):
    tree.write("gaze", "scanpath-gaze", "0.1.0", "scanpath>=0.2,<0.3")
    (fault,) = check.faults(tree.root)
    assert fault.startswith("scanpath-gaze wants scanpath<0.3,>=0.2, which leaves out the core beside it, 0.1.0")


def test_the_oldest_core_is_laid_out(check, tree, tmp_path_factory, capsys):
    for version in ("0.1.0", "0.2.0", "0.10.0"):
        tree.write("core", "scanpath", version)
        tree.commit(f"scanpath-v{version}")
    tree.write("gaze", "scanpath-gaze", "0.1.0", "scanpath>=0.1.5")
    tree.write("new", "scanpath-new", "0.1.0", "scanpath>=0.10.1")
    out = tmp_path_factory.mktemp("lowest")
    check.main(["--root", str(tree.root), "--lowest", str(out)])
    said = capsys.readouterr().out
    assert "admits scanpath>=0.1.5, oldest released: scanpath-v0.2.0\n" in said
    assert "admits scanpath>=0.10.1, oldest released: none, nothing to test\n" in said
    assert [folder.name for folder in out.iterdir()] == ["gaze"]
    assert (out / "gaze/src/scanpath/__init__.py").read_text() == '__version__ = "0.2.0"\n'
    assert 'version = "0.2.0"' in (out / "gaze/pyproject.toml").read_text()


def test_a_path_in_a_wheel(check, tmp_path):
    for name, line in (("good", "scanpath>=0.1"), ("bad", "scanpath @ file:///somewhere/core")):
        with zipfile.ZipFile(tmp_path / f"{name}-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}-1.dist-info/METADATA", f"Name: {name}\nRequires-Dist: {line}\n")
    (fault,) = check.wheel_faults(tmp_path)
    assert fault.startswith("bad-1-py3-none-any.whl requires scanpath @ file:///somewhere/core: write a version range")


def test_this_tree(check, root):
    assert not check.faults(root)
