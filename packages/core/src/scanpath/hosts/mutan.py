"""The host of Tucker fusion. Source: Ben-younes et al. (2017), MUTAN, and their code.

Sizes are those of the code, https://github.com/Cadene/vqa.pytorch. The rows of the paper, as the ``model:`` section of
a recipe::

    {name: mutan, attention: null}                                                         # the question alone
    {name: mutan, attention: mean, x_dim: 360, hidden_query_dim: 360, fusion_dim: 360, rank: 10}   # no attention
    {name: mutan, attention: {name: dot, maps: 2, scale: 1.0, fused: {name: mutan, output_dropout: 0.5}}}  # attention

``dot`` without a query is one linear map to the scores. Deviations: the paper's question encoder is a skip-thought GRU,
trained on books before; here it is a GRU of the same widths, learnt from the questions, and plain dropout on its
words stands for variational dropout.
"""

from __future__ import annotations

from scanpath.hosts.assembly import assemble, linear_classifier, stored_regions
from scanpath.hosts.vqa_model import VQAModel
from scanpath.layers import Fusion, Mutan, QuestionEncoder
from scanpath.layers.regions import Length, Place
from scanpath.types import AttentionFactory, CoAttentionFactory


def mutan(
    *,
    answers: int,
    vocabulary_size: int,
    beside_dim: int = 0,
    attention: AttentionFactory | None = None,
    co_attention: CoAttentionFactory | None = None,
    feature_dim: int | None = None,
    length: Length = "none",
    coordinates: Place = "none",
    embedding_dim: int = 620,
    question_dim: int = 2400,
    word_dropout: float = 0.25,
    x_dim: int = 310,
    hidden_query_dim: int = 310,
    fusion_dim: int = 510,
    rank: int = 5,
    dropout: float = 0.5,
) -> VQAModel:
    """Build the host: features as they are, a GRU, MUTAN with a projection for each glimpse, a linear classifier.

    Glimpses are told by the mechanism's fact of that name: a context of vectors side by side, as a softmax around
    several maps gives it. A context that is one vector, as hops or heads give it together, gets one projection.

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
        question_dim: Q.
        word_dropout: After the embedding.
        x_dim: Width of a glimpse's projection.
        hidden_query_dim: Width of the question's projection.
        fusion_dim: Width of MUTAN's output.
        rank: R.
        dropout: In front of every projection and of the classifier.

    Raises:
        ConfigError: Pictures in place of stored features.
    """
    question = QuestionEncoder(
        vocabulary_size=vocabulary_size, beside_dim=beside_dim,
        embedding_dim=embedding_dim, hidden_dim=question_dim, recurrence="gru",
        embedding_dropout=word_dropout,
    )  # fmt: skip

    def fuse(seen: int, asked: int, glimpses: int) -> Fusion:
        return Mutan(
            input_dim=seen, query_dim=asked, output_dim=fusion_dim, rank=rank, x_dim=x_dim, dropout=dropout,
            hidden_query_dim=hidden_query_dim, glimpses=glimpses,
        )  # fmt: skip

    return assemble(
        question=question,
        image=stored_regions("mutan", feature_dim, coordinates=coordinates, length=length),
        attention=attention,
        co_attention=co_attention,
        fuse=fuse,
        classify=linear_classifier(answers, dropout),
    )
