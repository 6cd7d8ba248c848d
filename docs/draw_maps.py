"""Draw the maps of trained runs for the pages of the mechanisms: ``python docs/draw_maps.py FOLDER...``.

A folder is a run, or holds runs at any depth, such as that of ``scanpath compare`` or of ``scanpath reproduce``. Of
each page's mechanism one run on Scenes is drawn, of its first spelling, longest training and first seed, and
``pictures.json`` says which. The questions are chosen by rule, so that all pages show the same. It needs
``scanpath[train]`` and data.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

from spelling import PAGES, mechanisms, pages, place, spelt

from scanpath.data.split import VQASplit
from scanpath.data.tokenisers import tokenize
from scanpath.experiments.running import load_run
from scanpath.files import read_json, write_atomically
from scanpath.report.lettering import font, heat_colour, ink_on
from scanpath.report.overlay import magnify, outline, png
from scanpath.report.panels import draw as draw_panel, panels
from scanpath.tasks.vqa.maps import map_layers
from scanpath.tasks.vqa.targets import Targets

KINDS = ("attribute: color", "attribute: shape", "two-step")
LINE = 22
TILES = 4
"""Tiles beside each other."""


def find(folders: list[Path]) -> dict[str, Path]:
    """Choose a finished run for each page: by its spelling, then the length of training, then the seed."""
    chosen: dict[str, tuple[tuple[Any, ...], Path]] = {}
    for result in sorted(file for folder in folders for file in folder.rglob("result.json")):
        config = configuration(result.parent)
        if not str(config["task"].get("data", "")).startswith("scenes"):
            continue  # the questions are chosen among the kinds that Scenes ask
        for name, spellings in pages().items():
            places = [place(one, spellings) for one in mechanisms(config["task"])]
            number = next((one for one in places if one is not None), None)
            if number is None:
                continue
            rank = (number, -(read_json(result)["samples"] // 10_000), config["seed"], str(result))
            if name not in chosen or rank < chosen[name][0]:
                chosen[name] = (rank, result.parent)
    return {name: folder for name, (_, folder) in chosen.items()}


def configuration(folder: Path) -> dict[str, Any]:
    """Read what a run was, resolved."""
    found: dict[str, Any] = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    return found


def draw(folder: Path) -> tuple[Image.Image, dict[str, Any]]:
    """Draw some questions under a run, one below the other, and tell what is shown."""
    run = load_run(folder)
    task: Any = run.task
    split: VQASplit = task.split("test")
    assert split.annotations is not None  # noqa: S101 - the generated world has answers
    targets = Targets(split)
    rows = choose(split)
    batches = task.batches("test", size=len(rows))
    batch = batches.collate(batches.dataset.__getitems__(rows))
    with torch.no_grad():
        output = run.objective.eval().answer(batch)
    probabilities, best = output.logits.softmax(-1).max(-1)
    sheets = []
    for number, row in enumerate(rows):
        maps = {side: found[number].float().numpy() for side, found in output.maps.items()}
        boxes = None if batch.boxes is None else batch.boxes[batch.image_index[number]].numpy()
        said = f"{task.vocabularies.answers.answers[int(best[number])]} ({float(probabilities[number]):.0%})"
        people = max(split.annotations.answers[row], key=split.annotations.answers[row].count)
        head = f"{split.questions[row]}   It says {said}, people say {people}."
        sheets.append(sheet(head, split, row, targets, maps, boxes, run.objective.model))
    config = configuration(folder)
    facts = {
        "label": label(config),
        "run": folder.name,
        "seed": config["seed"],
        "samples": read_json(folder / "result.json")["samples"],
        "data": config["task"]["data"],
        "questions": [int(split.question_ids[row]) for row in rows],
        "commit": read_json(folder / "env.json").get("commit"),
    }
    return stack(sheets), facts


def choose(split: VQASplit) -> list[int]:
    """Take the first question of each kind about a picture that is not shown yet."""
    assert split.annotations is not None  # noqa: S101 - the generated world has answers
    chosen: list[int] = []
    for kind in KINDS:
        shown = {int(split.image_ids[row]) for row in chosen}
        asked = enumerate(zip(split.annotations.question_types, split.image_ids.tolist(), strict=True))
        chosen += [next(row for row, (own, picture) in asked if own == kind and picture not in shown)]
    return chosen


def label(config: dict[str, Any]) -> str:
    """Spell a run's mechanism as the command line would."""
    found = spelt(next(one for one in mechanisms(config["task"]) if one))
    name = found.pop("name")
    return "`" + ":".join([name, *(f"{key}={value}" for key, value in found.items())]) + "`"


