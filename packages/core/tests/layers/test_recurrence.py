"""A recurrence over what is real: torch's own over packed sequences is the oracle, and padding is nothing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.layers.recurrence import run_over_real, run_recurrence

MASK = torch.tensor([[1, 0, 1, 1, 0, 1, 0], [1] * 7, [0, 0, 0, 0, 1, 0, 0], [0] * 7], dtype=torch.bool)


@pytest.fixture(params=[nn.LSTM, nn.GRU])
def layers(request):
    torch.manual_seed(0)
    return [request.param(5, 3, batch_first=True) for _ in range(2)]


def test_without_a_mask_it_is_torchs_own(layers):
    forwards, backwards = layers
    x = torch.randn(4, 7, 5)
    expected = forwards(x)[0]
    torch.testing.assert_close(run_recurrence(forwards, x), expected)
    torch.testing.assert_close(run_over_real(forwards, x), expected)
    both = run_over_real(forwards, x, backwards=backwards)
    torch.testing.assert_close(both[..., :3], expected)
    torch.testing.assert_close(both[..., 3:], backwards(x.flip(1))[0].flip(1))


@pytest.mark.parametrize("directions", [1, 2])
def test_equals_each_row_without_what_is_masked(with_gradient, layers, directions):
    forwards, backwards = layers[0], layers[1] if directions == 2 else None

    def alone(x):
        rows = []
        for row, mask in zip(x, MASK, strict=True):
            out = torch.zeros(7, 3 * directions)
            if mask.any():
                real = row[mask].unsqueeze(0)
                states = [forwards(real)[0]]
                if backwards is not None:
                    states.append(backwards(real.flip(1))[0].flip(1))
                out = torch.zeros(7, 3 * directions).masked_scatter(mask.unsqueeze(1), torch.cat(states, -1))
            rows.append(out)
        return torch.stack(rows)

    x = torch.randn(4, 7, 5)
    fast = with_gradient(lambda x: run_over_real(forwards, x, MASK, backwards=backwards), x)
    torch.testing.assert_close(fast, with_gradient(alone, x))


def test_what_is_masked_may_be_anything(layers):
    x = torch.randn(4, 7, 5)
    expected = run_over_real(layers[0], x, MASK)
    broken = x.masked_fill(~MASK.unsqueeze(-1), float("nan")).requires_grad_()
    found = run_over_real(layers[0], broken, MASK)
    torch.testing.assert_close(found, expected)
    found.sum().backward()
    assert broken.grad[~MASK].eq(0).all()
    assert broken.grad[MASK].ne(0).any(-1).all()
    assert all(parameter.grad.isfinite().all() for parameter in layers[0].parameters())


def test_on_a_cpu_it_stays_in_single_precision_under_autocast(layers):
    x = torch.randn(4, 7, 5)
    expected = layers[0](x)[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = run_recurrence(layers[0], x)
        rounded = run_over_real(layers[0], x.bfloat16(), MASK)
    assert torch.equal(found, expected)
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, run_over_real(layers[0], x.bfloat16().float(), MASK))
