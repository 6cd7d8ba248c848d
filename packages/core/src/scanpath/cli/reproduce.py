"""``scanpath reproduce``: a table of a paper, planned, run and judged."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from scanpath.experiments.tables.estimating import Expected
    from scanpath.experiments.tables.planning import Plan
    from scanpath.experiments.tables.reproducing import Reproduction

WIDEST = 1000
"""Letters of a table's line; a terminal that is narrower breaks it."""


def run(
    method: Annotated[str, typer.Argument(metavar="METHOD", help="Method that the table belongs to, such as core.")],
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Name of the table, such as core or table1.")],
    scale: Annotated[
        Literal["smoke", "small", "paper"],
        typer.Option("--scale", help="Scale: seconds, minutes, or the paper's own data and steps."),
    ] = "small",
    seeds: Annotated[
        int | None,
        typer.Option(
            "--seeds",
            metavar="N",
            min=1,
            help="Number of seeds (0 to N-1), the table's own by default; a claim needs 3.",
        ),
    ] = None,
    rows: Annotated[
        str, typer.Option("--rows", metavar="ROWS", help="Comma-separated ids of rows; all rows by default.")
    ] = "",
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder of results.")] = Path("results"),
    runs: Annotated[
        Path, typer.Option("--runs", metavar="FOLDER", help="Folder of runs, as for scanpath train.")
    ] = Path("runs"),
    root: Annotated[
        Path | None,
        typer.Option(
            "--root",
            metavar="FOLDER",
            help="Folder of the data sets; a table's own small data set lies in --runs by default.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help="Runs to train in parallel; by default one per core, and one on a GPU.",
        ),
    ] = None,
    executor: Annotated[
        Literal["local", "ray"],
        typer.Option(
            "--executor", help="Executor: this machine, or a Ray cluster whose nodes all see --runs and the data sets."
        ),
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="HOST:PORT",
            help="Address of a running Ray cluster; $RAY_ADDRESS or a temporary local one by default.",
        ),
    ] = None,
    gpus: Annotated[
        float | None,
        typer.Option(
            "--gpus-per-row",
            metavar="SHARE",
            min=0,
            max=1,
            help="GPU share of a run on Ray, up to 1; by default 1 where there are any.",
        ),
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Make the data, print the plan, and train nothing.")] = False,
) -> None:
    """Reproduce a table of a paper and judge its claims.

    Prints the paper's numbers, ours with their intervals, and the difference, then a verdict on each claim. Finished
    runs are reused and interrupted ones resume, so the same command can be repeated.

    Writes METHOD/TABLE.SCALE.json to the folder of results, with .md, .png and an .html page of maps beside it.

    On a Ray cluster (--executor ray, pip install 'scanpath[ray]'), a run whose process or node dies goes on elsewhere.

    Example: scanpath reproduce core core --scale small --rows one,two
    """
    from rich.console import Console

    from scanpath.experiments.crew import workers_for
    from scanpath.experiments.tables.reproducing import prepare, reproduce

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    crew = _crew(executor, address, gpus)
    if executor == "ray":  # a worker's current folder is another
        runs, root = runs.absolute(), root and root.absolute()
    chosen = [name.strip() for name in rows.split(",") if name.strip()]
    found = prepare(method, table, scale, seeds=seeds, rows=chosen, runs=runs, root=root, say=console.print)
    _tell(console, found, None if executor == "ray" else workers_for(len(found.todo), workers))
    if plan:
        return

    def progress(done: int, total: int, row: str) -> None:
        if row:
            console.print(f"done {done} of {total}: {row}")
        elif done:
            console.print(f"{done} of {total} runs are done already")

    _show(reproduce(found, method, out=out, workers=workers, crew=crew, say=console.print, progress=progress))


def _crew(executor: str, address: str | None, gpus: float | None) -> Callable[..., None]:
    """Choose who does the runs."""
    from scanpath.errors import ConfigError
    from scanpath.experiments import crew, ray_crew

    if executor == "ray":
        ray_crew.check_ray()
        return functools.partial(ray_crew.do_all, address=address, gpus=gpus)
    if address is not None or gpus is not None:
        raise ConfigError("--address and --gpus-per-row are of a Ray cluster: add --executor ray, or leave them away.")
    return crew.do_all


