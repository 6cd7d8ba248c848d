"""The files of a new package, made from the templates beside this module and put in place as one whole folder."""

from __future__ import annotations

import json
import tempfile
import textwrap
from importlib.resources import files
from pathlib import Path
from string import Template

from packaging.version import Version

from scanpath import __version__
from scanpath.errors import ConfigError
from scanpath.scaffold.names import distribution
from scanpath.scaffold.places import Place

NO_PAPER = "An idea that has no paper yet"
MOST_LETTERS = 400
WIDTH = 100

#: Where each file goes, and the templates that make it, one behind the other.
FILES = {
    "README.md": ("README.md",),
    "CHANGELOG.md": ("CHANGELOG.md",),
    "LICENSE": ("LICENSE",),
    "src/$module/__init__.py": ("package.py",),
    "src/$module/plugin.py": ("plugin.py",),
    "src/$module/ops.py": ("ops.py",),
    "src/$module/reference.py": ("reference.py",),
    "src/$module/attention.py": ("attention.py",),
    "src/$module/py.typed": (),
    "src/$module/experiments/__init__.py": ("experiments.py",),
    "src/$module/experiments/table1.yaml": ("table1.yaml",),
    "tests/contracts.json": ("contracts.json",),
    "tests/test_ops.py": ("test_ops.py",),
    "tests/test_attention.py": ("test_attention.py",),
    "tests/test_plugin.py": ("test_plugin.py",),
    "tests/test_readme.py": ("test_readme.py",),
}
INSIDE = {"pyproject.toml": ("pyproject.toml", "sibling.toml", "pytest.toml")}
ALONE = {
    "pyproject.toml": ("pyproject.toml", "pytest.toml", "alone.toml"),
    "noxfile.py": ("noxfile.py",),
    ".gitignore": ("gitignore",),
}


def write_package(name: str, place: Place, *, paper: str = NO_PAPER) -> list[Path]:
    """Write a package; its folder appears whole or not at all.

    Args:
        name: A name that :func:`scanpath.scaffold.check_name` accepts.
        place: Where it goes.
        paper: Title, authors, venue and address of its paper.

    Returns:
        The files, relative to the folder.

    Raises:
        ConfigError: The paper cannot be written into sources, or the folder has appeared meanwhile.
    """
    words = _words(name, place, " ".join(paper.split()))
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    written = []
    # One level deeper than packages are looked for, so that nobody takes the half of one for a package.
    with tempfile.TemporaryDirectory(dir=place.folder.parent, prefix=f".{name}.") as beside:
        whole = Path(beside) / name
        for target, templates in {**FILES, **(INSIDE if place.inside else ALONE)}.items():
            file = whole / Template(target).substitute(words)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(_filled(template, words) for template in templates), encoding="utf-8")
            written.append(file.relative_to(whole))
        try:
            whole.rename(place.folder)
        except OSError as error:
            raise ConfigError(
                f"{place.folder} cannot be put in place ({error.strerror}): choose another name or --folder."
            ) from None
    return sorted(written)


def _filled(template: str, words: dict[str, str]) -> str:
    text = files("scanpath.scaffold").joinpath("templates", f"{template}.txt").read_text(encoding="utf-8")
    return text if template == "LICENSE" else Template(text).substitute(words)


def _words(name: str, place: Place, paper: str) -> dict[str, str]:
    """Return what the templates leave open."""
    if not paper or len(paper) > MOST_LETTERS or not paper.isprintable() or set(paper) & set('"\\'):
        raise ConfigError(
            f"the paper is given as {paper!r}, expected at most {MOST_LETTERS} letters without double quotes and "
            "backslashes, such as --paper 'Title, A. Author, CVPR 2016, https://arxiv.org/abs/1511.02274'."
        )
    return {
        "name": name,
        "module": f"scanpath_{name}",
        "distribution": distribution(name),
        "cls": "".join(part.capitalize() for part in name.split("_")) + "Scorer",
        "heading": name.replace("_", " ").capitalize(),
        "author": "The Scanpath developers" if place.inside else f"The {distribution(name)} developers",
        "range": _range(Version(__version__)),
        "paper_literal": _literal(paper),
        "paper_lines": textwrap.fill(f"Source: {paper.rstrip('.')}.", WIDTH, break_long_words=False),
        "paper_yaml": textwrap.indent(textwrap.fill(paper, WIDTH, break_long_words=False), "  "),
        "command": f'`nox -s "tests({name})"`' if place.inside else "`nox`",
    }


def _range(core: Version) -> str:
    """Admit the core that wrote the package, and those that promise to be compatible with it."""
    end = f"0.{core.minor + 1}" if core.major == 0 else f"{core.major + 1}"
    return f">={core.major}.{core.minor}.{core.micro},<{end}"


def _literal(text: str) -> str:
    """Write text as Python does in lines that are not too long."""
    if len(text) <= WIDTH:
        return json.dumps(text, ensure_ascii=False)
    lines = textwrap.wrap(text, WIDTH - 8, break_long_words=False, drop_whitespace=False)
    return "(\n" + "".join(f"        {json.dumps(line, ensure_ascii=False)}\n" for line in lines) + "    )"
