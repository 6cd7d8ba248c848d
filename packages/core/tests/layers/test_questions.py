"""The question encoder: padding changes nothing, and an empty question is one too."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import QuestionEncoder

FORMS = [{"layers": layers, "bidirectional": both, "tanh": both} for layers in (1, 2) for both in (False, True)] + [
    {"recurrence": "gru", "bidirectional": True},
    {"layers": 2, "every_layer": True},
    {"layers": 2, "every_layer": True, "cell": True},
    {"layers": 0, "tanh": True},
]


def encoder_of(**options):
    torch.manual_seed(0)
    return QuestionEncoder(vocabulary_size=23, embedding_dim=5, hidden_dim=14, **options).eval()


def padded(*questions, length):
    return torch.tensor([[*words, *[0] * (length - len(words))] for words in questions])


@pytest.mark.parametrize("options", FORMS)
def test_equals_each_question_alone_without_padding(options):
    encoder = encoder_of(**options)
    questions = [[3, 1, 4, 1, 5], [9, 2], [6, 5, 3]]
    together = encoder(padded(*questions, length=7))
    for row, words in enumerate(questions):
        alone = encoder(torch.tensor([words]))
        torch.testing.assert_close(together.vector[row], alone.vector[0])
        torch.testing.assert_close(together.states[row, : len(words)], alone.states[0])
        assert (together.states[row, len(words) :] == 0).all()
    assert together.states.shape == (3, 7, encoder.output_dim)
    assert together.mask.sum(1).tolist() == [5, 2, 3]


@pytest.mark.parametrize("options", FORMS)
def test_more_padding_changes_nothing_forwards_or_backwards(options):
    encoder = encoder_of(**options)
    questions = [[3, 1, 4], [9]]
    gradients = []
    for length in (3, 11):
        encoder.zero_grad()
        out = encoder(padded(*questions, length=length))
        (out.vector.square().sum() + out.states.sum()).backward()
        gradients.append([parameter.grad.clone() for parameter in encoder.parameters()])
    torch.testing.assert_close(gradients[0], gradients[1])


@pytest.mark.parametrize("bidirectional", [True, False])
def test_the_layer_is_torchs_own(bidirectional):
    encoder = encoder_of(bidirectional=bidirectional)
    lstm = nn.LSTM(5, 7 if bidirectional else 14, batch_first=True, bidirectional=bidirectional)
    layer = encoder.layers[0]
    weights = dict(layer.forwards.named_parameters())
    if bidirectional:
        weights |= {f"{name}_reverse": one for name, one in layer.backwards.named_parameters()}
    lstm.load_state_dict(weights)
    tokens = torch.tensor([[3, 1, 4, 1], [5, 9, 2, 6]])
    out = encoder(tokens)
    states, (last, _) = lstm(encoder.embedding(tokens))
    torch.testing.assert_close(out.states, states)
    torch.testing.assert_close(out.vector, torch.cat(list(last), -1))


def test_a_gru_is_torchs_own():
    encoder = encoder_of(recurrence="gru")
    gru = nn.GRU(5, 14, batch_first=True)
    gru.load_state_dict(encoder.layers[0].forwards.state_dict())
    tokens = torch.tensor([[3, 1, 4, 1], [5, 9, 2, 6]])
    torch.testing.assert_close(encoder(tokens).vector, gru(encoder.embedding(tokens))[1][0])


def test_every_layer_and_its_cells_are_torchs_own(with_gradient):
    outputs = encoder_of(layers=2, every_layer=True)
    cells = encoder_of(layers=2, every_layer=True, cell=True)
    both = nn.LSTM(5, 14, num_layers=2, batch_first=True)
    weights = [layer.forwards.state_dict() for layer in outputs.layers]
    both.load_state_dict({f"{name[:-1]}{level}": one for level in (0, 1) for name, one in weights[level].items()})
    tokens = torch.tensor([[3, 1, 4, 1], [5, 9, 2, 6]])
    assert outputs.output_dim == 28

    def run(encoder, words):
        with torch.no_grad():
            encoder.embedding.weight.copy_(outputs.embedding.weight)
        encoder.embedding.register_forward_hook(lambda *_: words)
        return encoder(tokens).vector

    def expected(which, words):
        return torch.cat([*both(words)[1][which]], -1)

    words = outputs.embedding(tokens).detach()
    for encoder, which in ((outputs, 0), (cells, 1)):
        torch.testing.assert_close(
            with_gradient(lambda one, encoder=encoder: run(encoder, one), words),
            with_gradient(lambda one, which=which: expected(which, one), words),
        )


def test_the_embeddings_dropout_is_its_own_and_in_front_of_the_tanh():
    encoder = encoder_of(tanh=True, dropout=0.0, embedding_dropout=1.0).train()
    silent = encoder.layers[0].forwards(torch.zeros(1, 2, 5))[0][:, -1]
    torch.testing.assert_close(encoder(torch.tensor([[3, 1]])).vector, silent)
    halved = encoder_of(tanh=True, embedding_dropout=0.5).train()
    seen = []
    halved.squash.register_forward_hook(lambda _module, given, _out: seen.append(given[0]))
    halved(torch.tensor([[3, 1, 4]]))
    kept = seen[0][seen[0] != 0]
    assert 0 < len(kept) < 15
    torch.testing.assert_close(kept, 2 * halved.embedding(torch.tensor([[3, 1, 4]]))[seen[0] != 0])


@pytest.mark.parametrize("options", FORMS)
def test_an_empty_question_is_a_vector_of_zeros(options):
    encoder = encoder_of(**options)
    for tokens in (padded([], [3, 1], length=3), padded([], length=2)):
        out = encoder(tokens)
        assert (out.vector[0] == 0).all()
        assert not out.mask[0].any()
        out.vector.sum().backward()
        assert all(parameter.grad.isfinite().all() for parameter in encoder.parameters())


def test_a_forget_bias_keeps_the_first_word_for_longer():
    """The gate is half open by default, three quarters at a bias of 1: so is what is left of a word at each step."""
    first, other = padded([3, *[1] * 12], length=13), padded([4, *[1] * 12], length=13)
    left = []
    for bias in (None, 1.0):
        torch.manual_seed(0)
        encoder = QuestionEncoder(vocabulary_size=5, embedding_dim=64, hidden_dim=128, layers=2, forget_bias=bias)
        left.append((encoder(first).vector - encoder(other).vector).norm())
    assert left[1] > 10 * left[0]
    for layer in encoder.layers:
        assert (layer.forwards.bias_ih_l0 + layer.forwards.bias_hh_l0)[128:256].eq(1).all()


def test_bf16_autocast():
    encoder = encoder_of(bidirectional=True)
    with torch.autocast("cpu", torch.bfloat16):
        out = encoder(padded([3, 1], [4], length=5))
    out.vector.float().sum().backward()
    torch.testing.assert_close(out.vector, encoder(padded([3, 1], [4], length=5)).vector, rtol=0.05, atol=0.05)


def test_a_bag_of_words_is_the_mean_of_torchs_own():
    encoder = encoder_of(layers=0)
    questions = [[3, 1, 4, 1, 5], [9, 2], [6]]
    bag = nn.EmbeddingBag.from_pretrained(encoder.embedding.weight.detach(), mode="mean")
    expected = bag(
        torch.tensor([word for words in questions for word in words]),
        torch.tensor([0, 5, 7]),
    )
    torch.testing.assert_close(encoder(padded(*questions, length=7)).vector, expected)
    assert (encoder(torch.zeros(2, 3, dtype=torch.int64)).vector == 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"hidden_dim": 7, "bidirectional": True}, "even"),
        ({"layers": -1}, "expected 0 or more"),
        ({"layers": 0, "forget_bias": 1.0}, "give it a layer"),
        ({"layers": 0, "bidirectional": True}, "give it a layer"),
        ({"recurrence": "rnn"}, "'gru'"),
        ({"recurrence": "gru", "cell": True}, "one direction"),
        ({"bidirectional": True, "cell": True}, "one direction"),
        ({"recurrence": "gru", "forget_bias": 1.0}, "no such gate"),
    ],
)
def test_options_raise(options, words):
    with pytest.raises(ConfigError, match=words):
        QuestionEncoder(vocabulary_size=3, **options)


def test_shapes_raise():
    with pytest.raises(ShapeError, match=r"expected \(B, T\)"):
        encoder_of()(torch.tensor([1, 2]))


@pytest.mark.parametrize("options", FORMS)
def test_the_side_of_the_padding_changes_nothing_but_the_places_of_the_states(options):
    encoder = encoder_of(**options)
    questions = [[3, 1, 4], [], [9, 2, 6, 5, 3, 5, 8]]
    gradients, found = [], []
    for tokens in (
        padded(*questions, length=7),
        torch.tensor([[*[0] * (7 - len(words)), *words] for words in questions]),
    ):
        encoder.zero_grad()
        out = encoder(tokens)
        out.vector.square().sum().backward()
        gradients.append([parameter.grad.clone() for parameter in encoder.parameters()])
        found.append(out)
    right, left = found
    torch.testing.assert_close(left.vector, right.vector)
    torch.testing.assert_close(gradients[1], gradients[0])
    for row, words in enumerate(questions):
        blank = 7 - len(words)
        torch.testing.assert_close(left.states[row, blank:], right.states[row, : len(words)])
        assert (left.states[row, :blank] == 0).all()
        assert left.mask[row].tolist() == [*[False] * blank, *[True] * len(words)]


def test_word_vectors_stand_beside_the_learnt_words_neither_squashed_nor_dropped():
    encoder = encoder_of(tanh=True, beside_dim=3, embedding_dropout=1.0).train()
    vectors = torch.randn(23, 3) * 5
    with torch.no_grad():
        assert (encoder.beside.weight == 0).all()
        encoder.beside.weight.copy_(vectors)
    tokens = torch.tensor([[3, 1, 4]])
    words = torch.cat([torch.zeros(1, 3, 5), vectors[tokens]], -1)
    torch.testing.assert_close(encoder(tokens).states, encoder.layers[0].forwards(words)[0])
