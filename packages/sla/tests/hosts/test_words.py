"""What the textual stream reads: embeddings as they stand in the table, or the LSTM's states."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath.layers import QuestionEncoder
from scanpath_sla.hosts import WordsAndVector

SIZES = {"vocabulary_size": 13, "embedding_dim": 5, "hidden_dim": 14, "bidirectional": True}


@pytest.mark.parametrize("beside", [0, 3])
def test_states_are_the_embedded_words(beside):
    question = WordsAndVector(**SIZES, beside_dim=beside)
    if beside:
        question.beside.weight.data[1:].normal_()
    tokens = torch.tensor([[3, 12, 1, 0], [7, 0, 0, 0]])
    vector, states, mask = question(tokens)
    tables = [question.embedding.weight, *([question.beside.weight] if beside else [])]
    assert (vector.shape, states.shape) == ((2, 14), (2, 4, question.token_dim))
    assert question.token_dim == 5 + beside
    for row in range(2):
        for place in range(4):
            expected = torch.cat([table[tokens[row, place]] for table in tables])
            assert torch.equal(states[row, place], expected)
    assert torch.equal(mask, tokens != 0)
    assert not states[~mask].any()


def test_the_vector_is_the_cores():
    ours, theirs = WordsAndVector(**SIZES, words="states"), QuestionEncoder(**SIZES)
    theirs.load_state_dict(ours.state_dict())
    tokens = torch.tensor([[3, 12, 1, 0], [7, 0, 0, 0]])
    torch.testing.assert_close(ours(tokens), theirs(tokens))
    ours.words = "embeddings"
    torch.testing.assert_close(ours(tokens).vector, theirs(tokens).vector)


def test_another_reading_is_refused():
    with pytest.raises(ConfigError, match="got words='glove', expected 'embeddings' or 'states'"):
        WordsAndVector(**SIZES, words="glove")
