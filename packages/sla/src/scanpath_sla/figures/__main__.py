"""``python -m scanpath_sla.figures``: the commands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanpath.report.figure_command import told, write_figure

if TYPE_CHECKING:
    from PIL.Image import Image

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Draw the paper's Figures 5 to 8, and figures of captions, from runs.",
)

Runs = Annotated[
    list[Path], typer.Argument(metavar="RUN", help="Run folders, of both kinds and all seeds.", show_default=False)
]
Split = Annotated[str, typer.Option(metavar="SPLIT", help="Split that the questions are taken from.")]
Questions = Annotated[int, typer.Option(metavar="N", min=2, help="Number of questions, from the start of the split.")]
Size = Annotated[int, typer.Option("--batch", metavar="N", min=1, help="Questions per batch.")]
JSON = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="FILE",
        help="JSON file to write the data to, with .md and .png beside it.",
        show_default=False,
    ),
]


@app.command()
def gradients(
    runs: Runs, split: Split = "train", questions: Questions = 5000, size: Size = 100, json_out: JSON = None
) -> None:
    """Measure gradients in each layer of the visual stream, for SLA and traditional stacks (Fig. 5)."""
    with told():
        from scanpath_sla.figures.gradients import gradients as measure
        from scanpath_sla.figures.wording import GRADIENTS, stacks_page

        result, drawing = measure(runs, split=split, size=size, questions=questions, say=typer.echo)
        columns = {"deviations": "deviation", "ratio": "first over last"}
        page = stacks_page(result, title="Gradients of stacks", columns=columns, words=GRADIENTS, items="batches")
        _write(json_out, result, page, drawing)


@app.command()
def weights(
    runs: Runs, split: Split = "val", questions: Questions = 5000, size: Size = 500, json_out: JSON = None
) -> None:
    """Measure attention weights in each layer of the visual stream, for SLA and traditional stacks (Fig. 6)."""
    with told():
        from scanpath_sla.figures.weights import weights as measure
        from scanpath_sla.figures.wording import WEIGHTS, stacks_page

        result, drawing = measure(runs, split=split, size=size, questions=questions, say=typer.echo)
        columns = {"largest": "largest weight", "entropy": "entropy"}
        page = stacks_page(
            result, title="Attention weights of stacks", columns=columns, words=WEIGHTS, items="pictures"
        )
        _write(json_out, result, page, drawing)


@app.command()
def steps(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of a run with at least two layers.", show_default=False)
    ],
    split: Split = "val",
    questions: Questions = 1000,
    drawn: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of questions to draw, evenly spaced among them.")
    ] = 6,
    question: Annotated[
        list[int] | None,
        typer.Option(metavar="ID", help="Id of a question to draw in their place; repeatable.", show_default=False),
    ] = None,
    json_out: JSON = None,
) -> None:
    """Draw the first and the last map of the visual stream as two tints on one picture (Fig. 7)."""
    with told():
        from scanpath_sla.figures.steps import steps as measure
        from scanpath_sla.figures.wording import steps_page

        result, drawing = measure(run, split=split, questions=questions, drawn=drawn, ids=question or ())
        moved = result["moved"]
        typer.echo(f"moved: {moved['value']:.3f} ({moved['low']:.3f} to {moved['high']:.3f})")
        _write(json_out, result, steps_page(result), drawing)


@app.command()
def bias(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="Folders of runs with a positional bias, of all seeds.", show_default=False),
    ],
    ask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUESTION=PLACE",
            help="Question and the place that it names, such as 'what is in the sky=top'; repeatable. Default: the "
            "questions of Scenes about absolute places.",
            show_default=False,
        ),
    ] = None,
    json_out: JSON = None,
) -> None:
    """Draw the positional bias of questions that name a place, and judge where it lies (Fig. 8)."""
    with told():
        from scanpath_sla.figures.bias import bias as measure, read_question, scenes_questions
        from scanpath_sla.figures.wording import bias_page

        asked = [read_question(one) for one in ask] if ask else scenes_questions()
        result, drawing = measure(runs, asked=asked, say=typer.echo)
        _write(json_out, result, bias_page(result), drawing)


@app.command()
def words(
    run: Annotated[
        Path,
        typer.Argument(metavar="RUN", help="Folder of a captioning run that attends to a grid.", show_default=False),
    ],
    split: Annotated[str, typer.Option(metavar="SPLIT", help="Split that the pictures are taken from.")] = "test",
    pictures: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of pictures to caption, from the start of the split.")
    ] = 200,
    drawn: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of pictures to draw, evenly spaced among them.")
    ] = 4,
    beam: Annotated[int, typer.Option(metavar="N", help="Beam width of the search; 1 is greedy.")] = 1,
    picture: Annotated[
        list[int] | None,
        typer.Option(metavar="ID", help="Id of a picture to draw in their place; repeatable.", show_default=False),
    ] = None,
    json_out: JSON = None,
) -> None:
    """Draw where a captioning model looks before each word, one strip per picture."""
    with told():
        from scanpath_sla.figures.caption_wording import words_page
        from scanpath_sla.figures.words import words as describe

        result, drawing = describe(run, split=split, pictures=pictures, drawn=drawn, beam=beam, ids=picture or ())
        for one in result["drawn"]:
            typer.echo(f"{one['image']}: {one['caption']}")
        _write(json_out, result, words_page(result), drawing)


@app.command()
def epochs(runs: Runs, json_out: JSON = None) -> None:
    """Draw BLEU-4 and CIDEr over the training of captioning models."""
    with told():
        from scanpath_sla.figures.caption_wording import epochs_page
        from scanpath_sla.figures.epochs import epochs as read

        result, drawing = read(runs)
        for kind in result["kinds"]:
            typer.echo(f"{kind['name']}: rose in {kind['rose']} of {len(kind['seeds'])} runs")
        _write(json_out, result, epochs_page(result), drawing)


def _write(path: Path | None, result: Mapping[str, Any], page: str, drawing: Image) -> None:
    for one in result.get("statements", ()):
        typer.echo(f"{one['verdict']}: {one['words']}")
    write_figure(path, result, page, drawing)


if __name__ == "__main__":
    app()
