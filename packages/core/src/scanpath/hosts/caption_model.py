"""Models that describe pictures: without looking again, and with a look before every word.

Source: ReviewNet's baseline "soft attention" (Yang et al. 2016), and the same without a look; sizes: its code,
https://github.com/kimiyoung/review_net (``soft_att_lstm``). There the first state is a linear map of the VGG net's
fc7. Feature stores hold a picture's regions and no fc7, so here it is one of the regions' mean, as in Show, Attend and
Tell (Xu et al. 2015).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from scanpath import registry
from scanpath.attention import create_attention
from scanpath.attention.preparing import Prepared
from scanpath.errors import ConfigError
from scanpath.hosts.canonical import PictureRegions
from scanpath.hosts.initialisation import xavier_linear
from scanpath.hosts.word_decoder import State, WordDecoder
from scanpath.layers import RegionLayers, SmallCNN
from scanpath.layers.options import build, named
from scanpath.layers.regions import Length, Place
from scanpath.ops import clean, masked_mean
from scanpath.ops.search import Found, Parts, search
from scanpath.types import AttentionFactory, Output


class Seen(NamedTuple):
    """N pictures, ready to be described."""

    prepared: Prepared | None
    state: State
    notes: Mapping[str, Tensor] = MappingProxyType({})
    """What a host keeps of each picture beside, one row a picture: for a loss of its own, or for eyes."""

    def rows(self, index: Tensor | None) -> Seen:
        """Choose rows (B,), each any number of times; None takes all."""
        if index is None:
            return self
        chosen = None if self.prepared is None else Prepared(*(_rows(part, index) for part in self.prepared))
        notes = {name: _rows(note, index) for name, note in self.notes.items()}
        return Seen(chosen, State(_rows(self.state.hidden, index), _rows(self.state.cell, index)), notes)


class CaptionModel(nn.Module):
    """Describe pictures word by word; a subclass that thinks before it writes has a :meth:`see` of its own.

    Args:
        image: From stored features (N, *S, D') or pictures (N, 3, H, W) to regions (N, *S, D).
        region_dim: D.
        decoder: Writes; its attention, if it has one, looks at the regions.
    """

    def __init__(self, *, image: nn.Module, region_dim: int, decoder: WordDecoder) -> None:
        super().__init__()
        self.image = image
        self.start = nn.Linear(region_dim, decoder.hidden_dim)
        self.decoder = decoder

    def see(self, images: Tensor, region_mask: Tensor | None = None, boxes: Tensor | None = None) -> Seen:
        """Encode N pictures, once for all of their captions and words.

        Args:
            images: Stored features (N, *S, D'), or pictures (N, 3, H, W), uint8 or floats in [0, 1].
            region_mask: Of stored features: (N, *S) bool, True where real.
            boxes: Of stored features: corners (N, K, 4) in [0, 1].
        """
        regions = self.encode(images, region_mask, boxes)
        return Seen(self.decoder.prepare(regions, region_mask), self.first(regions, region_mask))

    def encode(self, images: Tensor, region_mask: Tensor | None = None, boxes: Tensor | None = None) -> Tensor:
        """Make regions (N, *S, D) of N pictures; arguments as for :meth:`see`."""
        images = clean(images, region_mask)
        regions: Tensor = self.image(images) if boxes is None else self.image(images, clean(boxes, region_mask))
        return regions

    def first(self, regions: Tensor, region_mask: Tensor | None = None) -> State:
        """Make the first state of regions (N, *S, D): both parts are one map of their mean, in fp32 or wider."""
        state: Tensor = self.start(masked_mean(regions, region_mask))  # (N, D) -> (N, H)
        state = state.to(torch.promote_types(state.dtype, torch.float32))
        return State(state, state)

    def forward(
        self,
        images: Tensor,
        words: Tensor,
        image_index: Tensor | None = None,
        region_mask: Tensor | None = None,
        boxes: Tensor | None = None,
    ) -> Output:
        """Say what follows each word of B captions of N pictures.

        Args:
            images: As for :meth:`see`.
            words: (B, T) int64 from the start on, right padded with 0.
            image_index: Row of each caption's picture, (B,) int64; None when N = B, row by row.
            region_mask: As for :meth:`see`.
            boxes: As for :meth:`see`.

        Returns:
            ``Output(logits (B, T, V), maps)`` with the maps "regions" (B, T, M, *S) of a model that looks.
        """
        return self.follow(self.see(images, region_mask, boxes).rows(image_index), words)

    def follow(self, seen: Seen, words: Tensor) -> Output:
        """Say what follows each word (B, T) of captions whose pictures are seen, row by row, as :meth:`forward`."""
        written = self.decoder(words, seen.prepared, seen.state)
        return Output(written.logits, {} if written.maps is None else {"regions": written.maps})

    def own_loss(self, seen: Seen, words: Tensor) -> Tensor | None:  # noqa: ARG002 - for hosts that have one
        """Return what a host adds to the loss of the words, of captions (B, T + 2) row by row; None: nothing."""
        return None

    def write(self, seen: Seen, *, start: int, end: int, length: int, beam: int = 1, never: tuple[int, ...]) -> Found:
        """Describe pictures by their most probable captions (:func:`scanpath.ops.search.search`)."""
        seen_parts: Parts = () if seen.prepared is None else tuple(seen.prepared)

        def step(words: Tensor, parts: Parts, state: Parts) -> tuple[Tensor, Parts]:
            prepared = Prepared(*parts) if parts else None  # type: ignore[arg-type]  # as they were taken apart
            return self.decoder.step(words, prepared, State(*state))  # type: ignore[arg-type]

        return search(step, seen_parts, tuple(seen.state), start=start, end=end, length=length, beam=beam, never=never)


class CaptionerBuilder(Protocol):
    """Builds a host by keywords; a package registers its own in :attr:`scanpath.method.Method.captioners`.

    What it takes besides are the further keys of ``task.model``, plain values with defaults.
    """

    def __call__(
        self, *, vocabulary_size: int, feature_dim: int | None, attention: AttentionFactory | None, **options: Any
    ) -> CaptionModel:
        """Build a model.

        Args:
            vocabulary_size: V, the numbers of words; 0 is padding.
            feature_dim: Width of stored features; None for pictures, end to end.
            attention: Called with ``region_dim`` and ``query_dim``; None to look once.
            options: Its own.
        """
        ...


def _rows(part: Any, index: Tensor) -> Any:
    # as in VQAModel: fast on a CPU is the gradient of the one, in a fixed order on a GPU that of the other
    return None if part is None else part[index] if part.is_cuda else part.index_select(0, index)


def decoder(
    *,
    vocabulary_size: int,
    feature_dim: int | None = None,
    attention: AttentionFactory | None = None,
    coordinates: Place = "none",
    region_dim: int = 512,
    region_layers: int = 0,
    length: Length = "none",
    cnn_channels: Sequence[int] = (32, 64, 64),
    embedding_dim: int = 100,
    hidden_dim: int = 1024,
    dropout: float = 0.1,
) -> CaptionModel:
    """Build the host that looks before each word, or, without an attention, once, as its first state.

    ReviewNet's baseline "soft attention" has ``{name: additive, hidden_dim: 512}`` on a VGG-19's 14x14 regions of width
    512.

    Args:
        vocabulary_size: V.
        feature_dim: Width of stored features; None trains a small CNN on the pictures, end to end.
        attention: Called with ``region_dim`` and ``query_dim``.
        coordinates: What tells regions their place: "grid", "boxes" or "none".
        region_dim: Width of the 1x1 layers.
        region_layers: 1x1 layers with ReLU in front of all else; 0 takes the features as they are.
        length: What of the features is divided by its L2 norm.
        cnn_channels: Blocks of the small CNN, each halving height and width.
        embedding_dim: Width of a word.
        hidden_dim: H.
        dropout: Of the decoder's state in front of the words.

    Raises:
        ConfigError: Options that do not go together.
    """
    image, width = region_encoder(
        feature_dim, coordinates=coordinates, region_dim=region_dim, region_layers=region_layers, length=length,
        cnn_channels=cnn_channels,
    )  # fmt: skip
    writer = WordDecoder(
        vocabulary_size=vocabulary_size,
        region_dim=width,
        attention=attention,
        embedding_dim=embedding_dim,
        hidden_dim=hidden_dim,
        dropout=dropout,
    )
    return CaptionModel(image=image, region_dim=width, decoder=writer)


def region_encoder(
    feature_dim: int | None,
    *,
    coordinates: Place = "none",
    region_dim: int = 512,
    region_layers: int = 0,
    length: Length = "none",
    cnn_channels: Sequence[int] = (32, 64, 64),
) -> tuple[nn.Module, int]:
    """Build what makes a host's regions of stored features or of pictures, and tell their width.

    Args:
        feature_dim: Width of stored features; None trains a small CNN on the pictures, end to end.
        coordinates: As of :func:`decoder`, with all that follow.
        region_dim: Width of the 1x1 layers.
        region_layers: How many of them.
        length: What of the features is divided by its L2 norm.
        cnn_channels: Blocks of the small CNN.

    Raises:
        ConfigError: Options that do not go together.
    """
    if feature_dim is None and coordinates == "boxes":
        raise ConfigError("coordinates 'boxes' go with stored features: a CNN's regions are a grid.")
    cnn = SmallCNN(channels=cnn_channels) if feature_dim is None else None
    regions = RegionLayers(
        input_dim=cnn.output_dim if cnn is not None else feature_dim or 0,
        region_dim=region_dim,
        layers=region_layers,
        coordinates=coordinates,
        length=length,
    )
    xavier_linear(regions)
    return regions if cnn is None else PictureRegions(cnn=cnn, regions=regions), regions.output_dim


GIVEN = frozenset({"vocabulary_size", "feature_dim", "attention"})
"""Arguments of a builder that the section does not name among the host's own options."""


def find_captioner(name: str) -> CaptionerBuilder:
    """Return a builder by name; an unknown one is an error that names the nearest."""
    found: CaptionerBuilder = registry.load("captioners", name)
    return found


def build_captioner(
    section: Mapping[str, Any], *, vocabulary_size: int, feature_shape: tuple[int, ...] | None = None
) -> CaptionModel:
    """Build a model from the ``model:`` section of a configuration.

    Args:
        section: ``name`` of the host ("decoder" by default); ``attention``, a name or a mapping of ``name`` and
            options, or None to look once; the rest are the host's own options.
        vocabulary_size: V.
        feature_shape: (*S, D) of stored features; None for pictures.

    Raises:
        ConfigError: An unknown or missing key, at the place that the sentence names.
        UnknownNameError: A host or a mechanism that no installed package brings.
    """
    options = dict(section)
    host = find_captioner(options.pop("name", "decoder"))
    looks = options.pop("attention", None)
    given: dict[str, Any] = {"vocabulary_size": vocabulary_size, "feature_dim": None, "attention": None}
    if looks is not None:
        name, settings = named(looks, "attention")
        given["attention"] = functools.partial(create_attention, name, **settings)
    if feature_shape is not None:
        given["feature_dim"] = feature_shape[-1]
    return build("model", host, given, options)
