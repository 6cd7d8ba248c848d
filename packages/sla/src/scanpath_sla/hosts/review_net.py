"""The host of Sec. 4.2: ReviewNet, with any attention in its reviewer.

The paper's rows, as the ``model:`` section of a recipe, on a VGG-19's 14 x 14 regions of width 512::

    {name: review_net, attention: {name: additive, hidden_dim: 512}}                       # ReviewNet
    {name: review_net, attention: {name: stacked_latent, layers: 3, hidden_dim: 512}}      # ReviewNet + SLA

Source: Yang et al. 2016; sizes: its code, https://github.com/kimiyoung/review_net. There the first state is a linear
map of fc7. Feature stores hold no fc7: here it is one of the regions' mean, as in the core's host ``decoder``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from scanpath.attention import create_attention
from scanpath.errors import ConfigError
from scanpath.hosts.caption_model import region_encoder
from scanpath.hosts.word_decoder import WordDecoder
from scanpath.layers.options import named
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory
from scanpath_sla.review import Reviewer, ReviewNet


def review_net(
    *,
    vocabulary_size: int,
    feature_dim: int | None = None,
    attention: AttentionFactory | None = None,
    decoder_attention: str | Mapping[str, Any] | None = "additive",
    steps: int = 8,
    tied: bool = False,
    review_dropout: float = 0.5,
    discriminative: float = 0.0,
    coordinates: Place = "none",
    region_dim: int = 512,
    region_layers: int = 0,
    length: Length = "none",
    cnn_channels: Sequence[int] = (32, 64, 64),
    embedding_dim: int = 100,
    hidden_dim: int = 1024,
    dropout: float = 0.1,
) -> ReviewNet:
    """Build the host.

    Args:
        vocabulary_size: V.
        feature_dim: Width of stored features; None trains a small CNN on the pictures, end to end.
        attention: What looks at the regions at each review step, called with ``region_dim`` and ``query_dim``.
        decoder_attention: What looks at the thoughts before each word, a name or ``{"name": .., **options}``; None
            writes from the reviewer's last state alone. ``additive`` meets thoughts in half of H, ReviewNet's 512.
        steps: Of the reviewer.
        tied: All review steps share their weights.
        review_dropout: Of the thoughts; Torch's own half, which ReviewNet's code falls back to, tied 0.
        discriminative: Weight of the loss by which thoughts guess the caption's words; ReviewNet's is 10.
        coordinates: What tells regions their place: "grid", "boxes" or "none".
        region_dim: Width of the 1x1 layers.
        region_layers: 1x1 layers with ReLU in front of all else; 0 takes the features as they are.
        length: What of the features is divided by its L2 norm.
        cnn_channels: Blocks of the small CNN, each halving height and width.
        embedding_dim: Width of a word.
        hidden_dim: H, of reviewer and decoder.
        dropout: Of the decoder's state in front of the words.

    Raises:
        ConfigError: No attention, or options that cannot be or do not go together.
    """
    if attention is None:
        raise ConfigError(
            "review_net reviews by looking and got no attention: give task.model.attention a name, such as additive, "
            "or take the host decoder, which writes from one look."
        )
    image, width = region_encoder(
        feature_dim, coordinates=coordinates, region_dim=region_dim, region_layers=region_layers, length=length,
        cnn_channels=cnn_channels,
    )  # fmt: skip
    reviewer = Reviewer(region_dim=width, attention=attention, steps=steps, hidden_dim=hidden_dim, tied=tied)
    thinking: AttentionFactory | None = None
    if decoder_attention is not None:
        name, options = named(decoder_attention, "decoder_attention")
        thinking = functools.partial(create_attention, name, **options)
    writer = WordDecoder(
        vocabulary_size=vocabulary_size,
        region_dim=hidden_dim,
        attention=thinking,
        embedding_dim=embedding_dim,
        hidden_dim=hidden_dim,
        dropout=dropout,
    )
    return ReviewNet(
        image=image,
        region_dim=width,
        reviewer=reviewer,
        decoder=writer,
        review_dropout=review_dropout,
        discriminative=discriminative,
    )
