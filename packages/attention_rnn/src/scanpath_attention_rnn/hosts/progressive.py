"""The progressive-attention CNN: what a question does not ask for is dimmed behind every pooling layer.

Source: Seo et al. 2018, "Progressive Attention Networks for Visual Attribute Prediction", as Table 7 of the
AttentionRNN paper has it: convolutions at equal size, so that pictures of 100 x 100 are maps of 50, 25, 12 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

from scanpath.attention import create_scorer
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import QuestionEncoder
from scanpath.layers.options import named
from scanpath.ops import masked_softmax, weighted_pooling
from scanpath.types import Attended, Output, Question

ScorerFactory = Callable[..., Any]
"""Of a Scorer that is a module; called once per place with the keywords ``region_dim`` and ``query_dim``."""
Places = Literal["all", "later", "last"]


class ProgressiveCNN(nn.Module):
    """Stages of a 3 x 3 convolution, ReLU and 2 x 2 pooling, each map gated by its scores behind a sigmoid.

    The last one's scores go through a softmax instead, and its cells are summed by them. In between maps go through
    batch normalisation, so that what was dimmed does not fade further at every stage. What comes in front of the first
    scorer does not depend on the question and is computed once a picture.

    Args:
        stages: Each from (N, C, H, W) to (N, C', H / 2, W / 2).
        scorers: One a stage, built for C' and Q, M = 1; None lets the map through. The last one has to be there.
        question: From tokens (B, T) to ``Question``.
        classifier: From (B, C) to logits (B, A), C the width of the last stage.
    """

    def __init__(
        self,
        *,
        stages: Sequence[nn.Module],
        scorers: Sequence[nn.Module | None],
        question: nn.Module,
        classifier: nn.Module,
    ) -> None:
        super().__init__()
        if len(stages) != len(scorers) or scorers[-1] is None:
            raise ConfigError("a ProgressiveCNN takes one scorer or None a stage, and looks behind the last stage.")
        wrong = [scorer.maps for scorer in scorers if scorer is not None and scorer.maps != 1]
        if wrong:
            raise ConfigError(f"a ProgressiveCNN gates by one map of scores, and a scorer has {wrong[0]}: build one.")
        self.stages = nn.ModuleList(stages)
        self.scorers = nn.ModuleDict()
        for number, scorer in enumerate(scorers, 1):
            if scorer is not None:
                self.scorers[f"pool{number}"] = scorer
        self.question = question
        self.classifier = classifier

    axis: Literal["layer"] = "layer"
    kind: Literal["gate"] = "gate"

    def forward(
        self,
        images: Tensor,
        tokens: Tensor,
        image_index: Tensor | None = None,
        region_mask: Tensor | None = None,
        boxes: Tensor | None = None,
    ) -> Output:
        """Answer B questions on N pictures; arguments as of :class:`scanpath.hosts.VQAModel`.

        Returns:
            ``Output(logits (B, A), maps)`` with a map (B, 1, h, w) of each stage that looks, "pool1" and so on: gates,
            and of the last stage weights that sum to 1.

        Raises:
            ShapeError: No pictures, or questions that do not go with them.
        """
        _, found, maps = self._see(images, tokens, image_index, region_mask, boxes)
        return Output(self.classifier(found.context), maps)

    def look(
        self,
        images: Tensor,
        tokens: Tensor,
        image_index: Tensor | None = None,
        region_mask: Tensor | None = None,
        boxes: Tensor | None = None,
    ) -> tuple[Question, Attended]:
        """Read the questions and look at the pictures, and answer nothing; what the last stage sees comes out."""
        question, found, _ = self._see(images, tokens, image_index, region_mask, boxes)
        return question, found

    def _see(
        self,
        images: Tensor,
        tokens: Tensor,
        image_index: Tensor | None,
        region_mask: Tensor | None,
        boxes: Tensor | None,
    ) -> tuple[Question, Attended, dict[str, Tensor]]:
        if images.dim() != 4 or images.shape[1] != 3:
            raise ShapeError(
                f"a ProgressiveCNN got {tuple(images.shape)}, expected pictures (N, 3, H, W): it learns features of "
                "its own."
            )
        if region_mask is not None or boxes is not None:
            raise ShapeError(
                f"a ProgressiveCNN got {'boxes' if region_mask is None else 'a region_mask'}, and looks at whole "
                "pictures alone: pass neither."
            )
        if image_index is None and len(images) != len(tokens):
            raise ShapeError(
                f"{len(tokens)} questions came with {len(images)} pictures and no image_index: pass the row of each "
                "question's picture."
            )
        question: Question = self.question(tokens)
        grid = images.float() / 255 if images.dtype == torch.uint8 else images
        maps: dict[str, Tensor] = {}
        last = f"pool{len(self.stages)}"
        for number, stage in enumerate(self.stages, 1):
            grid, name = stage(grid), f"pool{number}"
            if name not in self.scorers:
                continue
            if image_index is not None and not maps:  # from here on a map is a question's
                grid = grid.movedim(1, 3).index_select(0, image_index).movedim(3, 1)  # stays channels last
            regions = grid.permute(0, 2, 3, 1)  # a view, channels last
            scores = self.scorers[name](regions, question.vector)  # (B, 1, h, w)
            if name == last:
                maps[name] = masked_softmax(scores, None)
                return question, Attended(weighted_pooling(maps[name], regions), maps[name], {"scores": scores}), maps
            maps[name] = scores.sigmoid()
            grid = grid * maps[name]
        raise AssertionError("the constructor has seen to a scorer behind the last stage")


def progressive(
    *,
    answers: int,
    vocabulary_size: int,
    beside_dim: int = 0,
    feature_dim: int | None = None,
    scorer: ScorerFactory | None = None,
    first: ScorerFactory | str | Mapping[str, Any] | None = None,
    places: Places = "all",
    channels: Sequence[int] = (32, 32, 32, 32),
    embedding_dim: int = 32,
    dropout: float = 0.5,
) -> ProgressiveCNN:
    """Build the network of Table 7, or with five stages that of Table 8.

    Convolutions begin after Glorot and Bengio, as those of the paper's base. Readings: the last map is summed by its
    weights, where a public script divides by the number of cells too, which the batch normalisation behind it undoes;
    and each stage but the first begins with one, whether or not the map in front of it was looked at, so that rows
    differ in where they look alone. Its running means have torch's momentum, not the script's.

    Args:
        answers: A.
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors beside each learnt word.
        feature_dim: None; stored features are refused.
        scorer: Of the maps behind each pooling layer.
        first: Of the first map, where that differs (BRNN in Table 8): a factory, or a name with or without options.
        places: "all" looks behind every pooling layer, "later" behind all but the first (NONE in Table 8), "last"
            behind the last one alone (SAN).
        channels: Width of each stage.
        embedding_dim: Q, the width of a word; a question is the mean of its words, so one word is itself.
        dropout: In front of the classifier.

    Raises:
        ConfigError: Features in place of pictures, no scorer, or an unknown place.
    """
    if feature_dim is not None:
        raise ConfigError("the host progressive learns a CNN of its own: give task.features=null for the pictures.")
    if scorer is None:
        raise ConfigError("the host progressive needs a scorer: give task.model.scorer=attention_rnn, local or conv.")
    if places not in get_args(Places):
        raise ConfigError(f"the host progressive got places={places!r}, expected 'all', 'later' or 'last'.")
    if not channels:
        raise ConfigError("the host progressive got no channels, expected the width of a stage at least.")
    question = QuestionEncoder(
        vocabulary_size=vocabulary_size, beside_dim=beside_dim, embedding_dim=embedding_dim, layers=0
    )
    factories = [scorer if places != "last" else None] * (len(channels) - 1) + [scorer]
    if places == "later" and len(channels) > 1:
        factories[0] = None
    if first is not None:
        factories[0] = first if callable(first) else _named(first)
    stages, scorers, before = [], [], 3
    for number, (width, factory) in enumerate(zip(channels, factories, strict=True)):
        stages.append(_stage(before, width, normalised=number > 0))
        scorers.append(None if factory is None else factory(region_dim=width, query_dim=question.output_dim))
        before = width
    linear = nn.Linear(before, answers)
    nn.init.xavier_uniform_(linear.weight)
    nn.init.zeros_(linear.bias)
    classifier = nn.Sequential(nn.BatchNorm1d(before, eps=0.01), nn.Dropout(dropout), linear)
    return ProgressiveCNN(stages=stages, scorers=scorers, question=question, classifier=classifier)


def _named(scorer: str | Mapping[str, Any]) -> ScorerFactory:
    name, options = named(scorer, "first")
    return partial(create_scorer, name, **options)


def _stage(before: int, width: int, *, normalised: bool) -> nn.Sequential:
    convolution = nn.Conv2d(before, width, 3, padding=1)
    nn.init.xavier_uniform_(convolution.weight)
    nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]  # it has one
    layers = [convolution, nn.MaxPool2d(2), nn.ReLU()]  # the same the other way round, and a quarter of the ReLUs
    stage = nn.Sequential(*([nn.BatchNorm2d(before, eps=0.01), *layers] if normalised else layers))
    return stage.to(memory_format=torch.channels_last)
