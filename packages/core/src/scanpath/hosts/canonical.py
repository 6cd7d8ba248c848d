"""The canonical host: region layers, an LSTM, one mechanism, a fusion, a perceptron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.errors import ConfigError, ShapeError
from scanpath.hosts.assembly import assemble
from scanpath.hosts.initialisation import xavier_linear
from scanpath.hosts.vqa_model import VQAModel
from scanpath.layers import Classifier, QuestionEncoder, RegionLayers, SmallCNN, create_fusion
from scanpath.layers.options import named
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory, CoAttentionFactory


class PictureRegions(nn.Module):
    """A small CNN and the region layers on its grid: pictures (N, 3, H, W) to regions (N, H', W', D).

    Args:
        cnn: The network.
        regions: What follows it.
        side: Pictures are stretched to so many pixels in height and width first; None takes them as they are.
    """

    def __init__(self, *, cnn: SmallCNN, regions: RegionLayers, side: int | None = None) -> None:
        super().__init__()
        self.cnn = cnn
        self.regions = regions
        self.side = side

    def forward(self, pictures: Tensor) -> Tensor:
        """Encode pictures (N, 3, H, W): (N, H', W', D)."""
        if self.side is not None and pictures.shape[2:] != (self.side, self.side):
            pictures = pictures.float() / 255 if pictures.dtype == torch.uint8 else pictures
            pictures = F.interpolate(
                pictures, (self.side, self.side), mode="bilinear", align_corners=False, antialias=True
            )
        embedded: Tensor = self.regions(self.cnn(pictures))
        return embedded


class Flattened(nn.Module):
    """All of a picture's regions as one, behind each other: what a perceptron on the flattened map reads.

    Args:
        encode: Makes the regions (N, *S, D).
        regions: K, how many of them a picture has.
    """

    def __init__(self, encode: nn.Module, *, regions: int) -> None:
        super().__init__()
        self.encode = encode
        self.regions = regions

    def forward(self, images: Tensor, boxes: Tensor | None = None) -> Tensor:
        """Encode pictures or features: (N, *1, K * D), with as many axes as the regions have.

        Raises:
            ShapeError: Another number of regions.
        """
        found: Tensor = self.encode(images) if boxes is None else self.encode(images, boxes)
        size = found.shape[1:-1]
        if size.numel() != self.regions:
            raise ShapeError(
                f"a picture has {' x '.join(map(str, size))} regions, and the model was built with "
                f"flattened={self.regions}: give it {size.numel()}."
            )
        return found.reshape(len(found), *(1 for _ in size), -1)


def canonical(
    *,
    answers: int,
    vocabulary_size: int,
    beside_dim: int = 0,
    attention: AttentionFactory | None = None,
    co_attention: CoAttentionFactory | None = None,
    feature_dim: int | None = None,
    coordinates: Place = "grid",
    region_dim: int = 128,
    region_layers: int = 1,
    length: Length = "none",
    flattened: int | None = None,
    cnn_channels: Sequence[int] = (32, 64, 64),
    cnn_kernels: Sequence[int] | None = None,
    picture_side: int | None = None,
    embedding_dim: int = 128,
    question_dim: int = 256,
    question_layers: int = 1,
    bidirectional: bool = False,
    embedding_tanh: bool = False,
    forget_bias: float | None = None,
    fusion: str | Mapping[str, Any] = "concat",
    hidden_dim: int | Sequence[int] | None = 256,
    dropout: float = 0.0,
) -> VQAModel:
    """Build the host in which mechanisms are compared.

    Region layers and classifier begin after Glorot and Bengio, biases 0. Drawn as torch draws a linear layer by itself,
    a square one lets a third of the variance through: regions would reach a mechanism faint, and scores that are
    products be flat. One seed gives the same question encoder and region layers to every mechanism.

    Args:
        answers: A.
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors, such as GloVe, beside each learnt word.
        attention: Called with ``region_dim`` and ``query_dim``; None (and no ``co_attention``) answers from the
            question alone.
        co_attention: Called with ``region_dim``, ``token_dim`` and ``query_dim``.
        feature_dim: Width of stored features; None trains a small CNN on the pictures, end to end.
        coordinates: What tells regions their place: "grid", "boxes" or "none".
        region_dim: D, the width that the mechanism sees (with ``region_layers=0`` that of the features and
            coordinates).
        region_layers: 1x1 layers with ReLU in front of the mechanism, computed once a picture.
        length: What of the features, stored or the CNN's, is divided by its L2 norm before the region layers.
        flattened: K, how many regions a picture has, to put all of them behind each other as one; what then looks at
            that one looks at nothing in particular. None leaves them apart.
        cnn_channels: Blocks of the small CNN, each halving height and width.
        cnn_kernels: Size of each block's filters; None takes 3x3.
        picture_side: Pixels that a picture is stretched to in front of the CNN, by a task when it is read; None takes
            it as it is.
        embedding_dim: Width of a word.
        question_dim: Q.
        question_layers: LSTM layers; with 0 the question is its words' mean, and Q the width of a word.
        bidirectional: Read the question in both directions.
        embedding_tanh: Squash the word embeddings.
        forget_bias: See :class:`scanpath.layers.QuestionEncoder`.
        fusion: A fusion's name, or ``{"name": .., **options}``.
        hidden_dim: Width of the classifier's hidden layer, or of several; None for a linear classifier.
        dropout: In the question encoder and the classifier.

    Raises:
        ConfigError: Options that do not go together.
    """
    question = QuestionEncoder(
        vocabulary_size=vocabulary_size, beside_dim=beside_dim,
        embedding_dim=embedding_dim, hidden_dim=question_dim, layers=question_layers,
        bidirectional=bidirectional, tanh=embedding_tanh, dropout=dropout, forget_bias=forget_bias,
    )  # fmt: skip
    fusing, settings = named(fusion, "fusion")

    def fuse(seen: int, asked: int, _glimpses: int) -> Any:
        return create_fusion(fusing, input_dim=seen, query_dim=asked, **settings)

    def classify(width: int) -> Classifier:
        classifier = Classifier(input_dim=width, answers=answers, hidden_dim=hidden_dim, dropout=dropout)
        xavier_linear(classifier)
        return classifier

    def regions(*, input_dim: int) -> RegionLayers:  # drawn before the mechanism: one seed gives all the same layers
        layers = RegionLayers(
            input_dim=input_dim, region_dim=region_dim, layers=region_layers, coordinates=coordinates, length=length
        )
        xavier_linear(layers)
        return layers

    def image() -> tuple[nn.Module, int]:
        encode, width = apart()
        return (encode, width) if flattened is None else (Flattened(encode, regions=flattened), flattened * width)

    def apart() -> tuple[nn.Module, int]:
        if feature_dim is not None:
            stored = regions(input_dim=feature_dim)
            return stored, stored.output_dim
        if coordinates == "boxes":
            raise ConfigError("coordinates 'boxes' go with stored features: a CNN's regions are a grid.")
        cnn = SmallCNN(channels=cnn_channels, kernels=cnn_kernels)
        seen = regions(input_dim=cnn.output_dim)
        return PictureRegions(cnn=cnn, regions=seen, side=picture_side), seen.output_dim

    return assemble(
        question=question, image=image, attention=attention, co_attention=co_attention, fuse=fuse, classify=classify
    )
