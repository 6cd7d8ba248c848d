"""Sampled masks as a result: every factor on all pictures, the sentences judged, and a drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from PIL import Image
from torch import Tensor

from scanpath.environment import hardware
from scanpath.errors import ConfigError
from scanpath_attention_rnn.data.digits.recipe import Recipe
from scanpath_attention_rnn.figures import deviations, modes
from scanpath_attention_rnn.figures.chart import chart
from scanpath_attention_rnn.figures.copies import Pictured, draw
from scanpath_attention_rnn.figures.means import IN_THIS_RUN, Statement, mean_of
from scanpath_attention_rnn.figures.networks import Looks, Network
from scanpath_attention_rnn.figures.sheet import Block, Row, blocks_sheet, shown, width_of
from scanpath_attention_rnn.figures.statements import Pair, judge_all
from scanpath_attention_rnn.figures.tiles import Show, heads_of, tiles_of

NOTE = (
    "Pictures with one digit in three colours, which is asked about. First what is attended to if each value is its "
    "mean; then, of samples whose deviations are scaled up, the first that falls on each copy. Each tile goes from its "
    "least value, dark, to its largest; in brackets the product's weight around each copy, times what an even map has."
)

KINDS: tuple[Show, ...] = ("maps", "features")
"""Of which the product tells what a sample attends to."""


class Chosen(NamedTuple):
    """What is drawn."""

    pictures: int
    samples: int
    """K, of each picture at each factor."""
    factors: Sequence[float]
    drawn: int
    """Pictures on the sheet."""
    show: Show
    """On the sheet; what is drawn are samples that reach a copy in this way."""


class Counted(NamedTuple):
    """Of all pictures at one factor."""

    reach: Mapping[Show, modes.Reach]
    answers: modes.Answers

    def plain(self) -> dict[str, Any]:
        """Return the means over pictures as plain values."""
        return {**{str(kind): _plain(reach) for kind, reach in self.reach.items()}, "answers": _plain(self.answers)}


def check_factors(factors: Sequence[float]) -> tuple[float, ...]:
    """Bring factors into order.

    Raises:
        ConfigError: 1 is not among them, none is larger, or one is below 0.
    """
    found = tuple(sorted(set(factors)))
    if 1 not in found or found[-1] <= 1 or not 0 <= found[0] <= found[-1] < float("inf"):
        said = ", ".join(f"{one:g}" for one in found)
        raise ConfigError(f"factors {said} were given, expected 1, at least one above it and none below 0.")
    return found


def sampled_masks(
    networks: Sequence[Network], recipe: Recipe, chosen: Chosen, *, say: Callable[[str], None]
) -> tuple[dict[str, Any], Image.Image]:
    """Measure networks on new pictures of a data set's kind.

    Returns:
        Plain values as they are written, and the drawing.

    Raises:
        ConfigError: A network draws nothing, or has not learnt such questions; factors that cannot be.
    """
    chosen = chosen._replace(factors=check_factors(chosen.factors))
    pictures = [draw(recipe, index) for index in range(chosen.pictures)]
    for network in networks:
        network.layers()
        network.check_words([word for drawn in pictures for word in drawn.words])
    measured: list[dict[str, Any]] = []
    blocks, plain = [], []
    for network in networks:
        found, statements = _measure(network, pictures, chosen, recipe.seed, say)
        measured.append(found)
        factor = statements[chosen.show][-1].factor
        for index, drawn in enumerate(pictures[: chosen.drawn]):
            seed = recipe.seed, index
            plain.append(modes.draw_looks(network, drawn, factor=0, samples=1, seed=seed))
            looks = modes.draw_looks(network, drawn, factor=factor, samples=chosen.samples, seed=seed)
            rows = _rows(plain[-1], looks, drawn, chosen.show, f"factor {factor:g}")
            words = [", ".join(drawn.colors), network.name]
            blocks.append(Block(shown(drawn.picture, drawn.target), f"asked: {drawn.asked}", words, rows))
    result = {
        "hardware": hardware(),
        "data": recipe.variant.name,
        "made_of": recipe.facts(),
        "pictures": chosen.pictures,
        "samples": chosen.samples,
        "networks": measured,
    }
    title = f"What samples fall on: {recipe.variant.name}, with a digit in three colours"
    heads = heads_of(plain, chosen.show)
    above = chart(measured, width_of(blocks[0].picture.width, len(heads)))
    return result, blocks_sheet(title, NOTE, heads, blocks, above=above)


def _measure(
    network: Network, pictures: Sequence[Pictured], chosen: Chosen, seed: int, say: Callable[[str], None]
) -> tuple[dict[str, Any], Mapping[Show, list[Statement]]]:
    by_kind: dict[Show, dict[float, Pair]] = {kind: {} for kind in KINDS}
    factors = []
    for factor in chosen.factors:
        learnt = _counted(network, pictures, factor, chosen.samples, seed)
        turned = _counted(network, pictures, factor, chosen.samples, seed, turn=True)
        for kind, pairs in by_kind.items():
            pairs[factor] = Pair(learnt.reach[kind], turned.reach[kind])
        factors.append({"factor": factor, **learnt.plain(), "turned": turned.plain()})
        told = [
            f"{kind} reach {learnt.reach[kind].modes.mean():.2f} ({turned.reach[kind].modes.mean():.2f})"
            for kind in KINDS
        ]
        told.append(f"answers name {learnt.answers.colors.mean():.2f} ({turned.answers.colors.mean():.2f})")
        say(f"{network.name}, factor {factor:g}, copies (turned): {', '.join(told)}")
    statements: dict[Show, list[Statement]] = {kind: judge_all(pairs) for kind, pairs in by_kind.items()}
    judged = [{"of": kind, **asdict(one)} for kind, of_kind in statements.items() for one in of_kind]
    for one in judged:
        say(f"{network.name}, {one['of']}: {IN_THIS_RUN[one['verdict']]}: {one['words']}")
    layers = deviations.measure(network, pictures)
    plain = {"name": network.name, "run": network.origin, "factors": factors, "layers": layers, "statements": judged}
    return plain, statements


def _counted(
    network: Network, pictures: Sequence[Pictured], factor: float, samples: int, seed: int, *, turn: bool = False
) -> Counted:
    """Sample every picture at one factor, and count."""
    weights: dict[Show, list[modes.Weights]] = {kind: [] for kind in KINDS}
    answers = []
    for index, drawn in enumerate(pictures):
        looks = modes.draw_looks(network, drawn, factor=factor, samples=samples, seed=(seed, index), turn=turn)
        answers.append((looks.answers, drawn.colors))
        for kind, of_kind in weights.items():
            of_kind.append(modes.weigh(_product(looks, kind), drawn))
    return Counted({kind: modes.count_reached(one) for kind, one in weights.items()}, modes.count_answers(answers))


def _plain(counted: modes.Reach | modes.Answers) -> dict[str, Any]:
    return {name: mean_of(values).plain() for name, values in counted._asdict().items()}


def _product(looks: Looks, kind: Show) -> Tensor:
    return looks.product if kind == "maps" else looks.attended


def _rows(plain: Looks, looks: Looks, drawn: Pictured, show: Show, scaled: str) -> list[Row]:
    """Draw what the means attend to, then for each copy the first sample that reaches it."""
    rows, samples = [_row(plain, 0, "each value its mean", drawn, show)], len(looks.answers)
    found = modes.weigh(_product(looks, show), drawn)
    hits = modes.reached(found)
    for place, color in enumerate(drawn.colors):
        first = int(hits[:, place].argmax())
        if hits[first, place]:
            name = f"on the {color} {drawn.asked}: sample {first + 1} of {samples}, {scaled}"
            rows.append(_row(looks, first, name, drawn, show))
        else:
            rows.append(Row(f"on the {color} {drawn.asked}:", None, f"none of {samples} samples, {scaled}", {}))
    return rows


def _row(looks: Looks, number: int, name: str, drawn: Pictured, show: Show) -> Row:
    (weights,) = modes.weigh(_product(looks, show)[number : number + 1], drawn).copies
    around = ", ".join(f"{color} {one:.1f}" for color, one in zip(drawn.colors, weights, strict=True))
    tiles = tiles_of(looks, number, drawn.picture, show, drawn.target)
    return Row(name, looks.answers[number] in drawn.colors, f"{looks.answers[number]}    ({around})", tiles)
