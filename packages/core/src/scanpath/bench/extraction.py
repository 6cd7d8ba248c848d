"""What extraction costs more than the bare network: reading, resizing, encoding and writing, all beside its passes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from scanpath.bench.data import Line
from scanpath.errors import missing_extra
from scanpath.features.backbones import create_extractor
from scanpath.features.extraction import extract
from scanpath.features.frozen import Extractor
from scanpath.features.pictures import NumberedPictures, number_pictures

AIM = 0.9
HEIGHT, WIDTH = 480, 640
"""Of most photographs of COCO."""


@dataclass(frozen=True, kw_only=True)
class ExtractionSizes:
    """What is measured on."""

    backbone: str = "resnet152"
    size: int | None = 448
    pictures: int = 24
    batch: int = 8
    rounds: int = 3
    device: str = "cuda" if torch.cuda.is_available() else "cpu"


def measure_extraction(folder: Path, chosen: ExtractionSizes | None = None) -> Iterator[Line]:
    """Measure an extraction from JPEG files to a finished store beside the bare passes of the same batches, in turn.

    Args:
        folder: an empty one.
        chosen: what is measured on.

    Raises:
        MissingExtraError: Pillow or torchvision is not installed.
    """
    chosen = chosen or ExtractionSizes()
    pictures = draw_photographs(folder / "photographs", chosen.pictures)
    extractor = create_extractor(chosen.backbone, weights="random", size=chosen.size)
    extractor.to(chosen.device)
    numbers = count()

    def whole() -> None:
        store = folder / f"store{next(numbers)}"
        # as many bytes as half precision, which does not hold what a deep network of random weights gives
        extract(pictures, extractor, store, batch=chosen.batch, device=chosen.device, dtype="bfloat16")

    cases = {"bare": _bare(pictures, extractor, chosen), "whole": whole}
    taken: dict[str, list[_Taken]] = {name: [] for name in cases}
    for number in range(chosen.rounds + 1):
        for name in [*cases][:: 1 if number % 2 else -1]:  # who begins changes
            began, busy = time.perf_counter(), time.process_time()
            cases[name]()
            if number:  # the first round does not count
                taken[name].append(_Taken(time.perf_counter() - began, time.process_time() - busy))
    yield from _lines(taken["bare"], taken["whole"], chosen)


class _Taken(NamedTuple):
    """What a round took."""

    seconds: float
    processor: float
    """Seconds of all cores together, which a busy machine does not change."""


def draw_photographs(folder: Path, pictures: int) -> NumberedPictures:
    """Draw JPEG files that take as long to read as photographs: patches of colour, with the grain of a camera."""
    try:
        from PIL import Image
    except ImportError:
        raise missing_extra("pillow", purpose="drawing photographs") from None
    folder.mkdir()
    draw = np.random.default_rng(0)
    for number in range(pictures):
        coarse = draw.integers(0, 256, (HEIGHT // 20, WIDTH // 20, 3), np.uint8)
        patches = np.asarray(Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
        grain = patches + draw.normal(0, 8, patches.shape)
        Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(folder / f"{number:012d}.jpg", quality=90)
    return number_pictures(folder)


def _bare(pictures: NumberedPictures, extractor: Extractor, chosen: ExtractionSizes) -> Callable[[], None]:
    """Return passes over the prepared pictures that lie in memory, and nothing else."""
    names = [pictures.image_names[image] for image in pictures.image_ids.tolist()]
    prepared = [extractor.prepare(pictures.images.read(name)) for name in names]

    def passes() -> None:
        for first in range(0, len(prepared), chosen.batch):
            found = extractor.describe(prepared[first : first + chosen.batch]).features
        if chosen.device != "cpu":
            found[-1].cpu()  # waits for the device

    return passes


def _lines(bare: list[_Taken], whole: list[_Taken], chosen: ExtractionSizes) -> Iterator[Line]:
    def speed(rounds: list[_Taken]) -> float:
        return chosen.pictures / statistics.median(one.seconds for one in rounds)

    pixels = f" at {chosen.size} pixels" if chosen.size else ""
    yield Line(what=f"bare passes of {chosen.backbone}{pixels}", value=speed(bare), unit="pictures/s")
    yield Line(what="extraction, from JPEG files to a store", value=speed(whole), unit="pictures/s")
    rounds = [*zip(bare, whole, strict=True)]
    found = statistics.median(one.seconds / other.seconds for one, other in rounds)
    yield Line(
        what="extraction by bare passes",
        value=found,
        unit="x",
        ratio=found,
        than="bare passes",
        aim=f">= {AIM}",
        met=found >= AIM,
    )
    worked = statistics.median(one.processor / other.processor for one, other in rounds)
    yield Line(what="of the processor's time", value=worked, unit="x", ratio=worked, than="bare passes")
