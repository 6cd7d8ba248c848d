"""Joint LSTM: an LSTM reads the regions, the question beside each, and its last state answers; nothing is attended to.

Source: Osman and Samek (2018), section 4.2, the third baseline, and Table 2, its modifications. The text leaves the
"hidden states equal to the image size" open: they are read as one state a region, 14 x 14.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_choice, check_positive
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import Classifier
from scanpath.layers.recurrence import run_over_real
from scanpath.layers.regions import Length, normalise
from scanpath.ops import clean
from scanpath.types import Output, Question
from scanpath_drau.activations import Activation, check_activation, create_activation
from scanpath_drau.hosts.reading import question_encoder
from scanpath_drau.initialisation import draw_weights

Positions = Literal["none", "raw", "normalised"]
Join = Literal["concat", "add", "hadamard"]


class JointLSTM(nn.Module):
    """P_i = tanh(W_v v_i), h_i = LSTM([P_i; q], h_{i-1}), p = softmax(W_ans h_K): regions row by row, then an answer.

    Args:
        image: W_v and what follows it, from (N, *S, D') to (N, *S, E).
        question: From tokens (B, T) to ``Question``.
        recurrence: Of E + Q numbers a region, or of E for a join of equal widths; ``batch_first``.
        classifier: From (B, H) to logits (B, A).
        length: What of the features is divided by its L2 norm.
        positions: What is appended to them; see :func:`placed`.
        join: How a region and the question become one vector.
    """

    def __init__(
        self,
        *,
        image: nn.Module,
        question: nn.Module,
        recurrence: nn.LSTM,
        classifier: nn.Module,
        length: Length = "sample",
        positions: Positions = "none",
        join: Join = "concat",
    ) -> None:
        super().__init__()
        self.image = image
        self.question = question
        self.recurrence = recurrence
        self.classifier = classifier
        self.length = length
        self.positions = positions
        self.join = join

    def forward(
        self,
        images: Tensor,
        tokens: Tensor,
        image_index: Tensor | None = None,
        region_mask: Tensor | None = None,
        boxes: Tensor | None = None,
    ) -> Output:
        """Answer B questions on N pictures; arguments as of :class:`scanpath.hosts.VQAModel`, boxes are not read.

        Returns:
            ``Output(logits (B, A), {})``: there are no maps.

        Raises:
            ShapeError: Questions that do not go with the pictures, or positions of what is no grid.
        """
        question, _ = self.look(images, tokens, image_index, region_mask, boxes)
        features = placed(clean(images, region_mask), self.positions, self.length)
        seen = self.image(features)  # (N, *S, E), once a picture
        if image_index is not None:
            seen = seen.index_select(0, image_index)  # (B, *S, E)
            region_mask = None if region_mask is None else region_mask.index_select(0, image_index)
        mask = None if region_mask is None else region_mask.flatten(1)  # (B, K)
        joined = joined_with(seen.flatten(1, -2), question.vector, self.join)  # (B, K, E + Q)
        states = run_over_real(self.recurrence, joined, mask)  # (B, K, H)
        return Output(self.classifier(last_state(states, mask)), {})

    def look(
        self,
        images: Tensor,
        tokens: Tensor,
        image_index: Tensor | None = None,
        region_mask: Tensor | None = None,  # noqa: ARG002 - the signature is that of every host
        boxes: Tensor | None = None,  # noqa: ARG002 - likewise
    ) -> tuple[Question, None]:
        """Read the questions; nothing here looks."""
        if image_index is None and len(images) != len(tokens):
            raise ShapeError(
                f"{len(tokens)} questions came with {len(images)} pictures and no image_index: pass the row of each "
                "question's picture."
            )
        question: Question = self.question(tokens)
        return question, None


def placed(features: Tensor, positions: Positions, length: Length) -> Tensor:
    """Append each cell's row and column to its features, and divide by the L2 norm.

    "raw" appends the numbers 0, 1, .. behind features of length 1, "normalised" appends them from 0 to 1 and
    normalises all numbers together. The paper gives neither form nor range.

    Args:
        features: (N, *S, D), any floating type.
        positions: "none", "raw" or "normalised".
        length: What has length 1.

    Returns:
        (N, *S, D), or (N, H, W, D + 2).

    Raises:
        ShapeError: Positions of what is no grid.
    """
    half = features.dtype in (torch.float16, torch.bfloat16)  # how feature stores keep them
    features = features.float() if half else features
    if positions == "none":
        return normalise(features, length)
    if features.dim() != 4:
        raise ShapeError(
            f"regions {tuple(features.shape)} are no grid (N, H, W, D), so they have neither rows nor columns: build "
            "joint_lstm with positions 'none'."
        )
    height, width = features.shape[1:3]
    rows = torch.arange(height, dtype=features.dtype, device=features.device)
    columns = torch.arange(width, dtype=features.dtype, device=features.device)
    if positions == "normalised":
        rows, columns = rows / max(height - 1, 1), columns / max(width - 1, 1)
    cells = torch.stack(torch.meshgrid(rows, columns, indexing="ij"), -1).expand(len(features), -1, -1, -1)
    if positions == "raw":
        return torch.cat([normalise(features, length), cells], -1)
    return normalise(torch.cat([features, cells], -1), length)


def joined_with(regions: Tensor, query: Tensor, join: Join) -> Tensor:
    """Join every region (B, K, E) with the question (B, Q): (B, K, E + Q) side by side, else (B, K, E) with Q = E."""
    asked = query.unsqueeze(1)  # (B, 1, Q)
    if join == "add":
        return regions + asked
    if join == "hadamard":
        return regions * asked
    return torch.cat([regions, asked.expand(-1, regions.shape[1], -1)], -1)


def last_state(states: Tensor, mask: Tensor | None) -> Tensor:
    """Take the state (B, K, H) after each sample's last real region, zeros where there is none: (B, H)."""
    if mask is None:
        return states[:, -1]
    places = torch.arange(1, mask.shape[1] + 1, device=mask.device)
    last = (places * mask).amax(1)  # (B,), 0 where nothing is real
    found = states.gather(1, (last - 1).clamp(min=0).view(-1, 1, 1).expand(-1, 1, states.shape[2]))
    return torch.where((last > 0).unsqueeze(1), found.squeeze(1), 0)


def joint_lstm(
    *,
    answers: int,
    vocabulary_size: int,
    beside_dim: int = 0,
    feature_dim: int | None = None,
    length: Length = "sample",
    positions: Positions = "none",
    embedding_dim: int = 300,
    question_dim: int = 2048,
    joint_dim: int | None = None,
    hidden_dim: int = 1024,
    join: Join = "concat",
    activation: Activation = "tanh",
    slope: float = 0.25,
    dropout: float = 0.3,
) -> JointLSTM:
    """Build the network of Tables 1 to 3.

    Args:
        answers: A.
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors, GloVe in the paper, beside each learnt word.
        feature_dim: Width of the stored features.
        length: What of the features is divided by its L2 norm.
        positions: "raw" or "normalised" position features, see :func:`placed`.
        embedding_dim: Width of a word.
        question_dim: Q, half of it each LSTM layer's.
        joint_dim: E, the width of a region beside the question; Q by default, "a common embedding size for both".
        hidden_dim: H, the width of the LSTM's state.
        join: "concat", or "add" or "hadamard" of equal widths; the paper does not say which.
        activation: After W_v: "tanh", in Table 2 "prelu"; also "relu".
        slope: What a PReLU begins with.
        dropout: After each LSTM; the paper's high dropout changes all of them, read as 0.5.

    Raises:
        ConfigError: Pictures in place of stored features, an unknown option's value, or widths that do not join.
    """
    if feature_dim is None:
        raise ConfigError("the host joint_lstm reads stored features: give the recipe a backbone, or take canonical.")
    for option, value, known in (("positions", positions, Positions), ("join", join, Join), ("length", length, Length)):
        check_choice("the host joint_lstm", option, value, get_args(known))
    check_activation("the host joint_lstm", activation, slope)
    check_positive("the host joint_lstm", joint_dim=joint_dim, hidden_dim=hidden_dim)
    width = joint_dim or question_dim
    if join != "concat" and width != question_dim:
        raise ConfigError(
            f"the host joint_lstm got join={join!r} of {width} and {question_dim} numbers: leave joint_dim out, or "
            "join by 'concat'."
        )
    question = question_encoder(
        vocabulary_size=vocabulary_size,
        beside_dim=beside_dim,
        embedding_dim=embedding_dim,
        question_dim=question_dim,
        dropout=dropout,
    )
    image = nn.Sequential(
        nn.Linear(feature_dim + (2 if positions != "none" else 0), width), create_activation(activation, slope=slope)
    )
    recurrence = nn.LSTM(width + question_dim if join == "concat" else width, hidden_dim, batch_first=True)
    classifier = Classifier(input_dim=hidden_dim, answers=answers, dropout=dropout)
    for part in (image, recurrence, classifier):
        draw_weights(part)
    return JointLSTM(
        image=image,
        question=question,
        recurrence=recurrence,
        classifier=classifier,
        length=length,
        positions=positions,
        join=join,
    )
