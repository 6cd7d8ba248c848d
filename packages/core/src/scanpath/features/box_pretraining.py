"""Pre-training of ``scenes_boxes``: a head on ``scenes_cnn`` learns where objects are, and how large; nothing else.

The shipped ``scenes_cnn`` stays as it is. Pictures come from a seed of their own, so that none of a data set is among
them, and no question is ever seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.features.labelled import LabelledPictures, draw_labelled
from scanpath.features.loading import read_weights, shipped
from scanpath.features.preprocessing import Preprocessing
from scanpath.features.pretraining import batches, descend, flipped, save, to_pixels
from scanpath.features.scenes_boxes import CELL, NAME, SceneDetector, ScenesBoxes

FOUND = 0.5
"""A box is an object's where they overlap by at least as much: intersection over union."""


class Outlines(NamedTuple):
    """Where the objects of N pictures are."""

    boxes: Tensor
    """x1, y1, x2, y2 in pixels from edge to edge, (N, O, 4)."""
    real: Tensor
    """False where a picture has fewer objects, (N, O)."""


class CentreTargets(NamedTuple):
    """What the cells of N pictures are taught, K = h * w in raster order."""

    centre: Tensor
    """1 where an object's centre lies, else 0, (N, K)."""
    boxes: Tensor
    """Of that object, in pixels, (N, K, 4); 0 elsewhere."""


def outlines(labels: Tensor, objects: int) -> Outlines:
    """Find the boxes of objects in label maps.

    Args:
        labels: uint8 (N, H, W), 0 ground and i + 1 object i.
        objects: O, the most a picture has.
    """
    shown = torch.stack([labels == number + 1 for number in range(objects)], 1)  # (N, O, H, W)
    (x1, x2), (y1, y2) = _ends(shown.any(2)), _ends(shown.any(3))
    return Outlines(torch.stack([x1, y1, x2, y2], -1).float(), shown.flatten(2).any(-1))


def _ends(shown: Tensor) -> tuple[Tensor, Tensor]:
    """Find the first True and the place behind the last: (..., side) -> (...) each."""
    lit = shown.to(torch.uint8)  # whose argmax is the first of the largest
    return lit.argmax(-1), shown.shape[-1] - lit.flip(-1).argmax(-1)


def centre_targets(found: Outlines, height: int, width: int) -> CentreTargets:
    """Give each object to the cell of a grid of ``height`` x ``width`` that its box's centre lies in."""
    column, row = ((found.boxes[..., :2] + found.boxes[..., 2:]) / 2 / CELL).floor().long().unbind(-1)  # (N, O)
    cell = row.clamp(max=height - 1) * width + column.clamp(max=width - 1)
    picture, thing = found.real.nonzero(as_tuple=True)
    places = picture, cell[picture, thing]
    centre = found.boxes.new_zeros(len(found.boxes), height * width)
    boxes = found.boxes.new_zeros(*centre.shape, 4)
    centre[places] = 1
    boxes[places] = found.boxes[picture, thing]
    return CentreTargets(centre, boxes)


def objective(scores: Tensor, boxes: Tensor, targets: CentreTargets) -> Tensor:
    """Sum two means: the cross-entropy of centres over all cells, and over cells with one how far boxes are off.

    A box is off by the mean distance of its four sides, in cells.

    Args:
        scores: (N, K).
        boxes: (N, K, 4).
        targets: what they should be.
    """
    there = targets.centre > 0
    off = (boxes[there] - targets.boxes[there]).abs() / CELL
    return F.binary_cross_entropy_with_logits(scores, targets.centre) + off.mean()


def teach(data: LabelledPictures, *, seed: int, epochs: int, batch: int = 64, rate: float = 4e-3) -> SceneDetector:
    """Train the head on the shipped backbone; equal seeds give equal weights on one machine.

    Args:
        data: what to learn from.
        seed: of the weights and of the order.
        epochs: passes over the pictures.
        batch: pictures in a step.
        rate: as of :func:`scanpath.features.pretraining.descend`.
    """
    steps = len(data.pictures) // batch * epochs
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        detector = SceneDetector()
    detector.trunk.load_state_dict(read_weights(shipped("scenes_cnn")))
    detector.trunk.requires_grad_(requires_grad=False)
    objects = next(iter(data.attributes.values())).shape[1]

    def losses() -> Iterator[Tensor]:
        for number, rows in enumerate(batches(len(data.pictures), batch, epochs, seed)):
            pictures, labels = flipped(data, rows, number)
            grid = detector.trunk(to_pixels(pictures))
            targets = centre_targets(outlines(labels, objects), *grid.shape[2:])
            yield objective(*detector.centres(grid), targets)

    descend(detector.head.parameters(), losses(), steps=steps, rate=rate)
    return detector


def found_boxes(extractor: ScenesBoxes, data: LabelledPictures, *, batch: int = 256) -> dict[str, float]:
    """Measure a detector: ``recall`` of objects and ``precision`` of boxes, in percent, and ``iou`` of those found.

    A picture's boxes claim objects in the order of their confidence, each the one it overlaps most that is not yet
    claimed; it is found where they overlap by at least :data:`FOUND`.
    """
    from torchvision.ops import box_iou

    side = data.pictures.shape[-1]
    true = outlines(data.labels, next(iter(data.attributes.values())).shape[1])
    overlaps: list[float] = []
    told = 0
    for rows in torch.split(torch.arange(len(data.pictures)), batch):
        described = extractor.describe(data.pictures[rows])  # type: ignore[arg-type]  # a batch is a sequence of pictures
        for row, boxes in zip(rows.tolist(), described.boxes or (), strict=True):
            shared = box_iou(boxes * side, true.boxes[row, true.real[row]])  # (K', O')
            told += len(boxes)
            for one in shared:
                best, thing = one.max(0)
                if best >= FOUND:
                    overlaps.append(float(best))
                    shared[:, thing] = 0
    found = len(overlaps)
    return {
        "recall": 100 * found / max(int(true.real.sum()), 1),
        "precision": 100 * found / max(told, 1),
        "iou": sum(overlaps) / max(found, 1),
    }


def pretrain_scenes_boxes(
    path: Path, *, pictures: int = 8000, world_seed: int = 999, seed: int = 0, epochs: int = 16
) -> dict[str, float]:
    """Draw the pictures, train, measure on pictures never seen, and write all weights to ``path``.

    Arguments are those of :func:`scanpath.features.pretraining.pretrain_scenes_cnn`.

    Returns:
        What :func:`found_boxes` says of held-out pictures, measured on the weights as written.
    """
    data = draw_labelled(pictures, seed=world_seed, split="train")
    detector = teach(data, seed=seed, epochs=epochs)
    detector.half().float()  # as the file will have them
    held_out = draw_labelled(max(1, pictures // 8), seed=world_seed, split="test")
    measured = found_boxes(ScenesBoxes(detector, preprocessing=Preprocessing()), held_out)
    facts = {
        "command": f"scanpath features pretrain {NAME} --pictures {pictures} --world-seed {world_seed} "
        f"--seed {seed} --epochs {epochs}",
        "data_sha256": data.checksum(),
        "torch": torch.__version__,
        **{f"held_out_{name}": f"{value:.2f}" for name, value in measured.items()},
    }
    save(path, detector, facts)
    return measured
