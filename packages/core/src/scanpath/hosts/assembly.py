"""What all builders of a VQAModel do: hand each mechanism its widths, and its context's width to what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from scanpath.errors import ConfigError
from scanpath.hosts.vqa_model import VQAModel
from scanpath.layers import Classifier, Fusion, QuestionEncoder, RegionLayers
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory, CoAttentionFactory


def assemble(
    *,
    question: QuestionEncoder,
    image: Callable[[], tuple[nn.Module, int]],
    attention: AttentionFactory | None,
    co_attention: CoAttentionFactory | None,
    fuse: Callable[[int, int, int], Fusion],
    classify: Callable[[int], nn.Module],
) -> VQAModel:
    """Build a model around one mechanism, or without any for the question alone.

    Args:
        question: The question's encoder.
        image: Builds what makes the regions, and tells their width.
        attention: Called with ``region_dim`` and ``query_dim``.
        co_attention: Called with ``region_dim``, ``token_dim`` and ``query_dim``.
        fuse: Builds the fusion of a context and a question from their widths and the number of glimpses that stand
            side by side in the context.
        classify: Builds the classifier of a fused vector from its width.

    Raises:
        ConfigError: Both an attention and a co-attention.
    """
    if attention is not None and co_attention is not None:
        raise ConfigError("a host holds an attention or a co_attention, and got both: leave one out.")
    if attention is None and co_attention is None:
        return VQAModel(image=None, question=question, classifier=classify(question.output_dim))
    regions, width = image()
    mechanism: Any
    if attention is not None:
        place, mechanism = "attention", attention(region_dim=width, query_dim=question.output_dim)
        dims = mechanism.context_dim, question.output_dim
    else:
        assert co_attention is not None  # noqa: S101 - one of the two is there, see above
        asked = {"token_dim": question.output_dim, "query_dim": question.output_dim}
        place, mechanism = "co_attention", co_attention(region_dim=width, **asked)
        dims = mechanism.context_dims
    fusion = fuse(*dims, getattr(mechanism, "glimpses", 1))
    return VQAModel(
        image=regions, question=question, classifier=classify(fusion.output_dim), fusion=fusion, **{place: mechanism}
    )


def linear_classifier(answers: int, dropout: float = 0.0) -> Callable[[int], Classifier]:
    """Return what builds a linear map to the answers from its input's width."""

    def classify(width: int) -> Classifier:
        return Classifier(input_dim=width, answers=answers, dropout=dropout)

    return classify


def stored_regions(
    host: str, feature_dim: int | None, *, coordinates: Place, length: Length
) -> Callable[[], tuple[nn.Module, int]]:
    """Return what builds the regions of a host that learns no layer of its own on the stored features.

    Raises:
        ConfigError: There are no stored features; raised when it is called, since the question alone needs none.
    """

    def image() -> tuple[nn.Module, int]:
        if feature_dim is None:
            raise ConfigError(f"the host {host} reads stored features: give the recipe a backbone, or take canonical.")
        regions = RegionLayers(
            input_dim=feature_dim, region_dim=feature_dim, layers=0, coordinates=coordinates, length=length
        )
        return regions, regions.output_dim

    return image
