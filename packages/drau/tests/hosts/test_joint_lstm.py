"""Joint LSTM: its parameters by hand, its equations in loops, positions, padding, what it refuses."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath.hosts import build_host
from scanpath_drau.hosts import joint_lstm
from scanpath_drau.hosts.joint_lstm import joined_with, last_state, placed

SIZES = {
    "answers": 11, "vocabulary_size": 23, "feature_dim": 5, "embedding_dim": 3, "question_dim": 14, "hidden_dim": 13,
}  # fmt: skip


def test_parameters():
    question = 23 * 3 + 4 * 7 * (3 + 7) + 2 * 4 * 7 + 4 * 7 * (7 + 7) + 2 * 4 * 7
    image, recurrence = 5 * 14 + 14, 4 * 13 * (14 + 14 + 13) + 2 * 4 * 13
    assert sum(one.numel() for one in joint_lstm(**SIZES).parameters()) == question + image + recurrence + 13 * 11 + 11
    changed = joint_lstm(**SIZES, positions="raw", activation="prelu", joint_dim=7)
    image, recurrence = 7 * 7 + 7 + 1, 4 * 13 * (7 + 14 + 13) + 2 * 4 * 13
    assert sum(one.numel() for one in changed.parameters()) == question + image + recurrence + 13 * 11 + 11


@pytest.mark.parametrize("activation", ["tanh", "prelu"])
@pytest.mark.parametrize("join", ["concat", "add", "hadamard"])
def test_its_equations_by_loops_with_gradients(join, activation):
    torch.manual_seed(3)
    model = joint_lstm(**SIZES, join=join, activation=activation, slope=0.3).double().eval()
    features = torch.randn(1, 2, 3, 5, dtype=torch.float64, requires_grad=True)
    words = torch.tensor([[3, 1, 4]])
    query = model.question(words).vector[0]
    norm = features.square().sum().sqrt()
    w_v, w_ih, w_hh = model.image[0].weight, model.recurrence.weight_ih_l0, model.recurrence.weight_hh_l0
    bias = model.recurrence.bias_ih_l0 + model.recurrence.bias_hh_l0
    h = c = torch.zeros(13, dtype=torch.float64)
    for row in range(2):
        for column in range(3):
            region = w_v @ (features[0, row, column] / norm) + model.image[0].bias
            region = region.tanh() if activation == "tanh" else torch.where(region > 0, region, 0.3 * region)
            x = {"concat": torch.cat([region, query]), "add": region + query, "hadamard": region * query}[join]
            enter, keep, new, leave = (w_ih @ x + w_hh @ h + bias).chunk(4)
            c = keep.sigmoid() * c + enter.sigmoid() * new.tanh()
            h = leave.sigmoid() * c.tanh()
    linear = model.classifier.layers[1]
    expected, found = linear.weight @ h + linear.bias, model(features, words).logits[0]
    torch.testing.assert_close(found, expected)
    inputs = [features, w_v, w_hh]
    both = (torch.autograd.grad(one.square().sum(), inputs, retain_graph=True) for one in (found, expected))
    for ours, slow in zip(*both, strict=True):
        torch.testing.assert_close(ours, slow)


def test_positions_by_hand():
    features = torch.tensor([3.0, 4.0]).expand(1, 2, 3, 2)
    raw = placed(features, "raw", "location")
    assert raw[0, 1, 2].tolist() == pytest.approx([0.6, 0.8, 1, 2])
    assert raw[0, 0, 1].tolist() == pytest.approx([0.6, 0.8, 0, 1])
    told = placed(features, "normalised", "none")
    assert told[0, 1, 1].tolist() == pytest.approx([3, 4, 1, 0.5])
    whole = placed(features, "normalised", "sample")
    assert whole.square().sum().item() == pytest.approx(1)
    torch.testing.assert_close(whole[0, 1, 2] * told.square().sum().sqrt(), torch.tensor([3.0, 4, 1, 1]))
    assert placed(features[:, :1, :1], "normalised", "none")[0, 0, 0].tolist() == [3, 4, 0, 0]
    assert placed(features.half(), "none", "none").dtype == torch.float32


def test_padding_is_stepped_over_and_each_question_finds_its_picture():
    torch.manual_seed(5)
    model = joint_lstm(**SIZES, length="location").eval()
    boxes, words = torch.randn(2, 7, 5), torch.tensor([[3, 1], [4, 2], [5, 6]])
    mask = torch.tensor([[True] * 7, [True, True, False, True, False, False, False]])
    boxes[1, 2] = float("nan")
    found = model(boxes, words, torch.tensor([1, 0, 1]), mask, torch.rand(2, 7, 4)).logits
    short = boxes[1:, [0, 1, 3]]
    torch.testing.assert_close(found[:1], model(short, words[:1]).logits)
    torch.testing.assert_close(found[1:2], model(boxes[:1], words[1:2]).logits)
    torch.testing.assert_close(found[2:], model(short, words[2:]).logits)


def test_a_picture_without_regions_has_the_first_state():
    mask = torch.tensor([[False, False, False], [False, True, False]])
    states = torch.arange(12.0).view(2, 3, 2)
    assert last_state(states, mask).tolist() == [[0, 0], [8, 9]]
    assert last_state(states, None).tolist() == [[4, 5], [10, 11]]


def test_joins():
    regions, query = torch.tensor([[[1.0, 2], [3, 4]]]), torch.tensor([[5.0, 6]])
    assert joined_with(regions, query, "concat").tolist() == [[[1, 2, 5, 6], [3, 4, 5, 6]]]
    assert joined_with(regions, query, "add").tolist() == [[[6, 8], [8, 10]]]
    assert joined_with(regions, query, "hadamard").tolist() == [[[5, 12], [15, 24]]]


def test_first_weights_and_dropouts():
    torch.manual_seed(6)
    model = joint_lstm(**SIZES, dropout=0.5)
    assert 0.07 < model.recurrence.weight_ih_l0.abs().max() <= 0.08
    assert 0.07 < model.recurrence.weight_hh_l0.abs().max() <= 0.08
    assert not model.recurrence.bias_ih_l0.any()
    assert 0.8 < model.image[0].weight.abs().max() / (6 / 19) ** 0.5 <= 1
    assert (model.question.dropout.p, model.classifier.layers[0].p) == (0.5, 0.5)


def test_it_is_built_by_name():
    section = {"name": "joint_lstm", "attention": None, "question_dim": 14, "hidden_dim": 3, "positions": "raw"}
    model = build_host(section, vocabulary_size=23, answers=5, feature_shape=(2, 3, 7)).eval()
    given = torch.randn(2, 2, 3, 7), torch.tensor([[3, 1], [4, 2], [5, 0]]), torch.tensor([1, 0, 1])
    found = model(*given)
    assert found.maps == {}
    question, seen = model.look(*given)
    assert seen is None
    torch.testing.assert_close(question.vector, model.question(given[1]).vector)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"feature_dim": None}, "the host joint_lstm reads stored features: give the recipe a backbone"),
        ({"positions": "norm"}, "got positions='norm', expected 'none' or 'raw' or 'normalised'"),
        ({"join": "sum"}, "got join='sum', expected 'concat' or 'add' or 'hadamard'"),
        ({"length": "all"}, "got length='all', expected 'none' or 'sample' or 'location'"),
        ({"join": "add", "joint_dim": 7}, "got join='add' of 7 and 14 numbers: leave joint_dim out"),
        ({"joint_dim": 0}, "the host joint_lstm got joint_dim=0, expected a whole number"),
        ({"hidden_dim": 0}, "the host joint_lstm got hidden_dim=0, expected a whole number"),
        ({"activation": "elu"}, "the host joint_lstm got activation='elu'"),
    ],
)
def test_what_it_cannot_be_is_a_sentence(options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        joint_lstm(**{**SIZES, **options})


def test_what_does_not_go_together_is_a_sentence():
    with pytest.raises(ShapeError, match=r"regions \(2, 6, 5\) are no grid \(N, H, W, D\), so they have neither rows"):
        joint_lstm(**SIZES, positions="normalised")(torch.randn(2, 6, 5), torch.ones(2, 3, dtype=torch.int64))
    with pytest.raises(ShapeError, match="3 questions came with 2 pictures and no image_index"):
        joint_lstm(**SIZES)(torch.randn(2, 2, 3, 5), torch.ones(3, 3, dtype=torch.int64))
