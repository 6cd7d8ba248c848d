"""A question as its embedded words and one vector: what the textual stream reads, and what it begins with.

Source: Fan and Zhou, CVPR 2018, Sec. 3.4: u_i are embeddings, h^(0),text is a bi-directional LSTM "on top of" them.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import torch
from torch import Tensor

from scanpath.errors import ConfigError
from scanpath.layers import QuestionEncoder
from scanpath.types import Question

Words = Literal["embeddings", "states"]
"""What u_i is: the embedding of a word, or the recurrent state at it."""


class WordsAndVector(QuestionEncoder):
    """A question encoder whose states are the words as they are embedded, of another width than its vector.

    Args:
        words: "embeddings", or "states" as of a :class:`scanpath.layers.QuestionEncoder`.
        options: Of that encoder.

    Attributes:
        token_dim: E, the width of a state.
    """

    def __init__(self, *, words: Words = "embeddings", **options: Any) -> None:
        super().__init__(**options)
        if words not in get_args(Words):
            raise ConfigError(f"a question encoder got words={words!r}, expected 'embeddings' or 'states'.")
        self.words: Words = words
        self.token_dim = self.output_dim
        if words == "embeddings":
            tables = [self.embedding] if self.beside is None else [self.embedding, self.beside]
            self.token_dim = sum(table.embedding_dim for table in tables)

    def forward(self, tokens: Tensor) -> Question:
        """Encode questions, word indices (B, T): ``Question(vector (B, Q), states (B, T, E), mask (B, T))``."""
        question = super().forward(tokens)
        if self.words == "states":
            return question
        words: Tensor = self.embedding(tokens)
        if self.beside is not None:
            words = torch.cat([words, self.beside(tokens)], -1)
        return question._replace(states=words)  # padding's row is 0
