"""Where trained networks look, layer by layer, on pictures of a data set (Figs. 6b and 14-16), and how well.

The paper shows each layer's features times its map, and says that ARNN captures the whole digit where local attention
sees a part of it. Here that is two numbers of the product of all maps: its weight on the digit's pixels (correctness),
and the share of these pixels at which it is above what an even map has (coverage).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from scanpath.data.split import VQASplit
from scanpath.environment import hardware
from scanpath.errors import DataError
from scanpath.metrics.looking import attention_correctness, grid_cover
from scanpath.predict.pictures import Picture
from scanpath.tasks.vqa.targets import Targets
from scanpath_attention_rnn.figures.means import mean_of
from scanpath_attention_rnn.figures.networks import Looks, Network
from scanpath_attention_rnn.figures.sheet import Block, Row, blocks_sheet, heat, over, shown

Show = Literal["features", "maps"]
ROUNDING = 1e-5
"""A share by which an even map may be above itself."""
PICTURES = 10
"""That a network looks at together."""
NOTES: Mapping[Show, str] = {
    "features": "Behind each pooling layer its features times the map, averaged over channels; the product of these, "
    "and of all maps, over the picture.",
    "maps": "The map behind each pooling layer, and the product of all maps, over the picture.",
}
NOTE = (
    " The digit that is asked about is outlined. Each tile goes from its least value, dark, to its largest. On it: how "
    "much of the maps' product lies on the digit's pixels; covered: the share of these where it is above an even map."
)


class Subject(NamedTuple):
    """N pictures with all their questions, each about one digit."""

    split: VQASplit
    """The Q questions, picture by picture."""
    pictures: Sequence[Picture]
    rows: npt.NDArray[np.int64]
    """Of each question's picture, (Q,), ascending."""
    targets: Targets


class Found(NamedTuple):
    """What was measured of each question, (Q,)."""

    right: npt.NDArray[np.bool_]
    correctness: npt.NDArray[np.float64]
    coverage: npt.NDArray[np.float64]
    answers: list[str]


def read_subject(split: VQASplit, pictures: int) -> Subject:
    """Read the first pictures of a split, by their ids.

    Raises:
        DataError: Data without pictures, answers or masks.
    """
    if split.images is None or split.grounding is None or split.annotations is None:
        raise DataError(f"{split.name} has no masks of what is asked about: take one of the data sets of digits.")
    ids = np.unique(split.image_ids)[:pictures]
    chosen = np.flatnonzero(np.isin(split.image_ids, ids))
    found = split.take(chosen[np.argsort(split.image_ids[chosen], kind="stable")])
    targets = Targets(found)
    if (targets.object < 0).any():
        raise DataError(
            f"{split.name} has questions that are not about one object: take one of the data sets of digits."
        )
    read = [split.images.read(split.image_names[image]) for image in ids.tolist()]
    return Subject(found, read, np.searchsorted(ids, found.image_ids), targets)


def coverage(products: Tensor, covers: Tensor) -> Tensor:
    """Give the share of an object at which a map is above an even one.

    Args:
        products: (B, H, W), sum 1.
        covers: The share of each cell that the object fills, (B, H, W).

    Returns:
        (B,) in [0, 1], 0 of an even map.
    """
    even = 1 / products[0].numel()
    above = products > even * (1 + ROUNDING)
    return (covers * above).sum((1, 2)) / covers.sum((1, 2))


def measure(network: Network, subject: Subject) -> Found:
    """Show a network all pictures and ask it all questions, some at a time."""
    correct, covered = [], []
    answers: list[str] = []
    for first in range(0, len(subject.pictures), PICTURES):
        start, stop = np.searchsorted(subject.rows, [first, first + PICTURES]).tolist()
        found = look(network, subject, range(start, stop))
        masks = subject.targets.masks(range(start, stop))
        correct.append(attention_correctness(list(found.maps.values()), masks)[:, 0])
        covered.append(coverage(found.product, grid_cover(masks, (found.product.shape[1], found.product.shape[2]))))
        answers += found.answers
    assert subject.split.annotations is not None  # noqa: S101 - whoever read it has looked
    right = np.asarray([one == true for one, true in zip(answers, subject.split.annotations.modal, strict=True)])
    return Found(right, torch.cat(correct).double().numpy(), torch.cat(covered).double().numpy(), answers)


