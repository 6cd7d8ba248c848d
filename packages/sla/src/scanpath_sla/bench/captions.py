"""Captions: what is saved by computing once what no step changes, and by searching many pictures together.

::

    scanpath bench cost --method sla --json results/sla/bench_cost.cpu.json

On a CPU the sizes are those of table3's small scale, on a GPU the paper's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from scanpath.bench.cost import measure_costs
from scanpath.bench.method import Group, Measured
from scanpath.bench.promises import Calls, Promises, judged, measured
from scanpath.data.captions import END, FIRST_WORD, START
from scanpath.data.vocabulary import PADDING, UNKNOWN
from scanpath.hosts.caption_model import CaptionModel, build_captioner
from scanpath.types import Attended, Attention
from scanpath_sla.bench.profile import profile

CAPTIONS, PASSES = 5000, 20
"""How many are written, in how many timed passes by default."""
WORDS, BEAM, LONGEST = 12, 3, 20
OWN = 5
"""Captions of a picture, as COCO has them."""
TOGETHER: Promises = {"together": {"time": 5}}


class Sizes(NamedTuple):
    """Of pictures and models."""

    side: int
    width: int
    hidden: int
    attention: int
    words: int
    vocabulary: int


SMALL = Sizes(side=8, width=64, hidden=128, attention=64, words=64, vocabulary=54)
PAPER = Sizes(side=14, width=512, hidden=1024, attention=512, words=100, vocabulary=9524)


class Whole(nn.Module):
    """An attention that is called whole each time, as if nothing of it could be computed before it is asked."""

    def __init__(self, attention: Attention) -> None:
        super().__init__()
        self.attention: Any = attention
        self.context_dim = attention.context_dim

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend, everything computed anew."""
        found: Attended = self.attention(regions, query, mask)
        return found


def captions(*, device: str, batch: int, repeats: int) -> Iterator[Group]:
    """Measure captions, group by group; arguments as of :class:`scanpath.bench.method.Bench`."""
    sizes = SMALL if device == "cpu" else PAPER
    yield training(device=device, batch=batch, repeats=repeats, sizes=sizes)
    yield writing(device=device, pictures=CAPTIONS // PASSES, repeats=repeats, sizes=sizes)
    yield searching(device=device, pictures=CAPTIONS // PASSES, repeats=repeats, sizes=sizes)
    yield profile(device=device, batch=batch, build=lambda: build(review("stacked_latent", PAPER), PAPER))


def review(attention: str, sizes: Sizes) -> dict[str, Any]:
    """Return the section of a ReviewNet by the name of what looks in it."""
    return {"name": "review_net", "attention": {"name": attention, "hidden_dim": sizes.attention}}


def soft(sizes: Sizes) -> dict[str, Any]:
    """Return the section of the decoder that looks at the regions before each word."""
    return {"name": "decoder", "attention": {"name": "additive", "hidden_dim": sizes.attention}}


def build(section: dict[str, Any], sizes: Sizes, *, whole: bool = False) -> CaptionModel:
    """Build a model, the same each time; ``whole``: with attentions that compute everything each time."""
    torch.manual_seed(0)
    common = {"hidden_dim": sizes.hidden, "embedding_dim": sizes.words}
    shape = sizes.side, sizes.side, sizes.width
    model = build_captioner({**section, **common}, vocabulary_size=sizes.vocabulary, feature_shape=shape)
    if whole:
        held: Any = model.decoder
        held.attention = Whole(held.attention)
    return model.eval()


def draw(sizes: Sizes, pictures: int, each: int, device: str) -> tuple[Tensor, Tensor, Tensor]:
    """Draw features, captions of ``WORDS`` words, and the picture of each."""
    source = torch.Generator().manual_seed(0)
    features = torch.randn(pictures, sizes.side, sizes.side, sizes.width, generator=source)
    words = torch.randint(FIRST_WORD, sizes.vocabulary, (pictures * each, WORDS), generator=source)
    words[:, 0] = START
    return features.to(device), words.to(device), torch.arange(pictures).repeat_interleave(each).to(device)


def training(*, device: str, batch: int, repeats: int, sizes: Sizes) -> Group:
    """Measure a training step, forward and backward: everything at each word, projections once, a picture once."""
    features, words, index = draw(sizes, max(1, batch // OWN), OWN, device)
    apart = features[index]
    calls: Calls = {
        "soft attention, whole at each word": (build(soft(sizes), sizes, whole=True), (apart, words)),
        "soft attention, projections once a caption": (build(soft(sizes), sizes), (apart, words)),
        "soft attention, once a picture": (build(soft(sizes), sizes), (features, words, index)),
        "ReviewNet + SLA, once a caption": (build(review("stacked_latent", sizes), sizes), (apart, words)),
        "ReviewNet + SLA, once a picture": (build(review("stacked_latent", sizes), sizes), (features, words, index)),
    }
    title = f"training on {len(words)} captions of {len(features)} pictures {_of(sizes)}"
    return measured(title, calls, repeats=repeats, device=device)


def writing(*, device: str, pictures: int, repeats: int, sizes: Sizes) -> Group:
    """Measure the search of a beam by soft attention, with the regions' projections computed at each word and once."""
    features, _, _ = draw(sizes, pictures, 1, device)
    calls: Calls = {
        "whole at each word": (Writer(build(soft(sizes), sizes, whole=True).to(device)), (features,)),
        "projections once a picture": (Writer(build(soft(sizes), sizes).to(device)), (features,)),
    }
    title = f"soft attention: captions of {pictures} pictures by a beam of {BEAM} {_of(sizes)}"
    return _searched(title, calls, repeats, {})


def searching(*, device: str, pictures: int, repeats: int, sizes: Sizes) -> Group:
    """Measure the search picture by picture and of many together; the passes of the default are 5,000 captions."""
    features, _, _ = draw(sizes, pictures, 1, device)
    writer = Writer(build(review("stacked_latent", sizes), sizes).to(device))
    calls: Calls = {"picture by picture": (writer.one_by_one, (features,)), "together": (writer, (features,))}
    title = (
        f"ReviewNet + SLA: captions of {pictures} pictures by a beam of {BEAM}, {repeats} passes "
        f"({pictures * repeats:,} captions) {_of(sizes)}"
    )
    return _searched(title, calls, repeats, TOGETHER)


class Writer(nn.Module):
    """Describes pictures by a beam.

    Args:
        model: Writes.
    """

    def __init__(self, model: CaptionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, features: Tensor) -> Tensor:
        """Describe pictures together: the numbers of the words, (N, L)."""
        never = PADDING, UNKNOWN, START
        seen = self.model.see(features)
        return self.model.write(seen, start=START, end=END, length=LONGEST, beam=BEAM, never=never).words

    def one_by_one(self, features: Tensor) -> Tensor:
        """Describe pictures one after another."""
        return torch.cat([self(one) for one in torch.split(features, 1)])


def _searched(title: str, calls: Calls, repeats: int, promises: Promises) -> Group:
    costs = measure_costs(calls, backward=False, repeats=repeats, warmup=1)
    first = next(iter(costs.values()))
    lines = (
        Measured(name=name, cost=cost, asked=judged(cost, first, promises.get(name, {})))
        for name, cost in costs.items()
    )
    return Group(title=title, lines=tuple(lines))


def _of(sizes: Sizes) -> str:
    return f"of {sizes.side} x {sizes.side} x {sizes.width}, states of {sizes.hidden}, {sizes.vocabulary:,} words"
