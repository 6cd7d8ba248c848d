"""``scanpath captions score``: the official scores of generated captions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scanpath.metrics.captions import CaptionScores

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Score what a model writes of pictures."""


@app.command()
def score(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", help='A list of {"image_id": 1, "caption": "a dog"}.')],
    data: Annotated[
        str, typer.Option("--data", help="A data set of captions of scanpath data list; COCO in Karpathy's split.")
    ] = "coco-captions",
    split: Annotated[str | None, typer.Option("--split", help="Its val or test.")] = None,
    references: Annotated[
        Path | None, typer.Option("--references", help="An official file, such as captions_val2014.json, instead.")
    ] = None,
    tokeniser: Annotated[
        str, typer.Option("--tokeniser", help="ptb, the official one, or plain: no Java, and no METEOR.")
    ] = "ptb",
    root: Annotated[
        Path | None,
        typer.Option("--root", help="Folder of the data sets; default: $SCANPATH_DATA or the user's cache."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write all scores there, per picture too.")] = None,
) -> None:
    """Print BLEU-1 to 4, METEOR, ROUGE-L and CIDEr of captions as pycocoevalcap gives them, as fractions.

    Every picture must have one caption: a score of a part is another number. Needs the extra scanpath[captions] and,
    for the official tokeniser and METEOR, Java.

    \b
    Examples:
      scanpath captions score results.json --data coco-captions --split test --json scores.json
      scanpath captions score results.json --references captions_val2014.json --tokeniser plain
    """
    from scanpath.data.caption_catalogue import open_captions
    from scanpath.data.caption_results import read_caption_results
    from scanpath.data.captions import read_captions
    from scanpath.errors import ConfigError
    from scanpath.files import write_json
    from scanpath.metrics.captions import score_captions

    if (split is None) == (references is None):
        raise ConfigError("give either --split or --references: one of them says what people wrote of the pictures.")
    said = read_caption_results(results)
    wanted = read_captions(references) if references is not None else open_captions(data, str(split), root)
    for sentence in wanted.remarks:
        typer.echo(sentence, err=True)
    scores = score_captions(wanted.references(), said, tokeniser=tokeniser, say=lambda line: typer.echo(line, err=True))
    typer.echo(f"{len(scores.per_image):,} pictures of {wanted.name}, tokeniser {scores.tokeniser}\n")
    _print(scores)
    if out is not None:
        write_json(out, scores.to_json(), indent=2)


def _print(scores: CaptionScores) -> None:
    from rich.table import Table

    from scanpath.cli.tables import print_whole

    table = Table(*scores.overall, box=None, pad_edge=False)
    table.add_row(*(f"{value:.3f}" for value in scores.overall.values()))
    print_whole(table)
