"""``scanpath doctor``: versions, devices, data and plugins, and what is wrong with them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Annotated, Literal, NamedTuple

import typer

from scanpath.errors import MissingExtraError, ScanpathError

State = Literal["good", "note", "wrong"]
MARKS: dict[State, str] = {"good": "[green]good[/]", "note": "[yellow]note[/]", "wrong": "[red]wrong[/]"}
ROOM = 2
"""GiB that the data folder should have free."""


class Finding(NamedTuple):
    """One thing looked at, and what to do where it is not good."""

    state: State
    subject: str
    text: str


def versions() -> Iterator[Finding]:
    """Compare the installed libraries with what this package asks for, extras included."""
    from packaging.requirements import Requirement

    yield Finding("good", "python", sys.version.split()[0])
    for line in requires("scanpath") or []:
        requirement = Requirement(line)
        extra = str(requirement.marker).partition("extra == ")[2].strip("\"'") if requirement.marker else ""
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            if extra:
                yield Finding("note", requirement.name, f"not installed; pip install 'scanpath[{extra}]' brings it")
            else:
                yield Finding("wrong", requirement.name, "not installed: pip install --force-reinstall scanpath")
            continue
        if requirement.specifier.contains(found, prereleases=True):
            yield Finding("good", requirement.name, found)
        else:
            mend = f"pip install '{requirement.name}{requirement.specifier}'"
            yield Finding("wrong", requirement.name, f"{found} is outside {requirement.specifier}: {mend}")


def devices() -> Iterator[Finding]:
    """Say what torch can compute on."""
    import torch

    from scanpath.environment import BF16_REMEDY, cpu_runs_bf16

    yield Finding("good", "cpu", f"{torch.get_num_threads()} threads")
    if not cpu_runs_bf16():
        yield Finding("note", "cpu, bf16", BF16_REMEDY)
    if not torch.cuda.is_available():
        yield Finding("note", "gpu", "none that torch sees; everything runs on the CPU")
        return
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        yield Finding("good", f"cuda:{index}", f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB")


def data() -> Iterator[Finding]:
    """Look at the data folder: is it writable, is there space, which data sets are whole."""
    from scanpath import registry
    from scanpath.data.catalogue import dataset_names, describe
    from scanpath.files import data_home

    home = data_home()
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free / 2**30
    if not os.access(existing, os.W_OK):
        yield Finding("wrong", "data folder", f"{home} may not be written: set SCANPATH_DATA to a folder that may")
    elif free < ROOM:
        yield Finding(
            "wrong",
            "data folder",
            f"{home} has {free:.1f} GiB free, data sets want {ROOM}: set SCANPATH_DATA elsewhere",
        )
    else:
        there = "" if home.exists() else "; made when the first data set is"
        yield Finding("good", "data folder", f"{home}, {free:.0f} GiB free{there}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", registry.BrokenPluginWarning)  # they are named among the plugins
        found = [describe(name) for name in dataset_names()]
    for known in found:
        pictures, questions = (sum(counts[place] for counts in known.counts.values()) for place in (0, 1))
        there = f"{pictures:,} pictures, {questions:,} questions in {known.folder}"
        yield Finding("note", known.name, known.missing) if known.missing else Finding("good", known.name, there)


def plugins() -> Iterator[Finding]:
    """Load every plugin and every name that it brings."""
    from scanpath import registry

    for point in registry.plugins():
        try:
            method = registry.load_plugin(point)
        except ScanpathError as error:
            yield Finding("wrong", point.name, str(error))
            continue
        addresses = [item for part in registry.PARTS for item in getattr(method, part).items()]
        findings = [*_unresolved(point.name, addresses), *_without_tables(point.name, method.tables)]
        yield from findings or [Finding("good", point.name, method.paper)]


def kernels() -> Iterator[Finding]:
    """Say of every kernel for accelerators whether one has measured it; broken plugins are told elsewhere."""
    from scanpath import registry
    from scanpath.method import Kernel

    for point in registry.plugins():
        try:
            found = {name: registry.resolve(one) for name, one in registry.load_plugin(point).kernels.items()}
        except Exception:  # noqa: BLE001, S112 - foreign code, which the plugins' findings name
            continue
        for name, kernel in found.items():
            if not isinstance(kernel, Kernel):
                continue
            if importlib.util.find_spec(kernel.needs) is None:
                yield Finding("note", name, f"{kernel.asked_by} needs {kernel.needs}: pip install {kernel.needs}")
            elif kernel.measured:
                yield Finding("good", name, f"{kernel.asked_by}: measured on {kernel.measured}")
            else:
                off = f"{kernel.asked_by} is off by default, since no accelerator has measured it"
                yield Finding("note", name, f"{off}: {kernel.command} does")


def _unresolved(plugin: str, addresses: list[tuple[str, str]]) -> Iterator[Finding]:
    from scanpath.registry import resolve

    for name, address in addresses:
        try:
            resolve(address)
        except MissingExtraError as error:
            yield Finding("note", plugin, f"{name!r}: {error}")
        except Exception as error:  # noqa: BLE001 - a plugin is foreign code; whatever it raises is the finding
            fault = f"{type(error).__name__}: {error}"
            yield Finding("wrong", plugin, f"{name!r} lives in {address}, which fails ({fault}): mend or uninstall it")


def _without_tables(plugin: str, package: str) -> Iterator[Finding]:
    try:
        found = not package or importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # find_spec imports the parents of a dotted name
        found = False
    if not found:
        yield Finding("wrong", plugin, f"its tables should lie in {package}, which is no package: mend or uninstall it")


def run(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show only notes and problems.")] = False,
) -> None:
    """Check versions, devices, data sets and plugins, and report what is wrong.

    The exit code is 1 if something is wrong, and 0 if there are only notes.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    findings = [finding for check in (versions, devices, data, plugins, kernels) for finding in check()]
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        if finding.state != "good" or not quiet:
            table.add_row(MARKS[finding.state], Text(finding.subject), Text(finding.text))  # brackets are no markup
    console = Console()
    console.print(table)
    wrong = sum(finding.state == "wrong" for finding in findings)
    console.print("Nothing is wrong." if not wrong else f"{wrong} wrong: each line above says what to do.")
    raise typer.Exit(1 if wrong else 0)
