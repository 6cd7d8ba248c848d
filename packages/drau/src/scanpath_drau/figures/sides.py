"""Words and regions of some questions on one page: a block for each, every model's maps in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from scanpath.data.catalogue import open_split
from scanpath.data.split import VQASplit
from scanpath.errors import ConfigError, DataError
from scanpath.experiments.vqa_examples import about_one, choose_in_turn
from scanpath.predict import Model, Prediction, load_run
from scanpath.report.answer_sheet import Sheet, answer_sheet
from scanpath.report.figure_command import named_runs
from scanpath.report.overlay import Map
from scanpath.report.panels import Panel, panels

COLUMNS = 2
RULE = (216, 220, 225)


def load_models(runs: Sequence[str]) -> dict[str, Model]:
    """Load trained runs, ``"DRAU=FOLDER"`` each; without a name the folder's is taken.

    Raises:
        ConfigError: Two of one name, or one that looks at no regions.
    """
    models: dict[str, Model] = {}
    for given, folder in named_runs(runs):
        model = load_run(folder)
        name = given or folder.rstrip("/").rpartition("/")[2]
        if name in models:
            raise ConfigError(f"two runs are called {name!r}: give each a name of its own, such as MCB=FOLDER.")
        models[name] = model
    return models


def draw_sides(
    models: Mapping[str, Model], data: str, split: str, questions: int, root: str | None = None
) -> Image.Image:
    """Draw questions of a data set with where each model looks, types in turn and no picture twice.

    Args:
        models: By name, in order.
        data: What they have learnt.
        split: Whose questions.
        questions: How many.
        root: The folder of the data sets.

    Raises:
        DataError: The split has no pictures or no public answers.
        ConfigError: A model that looks at no regions.
    """
    found = open_split(data, split, root)
    if found.images is None or found.annotations is None:
        raise DataError(f"{found.name} has no pictures or no public answers: name another --split.")
    rows = choose_in_turn(found, questions, lambda row: about_one(found, row))
    return paged([_block(models, found, row) for row in rows])


def _block(models: Mapping[str, Model], split: VQASplit, row: int) -> Image.Image:
    assert split.images is not None  # noqa: S101 - the caller has looked
    assert split.annotations is not None  # noqa: S101 - likewise
    picture = split.images.read(split.image_names[int(split.image_ids[row])])
    said = {name: model.predict(picture, split.questions[row]) for name, model in models.items()}
    return answer_sheet(sheet_of(split.questions[row], split.annotations.modal[row], picture, said))


def sheet_of(question: str, answer: str, picture: npt.NDArray[np.uint8], said: Mapping[str, Prediction]) -> Sheet:
    """Put on one sheet what several models say of a question: answers, maps over regions, maps over words.

    Args:
        question: As it was asked.
        answer: The most common one of people.
        picture: (H, W, 3).
        said: By the model's name.

    Raises:
        ConfigError: A model that looks at no regions.
    """
    drawn: list[Panel] = []
    words: list[str] = []
    word_maps: dict[str, Map] = {}
    for name, one in said.items():
        if "regions" not in one.maps:
            raise ConfigError(f"{name} looks at no regions, so there is nothing to draw: leave it out.")
        titles = [f"{name}, {title}" for title in one.names["regions"]]
        drawn += panels(one.maps["regions"], titles, kind=one.kind, boxes=one.boxes, layers=one.layers)
        if "tokens" in one.maps:
            words = one.words
            word_maps |= {
                f"{name}, {title}": weights
                for title, weights in zip(one.names["tokens"], one.maps["tokens"], strict=True)
            }
    return Sheet(
        question=f"{question} ({answer})",
        answers=[(f"{name}: {one.answer}", one.probability) for name, one in said.items()],
        picture=picture,
        panels=drawn,
        words=words,
        word_maps=word_maps,
    )


def paged(blocks: Sequence[Image.Image]) -> Image.Image:
    """Lay blocks out in two columns, row by row, with a rule between rows."""
    lines = [blocks[first : first + COLUMNS] for first in range(0, len(blocks), COLUMNS)]
    wide = max(block.width for block in blocks)
    heights = [max(block.height for block in line) for line in lines]
    page = Image.new("RGB", (wide * min(COLUMNS, len(blocks)), sum(heights)), "white")
    pen, top = ImageDraw.Draw(page), 0
    for line, height in zip(lines, heights, strict=True):
        if top:
            pen.line((0, top, page.width, top), fill=RULE)
        for column, block in enumerate(line):
            page.paste(block, (column * wide, top + 1))
        top += height
    return page
