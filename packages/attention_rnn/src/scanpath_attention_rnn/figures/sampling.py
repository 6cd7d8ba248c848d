"""Sampled masks as a result: every factor on all pictures, the sentences judged, and a drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from PIL import Image

from scanpath.environment import hardware
from scanpath.errors import ConfigError
from scanpath_attention_rnn.data.digits.recipe import Recipe
from scanpath_attention_rnn.figures import deviations, modes
from scanpath_attention_rnn.figures.chart import chart
from scanpath_attention_rnn.figures.copies import Pictured, draw
from scanpath_attention_rnn.figures.maps import Show, tiles_of
from scanpath_attention_rnn.figures.means import Statement, mean_of
from scanpath_attention_rnn.figures.networks import Looks, Network
from scanpath_attention_rnn.figures.sheet import Block, Row, blocks_sheet, shown, width_of
from scanpath_attention_rnn.figures.statements import judge_all

NOTE = (
    "Pictures with one digit in three colours, which is asked about. First what is attended to if each value is its "
    "mean; then, of samples whose deviations are scaled up, the first that falls on each copy. Each tile goes from its "
    "least value, dark, to its largest; in brackets the weight of the product in the box around each copy."
)


class Chosen(NamedTuple):
    """What is drawn."""

    pictures: int
    samples: int
    """K, of each picture at each factor."""
    factors: Sequence[float]
    drawn: int
    """Pictures on the sheet."""
    show: Show


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
    factors = check_factors(chosen.factors)
    pictures = [draw(recipe, index) for index in range(chosen.pictures)]
    for network in networks:
        network.layers()
        network.check_words([word for drawn in pictures for word in drawn.words])
    measured, blocks, heads = [], [], ["product of all"]
    for network in networks:
        found, statements = _measure(network, pictures, factors, chosen.samples, recipe.seed, say)
        measured.append(found)
        for index, drawn in enumerate(pictures[: chosen.drawn]):
            names, block = _block(network, drawn, (recipe.seed, index), statements[-1].factor, chosen)
            heads = [*names, "product of all"]
            blocks.append(block)
    result = {
        "hardware": hardware(),
        "data": recipe.variant.name,
        "made_of": recipe.facts(),
        "pictures": chosen.pictures,
        "samples": chosen.samples,
        "networks": measured,
    }
    width = width_of(blocks[0].picture.width, len(heads))
    title = f"What samples fall on: {recipe.variant.name}, with a digit in three colours"
    return result, blocks_sheet(title, NOTE, heads, blocks, above=chart(measured, width))


def _measure(
    network: Network,
    pictures: Sequence[Pictured],
    factors: Sequence[float],
    samples: int,
    seed: int,
    say: Callable[[str], None],
) -> tuple[dict[str, Any], list[Statement]]:
    counted = {}
    for factor in factors:
        counted[factor] = modes.counts(
            [
                modes.sampled(
                    modes.draw_looks(network, drawn, factor=factor, samples=samples, seed=(seed, index)), drawn
                )
                for index, drawn in enumerate(pictures)
            ]
        )
        found = counted[factor]
        say(
            f"{network.name}, factor {factor:g}: {found.modes.mean():.2f} copies reached, "
            f"{found.others.mean():.2f} other digits, all three copies in {found.all_modes.mean():.1%} of pictures"
        )
    statements = judge_all(counted)
    for one in statements:
        say(f"{network.name}: {one.verdict}: {one.words}")
    plain = {
        "name": network.name,
        "run": network.origin,
        "factors": [
            {"factor": factor, "measures": {name: mean_of(one).plain() for name, one in found._asdict().items()}}
            for factor, found in counted.items()
        ],
        "layers": deviations.measure(network, pictures),
        "statements": [asdict(one) for one in statements],
    }
    return plain, statements


def _block(
    network: Network, drawn: Pictured, seed: Sequence[int], factor: float, chosen: Chosen
) -> tuple[list[str], Block]:
    rows = list(_rows(network, drawn, seed, factor, chosen))
    looks = modes.draw_looks(network, drawn, factor=0, samples=1, seed=seed)
    names = [f"{name}, {one.shape[2]} x {one.shape[3]}" for name, one in looks.maps.items()]
    words = [", ".join(drawn.colors), network.name]
    return names, Block(shown(drawn.picture, drawn.target), f"asked: {drawn.asked}", words, rows)


def _rows(network: Network, drawn: Pictured, seed: Sequence[int], factor: float, chosen: Chosen) -> Iterator[Row]:
    """Draw the means, then for each copy the first sample that reaches it."""
    yield _row(*_looked(network, drawn, seed, 0, chosen), 0, "each value its mean", drawn, chosen.show)
    looks, found = _looked(network, drawn, seed, factor, chosen)
    hits = modes.reached(found.copies, found.even[0])
    for place, color in enumerate(drawn.colors):
        first = int(hits[:, place].argmax())
        if hits[first, place]:
            name = f"on the {color} {drawn.asked}: sample {first + 1} of {chosen.samples}, factor {factor:g}"
            yield _row(looks, found, first, name, drawn, chosen.show)
        else:
            words = f"none of {chosen.samples} samples, factor {factor:g}"
            yield Row(f"on the {color} {drawn.asked}:", None, words, [])


def _looked(
    network: Network, drawn: Pictured, seed: Sequence[int], factor: float, chosen: Chosen
) -> tuple[Looks, modes.Sampled]:
    looks = modes.draw_looks(network, drawn, factor=factor, samples=chosen.samples, seed=seed)
    return looks, modes.sampled(looks, drawn)


def _row(looks: Looks, found: modes.Sampled, number: int, name: str, drawn: Pictured, show: Show) -> Row:
    around = ", ".join(f"{color} {one:.0%}" for color, one in zip(drawn.colors, found.copies[number], strict=True))
    tiles = tiles_of(looks, number, drawn.picture, show, drawn.target)
    return Row(name, found.answers[number] in drawn.colors, f"{looks.answers[number]}    ({around})", tiles)
