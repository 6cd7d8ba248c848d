"""The host of multimodal compact bilinear pooling. Source: Fukui et al. (2016) and their code.

Sizes are those of the code, https://github.com/akirafukui/vqa-mcb. The rows of the paper, as the ``model:`` section of
a recipe::

    {name: mcb, attention: null}                                    # the question alone
    {name: mcb, attention: mean}                                    # MCB without attention
    {name: mcb, attention: {name: conv, maps: 2, hidden_dim: 512, fused: mcb}}                              # MCB+ATT

``fused: mcb`` puts a scorer inside the host's own fusion; give it a smaller sketch as ``{name: mcb, output_dim: ..}``.
Without attention the paper normalises the pooled vector, here the mean of the normalised regions is taken: the same
up to a factor a picture, which the norm after MCB takes out again. "+GloVe" is the task's ``word_vectors``, beside.
"""

from __future__ import annotations

from scanpath.errors import ConfigError
from scanpath.hosts.assembly import assemble, linear_classifier, stored_regions
from scanpath.hosts.initialisation import uniform_question, xavier_linear
from scanpath.hosts.vqa_model import VQAModel
from scanpath.layers import MCB, Fusion, QuestionEncoder
from scanpath.layers.fusions.sketching import Norm
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory, CoAttentionFactory


def mcb(
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
    fusion_dim: int = 16_000,
    fusion_norm: Norm = "sample",
    fusion_dropout: float = 0.1,
) -> VQAModel:
    """Build the host: normalised features, two LSTM layers side by side, MCB, a linear classifier.

    Args:
        answers: A.
        vocabulary_size: Number of word indices; 0 is padding.
        beside_dim: Width of given word vectors, such as GloVe, beside each learnt word.
        attention: Called with ``region_dim`` and ``query_dim``; None (and no ``co_attention``) answers from the
            question alone.
        co_attention: Called with ``region_dim``, ``token_dim`` and ``query_dim``.
        feature_dim: Width of the stored features.
        length: What of the features is divided by its L2 norm.
        coordinates: What is appended to each region after that.
        embedding_dim: Width of a word.
        question_dim: Q, half of it each LSTM layer's.
        dropout: After each LSTM layer.
        fusion_dim: Width of the sketched product.
        fusion_norm: What MCB normalises over; over one context, the same.
        fusion_dropout: After MCB.

    Raises:
        ConfigError: Pictures in place of stored features, or an odd ``question_dim``.
    """
    if question_dim % 2:
        raise ConfigError(f"question_dim {question_dim} cannot be halved between two layers: give an even number.")
    question = QuestionEncoder(
        vocabulary_size=vocabulary_size, beside_dim=beside_dim,
        embedding_dim=embedding_dim, hidden_dim=question_dim // 2, layers=2,
        tanh=True, dropout=dropout, embedding_dropout=0.0, every_layer=True,
    )  # fmt: skip
    uniform_question(question)

    def fuse(seen: int, asked: int, _glimpses: int) -> Fusion:
        return MCB(input_dim=seen, query_dim=asked, output_dim=fusion_dim, norm=fusion_norm, dropout=fusion_dropout)

    model = assemble(
        question=question,
        image=stored_regions("mcb", feature_dim, coordinates=coordinates, length=length),
        attention=attention,
        co_attention=co_attention,
        fuse=fuse,
        classify=linear_classifier(answers),
    )
    xavier_linear(model.classifier)
    return model