def sheet(
    head: str, split: VQASplit, row: int, targets: Targets, maps: dict[str, Any], boxes: Any, model: Any
) -> Image.Image:
    """Draw one question: its words, the picture and the maps over it, and the words that were looked at."""
    assert split.images is not None  # noqa: S101 - the generated world has pictures
    picture = magnify(split.images.read(split.image_names[int(split.image_ids[row])]))
    target = targets.masks([row])[0].numpy() if targets.object[row] >= 0 else None
    mechanism = model.attention or model.co_attention
    names = [f"{mechanism.axis} {number}" for number in range(1, len(maps["regions"]) + 1)]
    found = panels(maps["regions"], names, kind=mechanism.kind, boxes=boxes, layers=map_layers(model))
    tiles = [tile(picture, target, "picture")]
    tiles += [tile(np.asarray(draw_panel(picture, one)), target, f"{one.name}, {one.remark}") for one in found]
    rows = [beside(tiles[first : first + TILES]) for first in range(0, len(tiles), TILES)]
    words = tokenize(split.questions[row])
    read = [shaded(words, one[: len(words)], number) for number, one in enumerate(maps.get("tokens", ()), 1)]
    return stack([text(head), *rows, *read], gap=4)


def tile(picture: Any, target: Any, name: str) -> Image.Image:
    """Outline what the question is about, and write a name below."""
    marked = picture if target is None else outline(picture, target)
    return stack([Image.fromarray(marked), text(name, 13)], gap=0)


def text(words: str, size: int = 14) -> Image.Image:
    """Draw a line of words."""
    image = Image.new("RGB", (int(font(size).getlength(words)) + 8, LINE), "white")
    ImageDraw.Draw(image).text((0, 3), words, fill=(30, 30, 30), font=font(size))
    return image


def shaded(words: list[str], weights: Any, number: int) -> Image.Image:
    """Draw the words of a question on the colours of their weights, relative to the largest; those are printed."""
    widths = [int(max(font(14).getlength(word), 26)) + 14 for word in words]
    image = Image.new("RGB", (80 + sum(widths), 2 * LINE), "white")
    pen, left = ImageDraw.Draw(image), 80
    pen.text((0, 4), f"words {number}", fill=(60, 60, 60), font=font(13))
    for word, weight, width in zip(words, weights, widths, strict=True):
        ground = heat_colour(float(weight / max(weights.max(), 1e-9)))
        pen.rectangle((left, 1, left + width - 4, LINE), fill=ground)
        pen.text((left + 5, 3), word, fill=ink_on(ground), font=font(14))
        pen.text((left + 5, LINE + 3), f"{float(weight):.0%}", fill=(90, 90, 90), font=font(12))
        left += width
    return image


def stack(images: list[Image.Image], gap: int = 14) -> Image.Image:
    """Put images one below the other."""
    whole = Image.new("RGB", (max(one.width for one in images), sum(one.height + gap for one in images)), "white")
    top = 0
    for one in images:
        whole.paste(one, (0, top))
        top += one.height + gap
    return whole


def beside(images: list[Image.Image], gap: int = 8) -> Image.Image:
    """Put images side by side."""
    whole = Image.new("RGB", (sum(one.width + gap for one in images), max(one.height for one in images)), "white")
    left = 0
    for one in images:
        whole.paste(one, (left, 0))
        left += one.width + gap
    return whole


def main() -> None:
    """Draw what the folders hold; pages without a run keep what they have."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, help="runs, or folders that hold them")
    parser.add_argument("--out", type=Path, default=PAGES, help="where the pictures go; the pages' folder else")
    arguments = parser.parse_args()
    listed = arguments.out / "pictures.json"
    told = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else {}
    chosen = find(arguments.folders)
    for name, folder in sorted(chosen.items()):
        image, told[name] = draw(folder)
        # by coverage: cut at the median, the red of a small object became the mean of red and purple ones
        few = image.quantize(160, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        write_atomically(arguments.out / f"{name}.png", png(few))
        sys.stdout.write(f"{name}.png: {told[name]['label']}, {folder}\n")
    write_atomically(listed, json.dumps(told, indent=1, sort_keys=True) + "\n")
    without = ", ".join(name for name in pages() if name not in told)
    sys.stdout.write(f"No picture yet: {without}.\n" if without else "")


if __name__ == "__main__":
    main()
