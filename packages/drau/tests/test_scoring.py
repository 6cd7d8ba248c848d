"""What scores a unit's places: against the loop, at every option, and by numbers that a hand can follow."""

from __future__ import annotations

import math

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_drau import GridLSTM, reference
from scanpath_drau.scoring import ScoringRecurrence, check_unit

OPTIONS = {
    "glimpses": 2, "joint_dim": 5, "hidden_dim": 7, "join": "stack", "recurrence": "lstm", "activation": "prelu",
    "slope": 0.25, "activate_scores": False, "dropout": 0.3, "read_padding": False,
}  # fmt: skip


def scoring(widths=(5, 5), **options):
    return ScoringRecurrence(widths=widths, **{**OPTIONS, **options})


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    ("widths", "options"),
    [
        ((5, 5), {}),
        ((5, 5), {"activate_scores": True, "glimpses": 3}),
        ((3, 11), {"join": "channels"}),
        ((3,), {"join": "channels", "read_padding": True}),
    ],
)
def test_equals_its_loop(drawn, assert_twins, widths, options, masked):
    module = drawn(scoring(widths, **options))
    named, stack = dict(module.named_parameters()), options.get("join") != "channels"
    mask = torch.tensor([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1]], dtype=torch.bool) if masked else None
    read = None if options.get("read_padding") else mask
    real = torch.ones(2, 5, dtype=torch.bool) if read is None else read

    def fast(*maps):
        scores = module(maps, mask)
        return [torch.where(real.unsqueeze(1), scores, 0)]

    def slow(*maps):
        rows = []
        for row, seen in enumerate(real):
            places = [[one[row, n] for n in seen.nonzero().flatten()] for one in maps]
            found = reference.scores(named, places, stack=stack)
            rows.append(found.new_zeros(len(found), 5).masked_scatter(seen, found))
        return [torch.stack(rows)]

    maps = [torch.randn(2, 5, width, dtype=torch.float64) for width in widths]
    assert_twins(fast, slow, *maps, parameters=[*module.parameters()])


def test_over_a_grid_it_is_the_loop_row_by_row_or_the_grid_lstm(drawn):
    maps = [torch.randn(2, 3, 4, 5, dtype=torch.float64) for _ in range(2)]
    module = drawn(scoring())
    flat = module([one.flatten(1, 2) for one in maps])
    torch.testing.assert_close(module(maps), flat.unflatten(-1, (3, 4)))
    module = drawn(scoring(recurrence="grid_lstm", hidden_dim=6))
    assert isinstance(module.recurrence, GridLSTM)
    mask = torch.rand(2, 3, 4) > 0.3
    states = module.recurrence(module.join(maps), mask)
    expected = module.glimpses(states).permute(0, 3, 1, 2)
    torch.testing.assert_close(module(maps, mask), expected)


def test_by_hand():
    """One number a place: c = PReLU(x), then a memory that keeps half and takes in half, c_1 = 1, c_2 = -1/4.

    Gates whose input is 0 are 1/2; the new content is tanh(c). So m_1 = tanh(1) / 2, m_2 = m_1 / 2 - tanh(1/4) / 2, and
    the output is tanh(m) / 2, scored by 3 h + 1 and by -h.
    """
    module = scoring(joint_dim=1, hidden_dim=1, widths=(1,), join="channels").eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        module.join.weight.fill_(1)
        module.join.activation.weight.fill_(0.25)
        module.recurrence.weight_ih_l0[2] = 1  # torch's third gate is the new content
        module.glimpses.weight.copy_(torch.tensor([[3.0], [-1.0]]))
        module.glimpses.bias.copy_(torch.tensor([1.0, 0.0]))
    first = math.tanh(1) / 2
    second = first / 2 - math.tanh(0.25) / 2
    h = [math.tanh(first) / 2, math.tanh(second) / 2]
    found = module([torch.tensor([[[1.0], [-1.0]]])])
    torch.testing.assert_close(found, torch.tensor([[[3 * h[0] + 1, 3 * h[1] + 1], [-h[0], -h[1]]]]))
    torch.testing.assert_close(found[0, 1], torch.tensor([-0.1816997, -0.0339174]), rtol=1e-5, atol=1e-6)


def test_the_recurrence_is_dropped_out_in_training_alone(drawn):
    module = drawn(scoring(dropout=0.5))
    maps = [torch.randn(2, 5, 5, dtype=torch.float64) for _ in range(2)]
    assert torch.equal(module(maps), module(maps))
    module.train()
    assert not torch.equal(module(maps), module(maps))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"glimpses": 0}, r"^DRAU got glimpses=0, expected a whole number from 1 on\.$"),
        ({"hidden_dim": -1}, "hidden_dim=-1, expected a whole number"),
        ({"joint_dim": 2.0}, "joint_dim=2.0, expected a whole number"),
        ({"join": "sum"}, r"^DRAU got join='sum', expected 'stack' or 'channels'\.$"),
        ({"recurrence": "gru"}, "recurrence='gru', expected 'lstm' or 'grid_lstm'"),
        ({"activation": "gelu"}, "activation='gelu', expected one of"),
        ({"activate_scores": "no"}, "activate_scores='no', expected true or false"),
        ({"read_padding": 1}, "read_padding=1, expected true or false"),
        ({"dropout": 1.0}, r"^DRAU got dropout=1.0, expected a share from 0 on and below 1\.$"),
        ({"dropout": False}, "dropout=False, expected a share"),
    ],
)
def test_what_is_refused(options, words):
    check_unit("DRAU", **OPTIONS)
    with pytest.raises(ConfigError, match=words):
        check_unit("DRAU", **{**OPTIONS, **options})


@pytest.mark.parametrize(("widths", "join"), [((5, 7), "stack"), ((3, 3), "stack"), ((), "stack"), ((), "channels")])
def test_maps_that_cannot_be_joined(widths, join):
    with pytest.raises(
        ConfigError, match=r"^a recurrent unit got maps \[.*\] wide with join='.*' and joint_dim=5: give"
    ):
        scoring(widths, join=join)
