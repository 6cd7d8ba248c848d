"""``scanpath compare``: mechanisms on one frozen pipeline, and what differs between two rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from scanpath.compare.comparison import Comparison
    from scanpath.compare.diff import RowDiff
    from scanpath.compare.settings import CompareSettings

app = typer.Typer(add_completion=False, rich_markup_mode=None, invoke_without_command=True)


@app.callback()
def run(
    context: typer.Context,
    data: Annotated[
        str, typer.Option("--data", metavar="DATA", help="Data set to compare on; scanpath data list names them.")
    ] = "scenes",
    mechanisms: Annotated[
        str | None,
        typer.Option(
            "--mechanisms",
            metavar="NAMES",
            help="Comma-separated mechanisms, with options after colons: dot,multi_hop:hops=3,local_3.",
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option("--seeds", metavar="N", min=1, help="Number of seeds (0 to N-1); a claim needs 3."),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option("--samples", metavar="N", min=1, help="Training budget of each row, in questions seen."),
    ] = None,
    baseline: Annotated[
        str,
        typer.Option(
            "--baseline", metavar="ROW", help="Row to test the others against; the best rung of the ladder by default."
        ),
    ] = "",
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings", metavar="FILE", help="YAML file to use in place of the data set's shipped settings."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Output folder; comparisons/DATA by default.")
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            "--root", metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, help="Rows to train in parallel; one per core by default."),
    ] = None,
    smoke: Annotated[
        bool, typer.Option("--smoke", "--quick", help="Run for seconds, only to show that everything works.")
    ] = False,
) -> None:
    """Compare attention mechanisms and a ladder of baselines on the same features and budget.

    Finished rows are reused and interrupted ones resume, so the same command can be repeated. --mechanisms adds rows:
    those already finished with the same seeds stay in the table. Writes comparison.md, .csv, .json and .png,
    report.html, and every answer of every row in rows/.

    Without options, runs the shipped comparison on Scenes, which is generated if it is missing.

    \b
    Example: scanpath compare --mechanisms dot,local_3,multi_hop:hops=4 --seeds 3

    \b
    Compare two rows question by question:
      scanpath compare diff comparisons/scenes:mean comparisons/scenes:dot
    """
    if context.invoked_subcommand is not None:
        return
    from scanpath.compare.comparison import compare
    from scanpath.compare.settings import load_settings, shipped

    changes: dict[str, Any] = {}
    source: str | Path = settings or ("smoke" if smoke else data if data in shipped() else "scenes")
    if settings is None and not smoke:
        changes["task.data"] = data
    if mechanisms is not None:
        changes["chosen"] = [name.strip() for name in mechanisms.split(",") if name.strip()]
    if seeds:
        changes["seeds"] = list(range(seeds))
    if samples:
        changes["training.samples"] = samples
    if baseline:
        changes["baseline"] = baseline
    chosen = load_settings(source, changes)
    folder = out or Path("comparisons") / ("smoke" if smoke else chosen.data)
    _show(_watched(compare, chosen, folder, root=root, workers=workers))


def _watched(compare: Any, settings: CompareSettings, folder: Path, **options: Any) -> Comparison:
    """Run with a bar that tells rows done and time left; without a terminal, one line a row."""
    from scanpath.progress import bars

    with bars() as bar:
        task = bar.add_task("rows x seeds", total=None)

        def say(sentence: str) -> None:
            bar.console.print(sentence, highlight=False, markup=False)

        def progress(done: int, total: int, row: str) -> None:
            bar.update(task, completed=done, total=total)
            if row:
                say(f"done {done} of {total}: {row}")
            elif done:
                say(f"reused {done} of {total} rows x seeds")

        result: Comparison = compare(settings, folder, say=say, progress=progress, **options)
    return result


def _show(result: Comparison) -> None:
    from rich.console import Console
    from rich.table import Table

    from scanpath.cli.tables import print_whole
    from scanpath.compare.tables import headline
    from scanpath.report import wording

    console = Console(soft_wrap=True)
    content = result.content
    table = Table(box=None, pad_edge=False, title=content.title, title_justify="left")
    table.add_column("row")
    for name in ("accuracy", "95 %", f"against {content.baseline}", "one object", "mass on it", "ms", "seconds"):
        table.add_column(name, justify="right")
    for summary in result.summaries:
        row, best = summary.row, headline(summary.row)
        table.add_row(
            row.label,
            wording.share(row.accuracy.value),
            wording.interval(row.accuracy),
            wording.NONE if row.difference is None else wording.points(row.difference.value),
            wording.share(summary.one_object.value if summary.one_object else None),
            wording.share(best.mass.value if best else None),
            wording.decimal(row.cost.milliseconds if row.cost else None),
            wording.decimal(row.cost.seconds if row.cost else None),
        )
    print_whole(table)
    console.print()
    chance = "" if content.chance_mass is None else f" Mass of an even map: {content.chance_mass:.1f}."
    ceiling = f"Ceiling, what the people's most common answer scores: {content.ceiling:.1f}."
    console.print(ceiling + chance, highlight=False)
    for note in content.notes[2:]:
        console.print(note, highlight=False)
    console.print(
        f"{result.folder / 'report.html'} shows the pictures; the tables lie beside it.", highlight=False, markup=False
    )


@app.command()
def diff(
    first: Annotated[
        str, typer.Argument(metavar="A", help="First row, as COMPARISON:ROW, its folder or its CSV file.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="Second row, which is compared with A.")],
    questions: Annotated[
        int, typer.Option("--questions", metavar="N", min=0, help="Number of flipped questions to show.")
    ] = 10,
) -> None:
    """Show which question types moved and which questions flipped.

    \b
    Example: scanpath compare diff comparisons/scenes:mean comparisons/scenes:dot
    """
    from rich.console import Console

    from scanpath.compare.diff import diff as compute

    _show_diff(Console(), compute(first, second), questions)


def _show_diff(console: Console, found: RowDiff, questions: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from scanpath.cli.tables import print_whole
    from scanpath.report import wording

    table = Table(box=None, pad_edge=False)
    table.add_column("question type")
    for name in ("questions", "A", "B", "B - A", "95 %", "p"):
        table.add_column(name, justify="right")
    for one in (found.overall, *found.types):
        shares = (wording.share(one.first), wording.share(one.second), wording.points(one.difference))
        ends = f"{wording.signed(one.low)} to {wording.signed(one.high)}" + (" *" if one.moved else "")
        table.add_row(Text(one.name), str(one.questions), *shares, ends, wording.p_value(one.p))
    print_whole(table)
    seeds = ", ".join(map(str, found.seeds))
    console.print(f"\nMeans over seeds {seeds}; * where the interval leaves out zero.", highlight=False)
    console.print(
        f"Under seed {found.seeds[0]} B answers {found.flips.gained} questions that A does not, and misses "
        f"{found.flips.lost} that A answers (McNemar, {wording.p_value(found.flips.p)}).",
        highlight=False,
    )
    for flipped in found.flipped[:questions]:
        sign = "+" if flipped.gained else "-"
        line = f"  {sign} {flipped.question_id} {flipped.question} A: {flipped.first}, B: {flipped.second}"
        console.print(Text(line))
    if len(found.flipped) > questions:
        console.print(f"  ... and {len(found.flipped) - questions} more (--questions)", highlight=False)
