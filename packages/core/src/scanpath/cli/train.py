"""``scanpath train``: one model, from a recipe to a run folder."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from scanpath.experiments.running import RunConfig, RunResult

RUNS = Path("runs")


def run(
    settings: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RECIPE|KEY=VALUE",
            help="Recipe, a YAML file or the name of a shipped one (default: scenes, or that of the task or host), "
            "then settings that override it.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder of the run; by default one in runs/, named by a hash of the settings.",
        ),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="RUN", help="Folder of a run to resume with its own settings.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", metavar="N", min=0, help="Random seed for weights and data order; overrides the recipe."
        ),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option("--root", metavar="FOLDER", help="Folder of the data sets; short for task.root=FOLDER."),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            metavar="SPLIT",
            help="Split to evaluate the best checkpoint on; by default the one it was chosen on, usually val.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the resolved settings and train nothing.")] = False,
) -> None:
    """Train one model, or resume an interrupted run.

    Without arguments, trains dot-product attention on Scenes, which is generated if it is missing.

    The folder of the run receives weights, curves, predictions and report.html, a page with questions and maps. The
    same command again reads the finished run, or resumes the interrupted one.

    \b
    Example: scanpath train task.model.attention=multi_hop training.steps=2000 --seed 1

    \b
    Options of a mechanism:
      scanpath train task.model.attention=multi_hop task.model.attention.hops=3
    Words and answers as in MCB, and GloVe (docs/words.md):
      scanpath train task.answers=mcb task.question=mcb
    Another task:
      scanpath train task.name=classification task.data=mnist
    """
    from rich.console import Console

    from scanpath.experiments import running

    console = Console(quiet=int(os.environ.get("RANK", "0")) > 0, highlight=False, markup=False, soft_wrap=True)
    if resume is not None:
        _nothing_besides(settings, out, seed, root)
        result = running.resume(resume, split=split, progress=console.print)
    else:
        config = _config(settings or [], seed, root)
        if show:
            _show(config)
            return
        _make_data(config, console)
        folder = out or RUNS / config.key()
        console.print(f"training in {folder}")
        result = running.run_in(config, folder, split=split, progress=console.print)
    _report(console, result)


def _nothing_besides(settings: list[str] | None, *others: object) -> None:
    from scanpath.errors import ConfigError

    if settings or any(other is not None for other in others):
        raise ConfigError(
            "--resume goes on with a run as it was begun: leave out the settings, --out, --seed and --root."
        )


def _config(words: list[str], seed: int | None, root: Path | None = None) -> RunConfig:
    """Read the recipe that the first word names, if it is one, and put the other words over it."""
    from scanpath.experiments.overrides import lay_over, override
    from scanpath.experiments.running import RunConfig
    from scanpath.experiments.shipped import read_recipe

    named = bool(words) and "=" not in words[0]
    changes = words[1:] if named else words
    recipe = words[0] if named else _usual_recipe(changes)
    values: dict[str, Any] = override(read_recipe(recipe), changes)
    if seed is not None:
        values["seed"] = seed
    if root is not None:
        values = lay_over(values, {"task.root": str(root)})
    source = f"{recipe} with {' '.join(changes)}" if changes else recipe
    return RunConfig.parse(values, source=source)


def _usual_recipe(changes: list[str]) -> str:
    """Name the shipped recipe of the host or the task that is asked for: its settings are another's mistakes."""
    from scanpath.experiments.shipped import shipped_recipes

    said = dict(word.partition("=")[::2] for word in changes)
    asked = [said[key] for key in ("task.model.name", "task.model", "task.name") if key in said]
    return next((name for name in asked if name in shipped_recipes()), "scenes")


def _show(config: RunConfig) -> None:
    import yaml

    typer.echo(yaml.safe_dump(config.plain(), sort_keys=False, allow_unicode=True).rstrip())


def _make_data(config: RunConfig, console: Console) -> None:
    """Draw Scenes if they are missing; one process of many leaves that to the user, and the reader says how."""
    from scanpath.data.catalogue import dataset_folder, make_dataset
    from scanpath.data.scenes.options import SceneOptions
    from scanpath.files import data_home

    name, root = getattr(config.task, "data", ""), getattr(config.task, "root", None)
    alone = int(os.environ.get("WORLD_SIZE", "1")) == 1
    if not (alone and name.startswith("scenes")) or dataset_folder("scenes", root).exists():  # they share a folder
        return
    options = SceneOptions()
    pictures = sum(options.sizes.values())
    console.print(
        f"Scenes are missing: drawing {pictures:,} pictures with {pictures * options.questions:,} questions, about "
        f"{pictures * _BYTES_A_PICTURE / 1e6:,.0f} MB, in {root or data_home()}"
    )
    make_dataset("scenes", root)


_BYTES_A_PICTURE = 27_500
"""Of Scenes on disk: the picture, its masks, questions, answers, captions."""


def _report(console: Console, result: RunResult) -> None:
    from scanpath.cli.tables import print_groups
    from scanpath.experiments.config import DEFAULT_TASK
    from scanpath.training.run_folder import RunFolder

    trained = "read" if result.reused else "trained"
    console.print(
        f"\n{trained}: {result.samples:,} samples in {result.seconds:.0f} s; best checkpoint on {result.split}"
    )
    print_groups(console, "measure", result.measures, value="value")
    folder = result.folder
    task = RunFolder.open(folder).config["task"]
    asks = task["name"] == DEFAULT_TASK
    if result.report.exists():
        console.print(f"\n{result.report} shows curves{', questions and maps' if asks else ' and measures'}.")
    if console.quiet:
        return
    console.print("\nNext:")
    usual = ["evaluate RUN --split test", *["predict RUN PICTURE"] * (task["name"] == "classification")]
    for line in _proposals(task, result.split) if asks else usual:
        console.print(f"  scanpath {line.replace('RUN', str(folder), 1)}")


def _proposals(task: Mapping[str, Any], measured: str) -> list[str]:
    """Propose what the data set has: test where its answers are known, and one of its own questions."""
    from scanpath.data.catalogue import open_split
    from scanpath.errors import ScanpathError

    split, question = measured, "QUESTION"
    with contextlib.suppress(ScanpathError):  # a finished run is read without its data, and not all have a test
        question = str(open_split(task["data"], measured, task["root"]).questions[0])
        if open_split(task["data"], "test", task["root"]).annotations is not None:
            split = "test"
    return [f"evaluate RUN --split {split}", f"predict RUN PICTURE {shlex.quote(question)}"]
