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
    """Score generated captions."""


@app.command()
def score(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help='Results file, a list of {"image_id": 1, "caption": "a dog"}.')
    ],
    data: Annotated[
        str,
        typer.Option(
            "--data", metavar="DATA", help="Caption data set of scanpath data list; COCO comes in Karpathy's split."
        ),
    ] = "coco-captions",
    split: Annotated[str | None, typer.Option("--split", metavar="SPLIT", help="Split of --data, val or test.")] = None,
    references: Annotated[
        Path | None,
        typer.Option(
            "--references",
            metavar="FILE",
            help="Official captions file, such as captions_val2014.json, in place of --data and --split.",
        ),
    ] = None,
    tokeniser: Annotated[
        str,
        typer.Option(
            "--tokeniser",
            metavar="TOKENISER",
            help="Tokeniser: ptb, the official one, or plain, which needs no Java but gives no METEOR.",
        ),
    ] = "ptb",
    root: Annotated[
        Path | None,
        typer.Option(
            "--root", metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="JSON file to write all scores to, including those per picture."),
    ] = None,
) -> None:
    """Score captions with BLEU, METEOR, ROUGE-L and CIDEr.

    Prints BLEU-1 to BLEU-4, METEOR, ROUGE-L and CIDEr as fractions, as pycocoevalcap computes them. Every picture needs
    exactly one caption: scores of a part of them are not comparable. Requires the extra scanpath[captions] and, for the
    official tokeniser and METEOR, Java.

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
