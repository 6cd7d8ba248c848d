"""``python -m scanpath_attention_rnn.figures``: the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from scanpath.report.figure_command import told, write_figure, write_picture

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Draw the paper's figures, most of them from trained runs."
)

Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN", help="Folders of trained runs, each with an optional name: CTX=FOLDER.", show_default=False
    ),
]
Root = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Folder of the data sets; $SCANPATH_DATA or the user cache by default.",
        show_default=False,
    ),
]
JSON = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="FILE",
        help="JSON file to write the numbers to, with .md and .png beside it.",
        show_default=False,
    ),
]
Shown = Annotated[
    Literal["features", "maps"],
    typer.Option(help="What to draw of each layer: its features times its map, as in the paper, or the map alone."),
]


@app.command()
def samples(
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .png or .jpg.", show_default=False)],
    data: Annotated[
        list[str] | None,
        typer.Option(metavar="DATA", help="Data set to show; repeatable. Default: all of digits.", show_default=False),
    ] = None,
    split: Annotated[str, typer.Option(metavar="SPLIT", help="Split that the pictures are taken from.")] = "test",
    pictures: Annotated[
        int, typer.Option(metavar="N", min=1, help="Pictures per data set, from the start of the split.")
    ] = 3,
    root: Root = None,
) -> None:
    """Draw pictures of the data sets side by side, with a question and its answer below each (Fig. 5)."""
    with told():
        from scanpath_attention_rnn.data.digits.options import VARIANTS
        from scanpath_attention_rnn.figures.samples import draw_samples

        write_picture(out, draw_samples(data or list(VARIANTS), split, pictures, root))


@app.command()
def maps(
    runs: Runs,
    data: Annotated[str, typer.Option(metavar="DATA", help="Data set that the runs were trained on.")] = "mbg-inverse",
    split: Annotated[str, typer.Option(metavar="SPLIT", help="Split that the pictures are taken from.")] = "test",
    pictures: Annotated[
        int, typer.Option(metavar="N", min=2, help="Number of pictures to measure, from the start of the split.")
    ] = 200,
    drawn: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of pictures to draw, from the start of the split.")
    ] = 4,
    show: Shown = "features",
    root: Root = None,
    json_out: JSON = None,
) -> None:
    """Draw where runs look, layer by layer, and measure how much of the digit they cover (Figs. 6b and 14-16)."""
    with told():
        from scanpath.data.catalogue import open_split
        from scanpath_attention_rnn.figures.maps import layer_maps, read_subject
        from scanpath_attention_rnn.figures.networks import load_all
        from scanpath_attention_rnn.figures.wording import maps_page

        networks = load_all(runs)
        subject = read_subject(open_split(data, split, root), pictures)
        result, drawing = layer_maps(networks, subject, drawn=drawn, show=show, say=typer.echo)
        write_figure(json_out, result, maps_page(result), drawing)


@app.command()
def modes(
    runs: Runs,
    data: Annotated[
        str, typer.Option(metavar="DATA", help="Data set that the runs were trained on: mref, mdist, mbg or mbg-big.")
    ] = "mbg",
    pictures: Annotated[int, typer.Option(metavar="N", min=2, help="Number of pictures to make and measure.")] = 200,
    samples: Annotated[int, typer.Option(metavar="N", min=1, help="Samples per picture and factor.")] = 20,
    factor: Annotated[
        list[float] | None,
        typer.Option(
            metavar="FACTOR",
            help="Factor that multiplies the deviations; 0 takes the means; repeatable. Default: 0, 1, 2, 4, 8, 16.",
            show_default=False,
        ),
    ] = None,
    drawn: Annotated[int, typer.Option(metavar="N", min=1, help="Number of pictures to draw, the first ones.")] = 3,
    show: Shown = "features",
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Random seed of pictures and samples.")] = 0,
    photographs: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder of photographs that the data set was made with, if any.", show_default=False
        ),
    ] = None,
    root: Root = None,
    json_out: JSON = None,
) -> None:
    """Draw samples of ARNN~ on pictures with a digit in three colours; count what they reach (Figs. 6a, 11-13)."""
    with told():
        from scanpath.files import data_home
        from scanpath_attention_rnn.figures.copies import find_recipe
        from scanpath_attention_rnn.figures.networks import load_all
        from scanpath_attention_rnn.figures.sampling import Chosen, sampled_masks
        from scanpath_attention_rnn.figures.wording import modes_page

        chosen = Chosen(pictures, samples, factor or (0, 1, 2, 4, 8, 16), drawn, show)
        recipe = find_recipe(data, root or data_home(), photographs, seed)
        result, drawing = sampled_masks(load_all(runs), recipe, chosen, say=typer.echo)
        write_figure(json_out, result, modes_page(result), drawing)


@app.command()
def edits(
    runs: Runs,
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .png or .jpg.", show_default=False)],
    split: Annotated[str, typer.Option(metavar="SPLIT", help="Split that the pictures are taken from.")] = "test",
    pictures: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of pictures to edit, from the start of the split.")
    ] = 4,
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ATTRIBUTE",
            help="Attribute to edit: hair, gender or smile; repeatable. Default: hair.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Draw pictures, their edits by each run, and the masks of the edits below them (Figs. 7, 17 and 18)."""
    with told():
        from scanpath_attention_rnn.figures.edits import draw_runs, load_editors

        write_picture(out, draw_runs(load_editors(runs), split, pictures, attribute or ["hair"]))


if __name__ == "__main__":
    app()
