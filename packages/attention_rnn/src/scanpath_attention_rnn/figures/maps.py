"""Where trained networks look, layer by layer, on pictures of a data set (Figs. 6b and 14-16), and how well.

The paper shows each layer's features times its map, and says that ARNN captures the whole digit where local attention
sees a part of it. Here that is two numbers of the product of all maps: its weight on the digit's pixels (correctness),
and the share of these pixels at which it is above what an even map has (coverage).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

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
from scanpath_attention_rnn.figures.networks import ROUNDING, Looks, Network
from scanpath_attention_rnn.figures.sheet import Block, Row, blocks_sheet, shown
from scanpath_attention_rnn.figures.tiles import Show, heads_of, tiles_of

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


class Drawn(NamedTuple):
    """What one network made of one question that is drawn."""

    question: int
    looks: Looks
    found: Found


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
    starts = np.searchsorted(subject.rows, range(0, len(subject.pictures), PICTURES)).tolist()
    parts = [ask(network, subject, range(*ends))[1] for ends in itertools.pairwise([*starts, len(subject.rows)])]
    return Found(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def ask(network: Network, subject: Subject, questions: Sequence[int]) -> tuple[Looks, Found]:
    """Ask a network some questions that stand one behind the other, and measure what it makes of them."""
    first, last = int(subject.rows[questions[0]]), int(subject.rows[questions[-1]])
    rows = [int(subject.rows[question]) - first for question in questions]
    asked = [subject.split.questions[question] for question in questions]
    looks = network.look(subject.pictures[first : last + 1], asked, rows)
    masks = subject.targets.masks(questions)
    covers = grid_cover(masks, (looks.product.shape[1], looks.product.shape[2]))
    assert subject.split.annotations is not None  # noqa: S101 - whoever read it has looked
    answers = [subject.split.annotations.modal[question] for question in questions]
    found = Found(
        right=np.asarray([one == true for one, true in zip(looks.answers, answers, strict=True)]),
        correctness=attention_correctness(list(looks.maps.values()), masks)[:, 0].double().numpy(),
        coverage=coverage(looks.product, covers).double().numpy(),
    )
    return looks, found


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
    measured = []
    rows: list[list[Drawn]] = []
    for network in networks:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)  # of networks that draw what they attend to
            found = measure(network, subject)
            rows.append([_drawn(network, subject, question) for question in _firsts(subject)[:drawn]])
        measured.append(_plain(network, found, subject, rows[-1]))
        say(f"{network.name}: {_line(found)}")
    name, _, part = subject.split.name.partition("/")
    result = {
        "hardware": hardware(),
        "data": name,
        "split": part,
        "pictures": len(subject.pictures),
        "questions": len(subject.split),
        "even": float(subject.targets.area.mean()),
        "networks": measured,
    }
    heads = heads_of([of_network[0].looks for of_network in rows], show)
    title = f"Where they look, layer by layer: {subject.split.name}"
    blocks = [_block(networks, subject, of_question, show) for of_question in zip(*rows, strict=True)]
    return result, blocks_sheet(title, NOTES[show] + NOTE, heads, blocks)


def _firsts(subject: Subject) -> list[int]:
    """Return the first question of each picture."""
    first: list[int] = np.unique(subject.rows, return_index=True)[1].tolist()
    return first


def _drawn(network: Network, subject: Subject, question: int) -> Drawn:
    return Drawn(question, *ask(network, subject, [question]))


def _plain(network: Network, found: Found, subject: Subject, drawn: Sequence[Drawn]) -> dict[str, Any]:
    measures = {"accuracy": found.right, "correctness": found.correctness, "coverage": found.coverage}
    return {
        "name": network.name,
        "run": network.origin,
        "measures": {name: mean_of(values, subject.rows).plain() for name, values in measures.items()},
        "drawn": [
            {
                "question": subject.split.questions[one.question],
                "answer": one.looks.answers[0],
                **{name: values[0].item() for name, values in one.found._asdict().items()},
            }
            for one in drawn
        ],
    }


def _line(found: Found) -> str:
    means = found.right.mean(), found.correctness.mean(), found.coverage.mean()
    return "accuracy {:.1%}, correctness {:.3f}, coverage {:.3f}".format(*means)


def _block(networks: Sequence[Network], subject: Subject, drawn: Sequence[Drawn], show: Show) -> Block:
    """Draw one question and what each network made of it."""
    question = drawn[0].question
    picture, target = subject.pictures[subject.rows[question]], subject.targets.masks([question])[0].numpy()
    rows = []
    for network, (_, looks, found) in zip(networks, drawn, strict=True):
        words = f"{looks.answers[0]}    on it {found.correctness[0]:.0%}, covered {found.coverage[0]:.0%}"
        rows.append(Row(network.name, bool(found.right[0]), words, tiles_of(looks, 0, picture, show, target)))
    assert subject.split.annotations is not None  # noqa: S101 - whoever read it has looked
    asked, answer = subject.split.questions[question], subject.split.annotations.modal[question]
    return Block(shown(picture, target), f"asked: {asked}", [f"answer: {answer}"], rows)
