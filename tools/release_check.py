"""What a release must not be: changed without a word, behind its own tag, or broken on the oldest core that it admits.

``python tools/release_check.py`` says what is wrong, one sentence a line, and ends with 1 if anything is.
``--wheels dist`` looks into the built wheels too; ``--lowest FOLDER`` lays out, for each method package, the sources of
the oldest released core that its range admits, as FOLDER/<package>, for ``nox -s release_check`` to test with.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

CORE = "scanpath"
#: What a wheel is not made of; a change there releases nothing.
UNRELEASED = ("tests/", "CHANGELOG.md")


@dataclass(frozen=True)
class Package:
    """One folder of packages/, as its pyproject.toml tells."""

    folder: Path
    distribution: str
    version: Version
    core: Requirement | None
    """The range of cores that it admits; None of the core itself."""


def packages(root: Path) -> list[Package]:
    """Read every package of the tree."""
    found = []
    for file in sorted(root.glob("packages/*/pyproject.toml")):
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        needed = [Requirement(line) for line in project.get("dependencies", [])]
        core = next((one for one in needed if one.name == CORE), None)
        found.append(Package(file.parent, project["name"], Version(project["version"]), core))
    return found


def git(root: Path, *words: str) -> str:
    """Ask git about the tree."""
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout  # noqa: S603, S607


def tags(root: Path, distribution: str) -> dict[Version, str]:
    """Return the tags of a distribution that lie behind what is checked out, by version, oldest first."""
    found = {}
    for tag in git(root, "tag", "--merged", "HEAD", "--list", f"{distribution}-v*").split():
        try:
            found[Version(tag.removeprefix(f"{distribution}-v"))] = tag
        except InvalidVersion:  # the tag of a distribution whose name goes on after -v
            continue
    return dict(sorted(found.items()))


def section(changelog: str, heading: str) -> list[str]:
    """Return the lines that a changelog holds under the heading of a version."""
    lines: list[str] = []
    inside = False
    for line in changelog.splitlines():
        title = re.match(r"## \[?([^\]\s]+)", line)
        if title:
            inside = title[1] == heading
        elif inside and line.strip() and not line.startswith("#"):
            lines.append(line)
    return lines


def changed(root: Path, package: Package, tag: str) -> list[str]:
    """List what the package is made of and differs from a tag, whether committed or not."""
    where = package.folder.relative_to(root).as_posix()
    listed = git(root, "diff", "--name-only", tag, "--", where)
    listed += git(root, "ls-files", "--others", "--exclude-standard", "--", where)
    names = [name.removeprefix(f"{where}/") for name in listed.splitlines()]
    return [name for name in names if not name.startswith(UNRELEASED)]


def undocumented(root: Path, package: Package) -> Iterator[str]:
    """Say if the package changed since its last tag without a new version or a line in its changelog."""
    known = tags(root, package.distribution)
    if not known:
        return
    last, tag = list(known.items())[-1]
    if package.version < last:
        yield f"{package.distribution} says it is {package.version}, but {tag} is out: give it a higher version."
    files = changed(root, package, tag)
    if not files:
        return
    file = package.folder / "CHANGELOG.md"
    listed = git(root, "ls-tree", "--name-only", tag, "--", file.relative_to(root).as_posix()).strip()
    before = git(root, "show", f"{tag}:{listed}").splitlines() if listed else []
    headings = ["Unreleased"] + ([str(package.version)] if package.version > last else [])
    lines = [line for heading in headings for line in section(file.read_text(encoding="utf-8"), heading)]
    if set(lines) <= set(before):
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        yield (
            f"{package.distribution} changed since {tag} ({files[0]}{more}) without a word: write a line under "
            f"{' or '.join(headings)} in its CHANGELOG.md."
        )


def disagreeing(package: Package) -> Iterator[str]:
    """Say if the module's ``__version__`` is not the distribution's."""
    for file in package.folder.glob("src/*/__init__.py"):
        said = re.search(r'^__version__ = "([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
        if said is None or said[1] != str(package.version):
            yield (
                f"{package.distribution} is {package.version} in pyproject.toml and {said[1] if said else 'nothing'} "
                f"in {file.parent.name}.__version__: make them one."
            )


def out_of_range(package: Package, core: Package) -> Iterator[str]:
    """Say if a method package refuses the core that it lies beside."""
    if package.core is not None and not package.core.specifier.contains(core.version, prereleases=True):
        yield (
            f"{package.distribution} wants {package.core}, which leaves out the core beside it, {core.version}: "
            "widen the range."
        )


def wheel_faults(dist: Path) -> Iterator[str]:
    """Say which wheels name a path or an address where a range should stand."""
    for wheel in sorted(dist.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
            metadata = archive.read(name).decode()
        for line in re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE):
            if Requirement(line).url:
                yield f"{wheel.name} requires {line}: write a version range in [project].dependencies."


def lowest_core(root: Path, package: Package) -> str | None:
    """Return the tag of the oldest released core that a method package admits, or None."""
    if package.core is None:
        return None
    return next((tag for version, tag in tags(root, CORE).items() if version in package.core.specifier), None)


def lay_out(root: Path, tag: str, folder: Path) -> None:
    """Write the core as it was at a tag into a folder."""
    command = ["git", "archive", "--format=tar", f"{tag}:packages/core"]
    archive = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout  # noqa: S603
    folder.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")


def faults(root: Path, dist: Path | None = None) -> list[str]:
    """Return all that is wrong with what would be released."""
    known = packages(root)
    core = next(package for package in known if package.distribution == CORE)
    found = [
        sentence
        for package in known
        for sentence in (*undocumented(root, package), *disagreeing(package), *out_of_range(package, core))
    ]
    return found + (list(wheel_faults(dist)) if dist else [])


def main(arguments: list[str] | None = None) -> int:
    """Check the tree around this file, or another one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--wheels", type=Path, help="a folder of built wheels")
    parser.add_argument("--lowest", type=Path, help="an empty folder for the sources of the oldest cores")
    given = parser.parse_args(arguments)
    say = sys.stdout.write
    for package in packages(given.root):
        last = list(tags(given.root, package.distribution).values())[-1:]
        say(f"{package.distribution} {package.version}: {f'last tag {last[0]}' if last else 'no tag yet'}\n")
        if given.lowest and package.core is not None:
            tag = lowest_core(given.root, package)
            say(f"  admits {package.core}, oldest released: {tag or 'none, nothing to test'}\n")
            if tag:
                lay_out(given.root, tag, given.lowest / package.folder.name)
    found = faults(given.root, given.wheels)
    say("".join(f"{sentence}\n" for sentence in found) or "nothing stands in the way of a release\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
