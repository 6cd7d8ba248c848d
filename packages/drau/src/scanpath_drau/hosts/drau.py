"""The network of dual recurrent attention units. Source: Osman and Samek (2018), section 3.

Sizes that it does not give are the authors' code's, https://github.com/ahmedmagdiosman/compress-vqa. The rows of the
paper, as the ``model:`` section of a recipe::

    {name: drau, attention: null}                                                               # language only
    {name: drau, attention: rvau}                                                               # RVAU
    {name: drau, co_attention: {name: dual_recurrent, exchange: tied, positions: [196, 15]}}    # DRAU
    {name: drau, co_attention: .., fusion: mcb}                                                 # DRAU, MCB fusion
    {name: drau, co_attention: .., final_dropout: 0.5}                                          # high final dropout

It holds any attention and any co-attention. With an attention the context is fused with the question's vector, which
nobody has attended to: the paper does not say what its network with the visual unit alone fuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanpath.hosts.assembly import assemble, linear_classifier, stored_regions
from scanpath.hosts.vqa_model import VQAModel
from scanpath.layers import Fusion
from scanpath.layers.fusion import create_fusion
from scanpath.layers.options import named
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory, CoAttentionFactory
from scanpath_drau.hosts.reading import question_encoder
from scanpath_drau.initialisation import draw_weights


def drau(
    *,
    answers: int,
    vocabulary_size: int,
    beside_dim: int = 0,
    attention: AttentionFactory | None = None,
    co_attention: CoAttentionFactory | None = None,
    feature_dim: int | None = None,
    length: Length = "sample",
    coordinates: Place = "none",
    embedding_dim: int = 300,
    question_dim: int = 2048,
    dropout: float = 0.3,
    fusion: str | Mapping[str, Any] = "hadamard",
    final_dropout: float = 0.3,
) -> VQAModel:
    """Build the network: P_a = softmax(W_ans g(y_text, y_vis)).

    Weights that are not a mechanism's own begin after Glorot and Bengio, those of LSTMs from U(-0.08, 0.08).

    Args:
        answers: A.
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors, GloVe in the paper, beside each learnt word.
        attention: Called with ``region_dim`` and ``query_dim``; None (and no ``co_attention``) answers from the
            question alone.
        co_attention: Called with ``region_dim``, ``token_dim`` and ``query_dim``.
        feature_dim: Width of the stored features.
        length: What of the features is divided by its L2 norm; the paper's "all dimensions" is read as those of
            a picture together, as in the authors' code and MCB's.
        coordinates: What is appended to each region after that.
        embedding_dim: Width of a word.
        question_dim: Q, half of it each LSTM layer's.
        dropout: After each LSTM layer of the question; a unit's own is an option of the mechanism.
        fusion: g, "hadamard" or "mcb" in the paper: any fusion's name, or ``{"name": .., **options}``.
        final_dropout: After the fusion: 0.3, 0 for none, and 0.5 is read for "high", of which no value is given.

    Raises:
        ConfigError: Pictures in place of stored features, or an odd ``question_dim``.
    """
    name, settings = named(fusion, "fusion")

    def fuse(seen: int, asked: int, _glimpses: int) -> Fusion:
        own = {"dropout": 0.0} if name == "mcb" else {}  # the final dropout stands in the place of its own
        found: Fusion = create_fusion(name, input_dim=seen, query_dim=asked, **{**own, **settings})
        return found

    model = assemble(
        question=question_encoder(
            vocabulary_size=vocabulary_size,
            beside_dim=beside_dim,
            embedding_dim=embedding_dim,
            question_dim=question_dim,
            dropout=dropout,
        ),
        image=stored_regions("drau", feature_dim, coordinates=coordinates, length=length),
        attention=attention,
        co_attention=co_attention,
        fuse=fuse,
        classify=linear_classifier(answers, final_dropout),
    )
    for part in (model.fusion, model.classifier):
        if part is not None:
            draw_weights(part)  # type: ignore[arg-type]  # every fusion is a module
    return model
