"""Who may import whom: read from the sources with ``ast``, so that imports inside functions count too."""

from __future__ import annotations

import ast
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from scanpath import _HOMES

pytestmark = pytest.mark.tree

#: A name imports only names of the rows above it; names in one row do not import each other.
LAW = (
    ("errors", "lazy", "progress"),
    ("types", "files", "method", "settings"),
    ("registry", "environment", "ops", "metrics", "plugin"),
    ("layers", "data"),
    ("attention", "features"),
    ("hosts", "report"),
    ("tasks", "training", "bench"),
    ("experiments",),
    ("compare", "predict"),
    ("testing", "scaffold"),
    ("cli",),
    ("__main__",),
)
ROW = {name: row for row, names in enumerate(LAW) for name in names}


class Import(NamedTuple):
    """One imported module, or name of a module, and the line that imports it."""

    line: int
    target: str


def imports(file: Path) -> Iterator[Import]:
    """Give every import of a file as a dotted path, wherever it stands."""
    for node in ast.walk(ast.parse(file.read_text(), str(file))):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (Import(node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names = [name.value for name in node.args[:1] if isinstance(name, ast.Constant)]
            yield from (Import(node.lineno, name) for name in names if isinstance(name, str))


def part_of_core(target: str) -> str:
    """Return the top-level part of the core that a dotted path belongs to: "ops" of "scanpath.ops.masking.clean"."""
    part = target.split(".")[1] if "." in target else ""
    return _HOMES[part].split(".")[1] if part in _HOMES else part


def core_breaches(package: Path) -> Iterator[str]:
    """Say which imports inside the core point the wrong way."""
    for file in sorted(package.rglob("*.py")):
        relative = file.relative_to(package)
        here = relative.parts[0].removesuffix(".py")
        if here == "__init__":
            continue
        if here not in ROW:
            yield f"scanpath/{relative}: {here!r} has no row in the law; give it one in tests/test_import_law.py"
            continue
        for line, target in imports(file):
            if target.split(".")[0].startswith("scanpath_"):
                yield f"scanpath/{relative}:{line} imports {target}: the core knows no method package"
            elif target.split(".")[0] == "scanpath":
                there = part_of_core(target)
                if there in ("", "__version__", here):
                    continue
                if there not in ROW:
                    yield f"scanpath/{relative}:{line} imports {target}, which has no row in the law"
                elif ROW[there] >= ROW[here]:
                    yield (
                        f"scanpath/{relative}:{line} imports {target}: {there!r} does not stand above {here!r} in the "
                        f"law; move what both need into a part above, or pass it as an argument"
                    )


def method_breaches(package: Path, *, tests: bool = False) -> Iterator[str]:
    """Say which imports of a method package (or of its tests) the law forbids."""
    own = "" if tests else package.name
    for file in sorted(package.rglob("*.py")):
        where = f"{package.name}/{file.relative_to(package)}"
        part = "" if tests else file.relative_to(package).parts[0].removesuffix(".py")
        for line, target in imports(file):
            top = target.split(".")[0]
            reason = _forbidden(target, own=own or f"scanpath_{package.parent.name}", tests=tests)
            if part in ("ops", "reference") and not reason:
                reason = _too_much(part, target, top, package.name)
            if reason:
                yield f"{where}:{line} imports {target}: {reason}"


def _forbidden(target: str, *, own: str, tests: bool) -> str:
    top = target.split(".")[0]
    if top.startswith("scanpath_") and top != own:
        return "a method package imports no other one; move what both need into the core"
    if top != "scanpath":
        return ""
    if part_of_core(target) == "cli":
        return "the command line is not a library; use what it calls"
    if part_of_core(target) == "testing" and not tests:
        return "scanpath.testing is for tests only"
    if any(part.startswith("_") and not part.startswith("__") for part in target.split(".")[1:]):
        return "underscored names of the core may change at any time; ask for a public one"
    return ""


def _too_much(part: str, target: str, top: str, package: str) -> str:
    if top == "torch" or top in sys.stdlib_module_names or target.startswith(f"{package}.{part}."):
        return ""
    if part == "ops" and top == "scanpath" and part_of_core(target) in ("ops", "errors"):
        return ""
    return f"{part} imports {'torch alone' if part == 'reference' else 'torch and the ops and errors of the core'}"


def test_the_core(root):
    package = root / "packages/core/src/scanpath"
    assert len(list(package.rglob("*.py"))) > 50
    breaches = list(core_breaches(package))
    assert not breaches, "\n".join(breaches)


def test_method_packages(root):
    breaches = []
    for package in root.glob("packages/*/src/scanpath_*"):
        breaches += [*method_breaches(package), *method_breaches(package.parents[1] / "tests", tests=True)]
    assert not breaches, "\n".join(breaches)


def test_a_wrong_import_in_a_copy_is_caught(root, tmp_path):
    copy = tmp_path / "scanpath"
    shutil.copytree(root / "packages/core/src/scanpath", copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / "ops/masking.py"
    lines = len(file.read_text().splitlines())
    file.write_text(file.read_text() + "\n\ndef late():\n    from scanpath.layers.fusion import create_fusion\n")
    (breach,) = core_breaches(copy)
    assert breach.startswith(
        f"scanpath/ops/masking.py:{lines + 4} imports scanpath.layers.fusion.create_fusion: 'layers'"
    )
    assert "does not stand above 'ops'" in breach


@pytest.mark.parametrize(
    ("file", "line", "words"),
    [
        ("errors.py", "import scanpath.types", "'types' does not stand above 'errors'"),
        ("types.py", "from scanpath.files import sha256", "'files' does not stand above 'types'"),
        ("ops/__init__.py", "from scanpath import metrics", "'metrics' does not stand above 'ops'"),
        ("data/vqa.py", "from scanpath import create_attention", "'attention' does not stand above 'data'"),
        (
            "layers/cnn.py",
            "import importlib; importlib.import_module('scanpath.hosts')",
            "'hosts' does not stand above",
        ),
        ("ops/pooling.py", "if TYPE_CHECKING:\n    from scanpath.hosts import VQAModel", "'hosts' does not stand"),
        ("hosts/x.py", "from scanpath_han import Hard", "the core knows no method package"),
        ("hosts/x.py", "from scanpath.secret import y", "scanpath.secret.y, which has no row in the law"),
        ("helpers.py", "", "'helpers' has no row in the law"),
    ],
)
def test_breaches_of_the_core(tmp_path, file, line, words):
    path = tmp_path / "scanpath" / file
    path.parent.mkdir(parents=True)
    path.write_text(line)
    (breach,) = core_breaches(tmp_path / "scanpath")
    assert words in breach


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("ops/__init__.py", "from scanpath.ops.masking import clean; from scanpath.errors import ShapeError"),
        ("data/vqa.py", "from scanpath.data.images import open_images; from scanpath import __version__, Method"),
        ("cli/train.py", "from scanpath import registry; import torch, numpy"),
        ("__init__.py", "from scanpath.attention import create_attention"),
    ],
)
def test_lawful_imports_of_the_core(tmp_path, file, line):
    path = tmp_path / "scanpath" / file
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert list(core_breaches(tmp_path / "scanpath")) == []


@pytest.mark.parametrize(
    ("file", "line", "words"),
    [
        ("attention.py", "from scanpath_sla import SLA", "imports no other one"),
        ("attention.py", "from scanpath.cli import main", "not a library"),
        ("attention.py", "from scanpath.testing import check_method", "for tests only"),
        ("attention.py", "from scanpath.attention.soft import _hidden", "underscored"),
        ("ops.py", "from scanpath.attention import SoftAttention", "ops imports torch and the ops and errors"),
        ("ops.py", "import numpy", "ops imports torch and the ops and errors"),
        ("reference.py", "from scanpath.ops import clean", "reference imports torch alone"),
        ("reference.py", "from scanpath_han.ops import select", "reference imports torch alone"),
    ],
)
def test_breaches_of_a_method(tmp_path, file, line, words):
    package = tmp_path / "han/src/scanpath_han"
    package.mkdir(parents=True)
    (package / file).write_text(line)
    (breach,) = method_breaches(package)
    assert breach.startswith(f"scanpath_han/{file}:1 imports ")
    assert words in breach


def test_lawful_imports_of_a_method(tmp_path):
    package = tmp_path / "han/src/scanpath_han"
    tests = tmp_path / "han/tests"
    package.mkdir(parents=True)
    tests.mkdir()
    (package / "ops.py").write_text(
        "import math, torch\nfrom scanpath.ops import clean\nfrom scanpath.errors import near"
    )
    (package / "attention.py").write_text("from scanpath_han.ops import select\nfrom scanpath import Attended")
    (package / "reference.py").write_text("from torch import Tensor\nfrom __future__ import annotations")
    (tests / "test_x.py").write_text("from scanpath_han import Hard\nfrom scanpath.testing import check_method")
    assert [*method_breaches(package), *method_breaches(tests, tests=True)] == []
    (tests / "test_y.py").write_text(textwrap.dedent("import scanpath_sla"))
    (breach,) = method_breaches(tests, tests=True)
    assert "imports no other one" in breach
