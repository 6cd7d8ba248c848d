"""``scanpath data rebuild-vqacp``: a split with changing priors, derived where its authors' cannot be had."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scanpath.data.vqacp_rebuilding import Rebuilt


def rebuild_vqacp(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Data set whose train and val are redistributed: vqa1, vqa2 or scenes."),
    ] = "vqa2",
    questions: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Questions file in VQA's format, in place of NAME; repeatable."),
    ] = None,
    annotations: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Annotations file for each --questions.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder for the lists; beside the data set by default.")
    ] = None,
    test_share: Annotated[
        float, typer.Option(metavar="SHARE", help="Approximate share of the questions that go to test.")
    ] = 1 / 3,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed of the split.")] = 0,
    anyway: Annotated[bool, typer.Option("--anyway", help="Derive lists even if the authors' own are here.")] = False,
    root: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."),
    ] = None,
) -> None:
    """Derive a split in the manner of VQA-CP.

    Train and test answer each question type differently. The lists follow the published procedure (Agrawal et al.,
    2018), which leaves its order open: they are not the authors', and numbers on them are comparable only with each
    other. Lists of vqa1 and vqa2 become the data sets vqa-cp-v1-rebuilt and vqa-cp-v2-rebuilt.

    \b
    Example: scanpath data rebuild-vqacp vqa2
    """
    from scanpath.data.vqacp_rebuilding import Source, named, prefer_originals, rebuild
    from scanpath.errors import ConfigError
    from scanpath.progress import bars

    if questions or annotations:
        given = questions or [], annotations or []
        if len(given[0]) != len(given[1]) or out is None:
            raise ConfigError(
                f"{len(given[0])} --questions and {len(given[1])} --annotations were given, "
                "expected as many of both, and --out for the lists."
            )
        sources, folder, prefix = [Source(*two) for two in zip(*given, strict=True)], out, "vqacp"
    else:
        if not anyway:
            prefer_originals(name, root)
        sources, folder, prefix = named(name, root)
    with bars() as display:
        bar = display.add_task("starting", total=None)
        made = rebuild(
            sources,
            out or folder,
            prefix=prefix,
            test_share=test_share,
            seed=seed,
            progress=lambda what, done, total: display.update(bar, description=what, completed=done, total=total),
        )
    for line in _lines(made):
        typer.echo(line)


def _lines(made: Rebuilt) -> list[str]:
    shift = made.shift
    known = f"test's concepts {shift.concepts:.1%}, of its 1,000 most frequent answers {shift.answers:.1%}"
    lines = [
        f"train {made.train:,} questions, test {made.test:,}, in {made.folder}",
        f"train has of {known}",
        f"{len(shift.by_type)} types of question stand in both; each of their answers stands in one of them only",
    ]
    for types, where in ((shift.only_train, "train"), (shift.only_test, "test")):
        if types:
            lines.append(f"{len(types)} types stand in {where} only: {', '.join(types[:3])}")
    return lines