def _tell(console: Console, plan: Plan, at_once: int | None) -> None:
    """Say what will be run and for how long; None where a cluster decides how many run at once."""
    from rich.table import Table

    from scanpath.experiments.tables.estimating import expected, steps_of

    foreseen, todo = expected(plan), plan.todo
    shown = Table(box=None, pad_edge=False, title="Plan", title_justify="left")
    shown.add_column("row")
    for name in ("runs", "done", "steps of one", "minutes of one", "MiB of one"):
        shown.add_column(name, justify="right")
    everything = {job.key: job for job in (*plan.needed, *plan.chosen)}.values()  # a cell's may be needed too
    for row in dict.fromkeys(job.row for job in everything):
        own = [job for job in everything if job.row == row]
        done = sum(job not in todo for job in own)
        one = foreseen.get(row)
        sizes = ("-", "-") if one is None else (f"{one.seconds / 60:.1f}", f"{one.bytes / 2**20:.1f}")
        shown.add_row(row, str(len(own)), str(done), f"{steps_of(own[0]):,}", *sizes)
    console.print(shown)
    if todo:
        lacking = {job.row for job in todo} - foreseen.keys()
        about = sum(foreseen[job.row].seconds for job in todo if job.row in foreseen) / (at_once or 1) / 60
        told = f"about {about:.0f} minutes of training" if about >= 1 else "less than a minute of training"
        how, alone = (f"{at_once} at once", "") if at_once else ("spread over Ray", ", one after the other")
        console.print(
            f"{len(todo)} runs to do, {how}: "
            + (f"nobody knows how long yet ({', '.join(sorted(lacking))})" if lacking else told + alone)
        )
        if foreseen:
            _tell_of_the_disk(console, plan, foreseen)


def _tell_of_the_disk(console: Console, plan: Plan, foreseen: Mapping[str, Expected]) -> None:
    """Say what the runs that can be foreseen will take of the disk, and what there is.

    Raises:
        RunError: it is too little.
    """
    import shutil

    from scanpath.errors import RunError
    from scanpath.experiments.tables.estimating import size_of

    sizes = [(job, foreseen[job.row].bytes) for job in plan.todo if job.row in foreseen]
    wanted = sum(max(0, size - size_of(job.folder)) for job, size in sizes)
    wanted += max(size for _, size in sizes)  # a checkpoint is written beside the one that it replaces
    runs = sizes[0][0].root
    there = next(folder for folder in (runs.absolute(), *runs.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if wanted > free:
        raise RunError(
            f"the runs will take about {wanted / 2**30:.1f} GiB and {runs} has {free / 2**30:.1f} GiB: make room, or "
            "name another folder with --runs."
        )
    console.print(f"disk: about {max(1, round(wanted / 2**20)):,} MiB in {runs}, which has {free / 2**30:.0f} GiB")


def _show(found: Reproduction) -> None:
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table

    from scanpath.experiments.tables.rendering import claim_lines, seed_table, table_of
    from scanpath.report.wording import NONE

    console = Console(highlight=False, markup=False, soft_wrap=True)
    seeds = seed_table(found.result)
    for number, (header, rows) in enumerate([table_of(found.result), *([seeds] if seeds else [])]):
        shown = Table(box=None, pad_edge=False, title="" if number else found.result["caption"], title_justify="left")
        for place, name in enumerate(header):
            options: dict[str, Any] = {"justify": "right"} if place else {}
            shown.add_column(name, no_wrap=True, **options)
        measured = [row for row in rows if set(row[1:]) != {NONE}]
        for row in measured:
            shown.add_row(*row)
        wide = Measurement.get(console, console.options.update(max_width=WIDEST), shown).maximum
        console.width = max(console.width, wide)  # no number is cut
        console.print(shown)
        if len(measured) < len(rows):
            console.print(f"({len(rows) - len(measured)} more without a number)")
    for verdict, words, numbers in claim_lines(found.result):
        console.print(f"\n{verdict}: {words}\n  {numbers}")
    page = found.path.with_suffix(".html")
    drawn = f", {page.name} the page" if page.exists() else ""
    console.print(
        f"\n{found.path} holds every number, {found.path.with_suffix('.md').name} beside it the table{drawn}."
    )