def look(network: Network, subject: Subject, questions: Sequence[int]) -> Looks:
    """Ask a network some questions that stand one behind the other."""
    first, last = int(subject.rows[questions[0]]), int(subject.rows[questions[-1]])
    rows = [int(subject.rows[question]) - first for question in questions]
    asked = [subject.split.questions[question] for question in questions]
    return network.look(subject.pictures[first : last + 1], asked, rows)


def layer_maps(
    networks: Sequence[Network], subject: Subject, *, drawn: int, show: Show, say: Callable[[str], None]
) -> tuple[dict[str, Any], Image.Image]:
    """Measure networks on all pictures and draw the first question of the first few.

    Returns:
        Plain values as they are written, and the drawing.

    Raises:
        ConfigError: A network has not learnt such questions.
    """
    for network in networks:
        network.check_words(list(subject.split.questions))
    found = {}
    for network in networks:
        found[network.name] = measure(network, subject)
        say(f"{network.name}: {_line(found[network.name])}")
    firsts = [int(np.flatnonzero(subject.rows == row)[0]) for row in range(min(drawn, len(subject.pictures)))]
    name, _, part = subject.split.name.partition("/")
    result = {
        "hardware": hardware(),
        "data": name,
        "split": part,
        "pictures": len(subject.pictures),
        "questions": len(subject.split),
        "even": float(subject.targets.area.mean()),
        "networks": [_plain(network, found[network.name], subject, firsts) for network in networks],
    }
    return result, _draw(networks, found, subject, firsts, show)


def _plain(network: Network, found: Found, subject: Subject, firsts: Sequence[int]) -> dict[str, Any]:
    measures = {"accuracy": found.right, "correctness": found.correctness, "coverage": found.coverage}
    return {
        "name": network.name,
        "run": network.origin,
        "measures": {name: mean_of(values, subject.rows).plain() for name, values in measures.items()},
        "drawn": [
            {
                "question": subject.split.questions[question],
                "answer": found.answers[question],
                "right": bool(found.right[question]),
                "correctness": float(found.correctness[question]),
                "coverage": float(found.coverage[question]),
            }
            for question in firsts
        ],
    }


def _line(found: Found) -> str:
    means = found.right.mean(), found.correctness.mean(), found.coverage.mean()
    return "accuracy {:.1%}, correctness {:.3f}, coverage {:.3f}".format(*means)


def _draw(
    networks: Sequence[Network], found: Mapping[str, Found], subject: Subject, firsts: Sequence[int], show: Show
) -> Image.Image:
    heads: list[str] = []
    blocks = []
    for question in firsts:
        picture = subject.pictures[subject.rows[question]]
        target = subject.targets.masks([question])[0].numpy()
        rows = []
        for network in networks:
            looks, of_it = look(network, subject, [question]), found[network.name]
            heads = heads_of(looks, show)
            words = (
                f"{of_it.answers[question]}    on it {of_it.correctness[question]:.0%}, "
                f"covered {of_it.coverage[question]:.0%}"
            )
            tiles = tiles_of(looks, 0, picture, show, target)
            rows.append(Row(network.name, bool(of_it.right[question]), words, tiles))
        assert subject.split.annotations is not None  # noqa: S101 - whoever read it has looked
        asked, answer = subject.split.questions[question], subject.split.annotations.modal[question]
        blocks.append(Block(shown(picture, target), f"asked: {asked}", [f"answer: {answer}"], rows))
    title = f"Where they look, layer by layer: {subject.split.name}"
    return blocks_sheet(title, NOTES[show] + NOTE, heads, blocks)


def tiles_of(
    looks: Looks, number: int, picture: Picture, show: Show, *targets: npt.NDArray[np.bool_]
) -> list[Image.Image]:
    """Draw what one question, the ``number``-th, made of each layer, and the products of all."""
    size = shown(picture).size
    product = over(picture, looks.product[number].numpy(), *targets)
    if show == "maps":
        return [*(over(picture, one[number, 0].numpy(), *targets) for one in looks.maps.values()), product]
    attended = over(picture, looks.attended[number].numpy(), *targets)
    return [*(heat(one[number].numpy(), size, *targets) for one in looks.features), attended, product]


def heads_of(looks: Looks, show: Show) -> list[str]:
    """Name the tiles that :func:`tiles_of` draws."""
    layers = [f"{name}, {one.shape[2]} x {one.shape[3]}" for name, one in looks.maps.items()]
    return [*layers, *(["product of these"] if show == "features" else []), "product of maps"]
