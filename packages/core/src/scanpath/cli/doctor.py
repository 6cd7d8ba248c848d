"""``scanpath doctor``: versions, devices, data and plugins, and what is wrong with them."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Annotated, Literal, NamedTuple

import typer

from scanpath.errors import ScanpathError

State = Literal["good", "note", "wrong"]
MARKS: dict[State, str] = {"good": "[green]good[/]", "note": "[yellow]note[/]", "wrong": "[red]wrong[/]"}


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
    from scanpath.data.catalogue import dataset_names, describe
    from scanpath.files import data_home

    home = data_home()
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free / 2**30
    yield Finding("good" if free > 2 else "wrong", "data folder", f"{home}, {free:.0f} GiB free")
    for name in dataset_names():
        try:
            yield Finding("good", name, str(describe(name)))
        except ScanpathError as error:
            yield Finding("note", name, str(error))


def plugins() -> Iterator[Finding]:
    """Load every plugin and every name that it brings."""
    from scanpath import registry

    for point in registry.plugins():
        try:
            method = registry.load_plugin(point)
        except ScanpathError as error:
            yield Finding("wrong", point.name, str(error))
            continue
        for part in registry.PARTS:
            for name, address in getattr(method, part).items():
                fault = _fault(address)
                if fault:
                    yield Finding("wrong", point.name, f"{name!r} lives in {address}, which fails: {fault}")
        if method.tables and importlib.util.find_spec(method.tables) is None:
            yield Finding("wrong", point.name, f"its tables should lie in {method.tables}, which is no package")
        yield Finding("good", point.name, method.paper)


def _fault(address: str) -> str:
    from scanpath.registry import resolve

    try:
        resolve(address)
    except Exception as error:  # noqa: BLE001 - a plugin is foreign code; whatever it raises is the finding
        return f"{type(error).__name__}: {error}"
    return ""


def run(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show only what is not good.")] = False,
) -> None:
    """Check versions, devices, data and plugins, and say what is wrong with them.

    The exit code is 1 when something is wrong, 0 when there are only notes.
    """
    from rich.console import Console
    from rich.table import Table

    findings = [finding for check in (versions, devices, data, plugins) for finding in check()]
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        if finding.state != "good" or not quiet:
            table.add_row(MARKS[finding.state], finding.subject, finding.text)
    console = Console()
    console.print(table)
    wrong = sum(finding.state == "wrong" for finding in findings)
    console.print("Nothing is wrong." if not wrong else f"{wrong} wrong: each line above says what to do.")
    raise typer.Exit(1 if wrong else 0)
