"""FLOPs against numbers worked by hand; sizes are distinct primes."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from scanpath.bench.flops import count_flops, formulas

B, T, IN, H = 3, 11, 5, 7


def forward_backward(module, *inputs):
    def call():
        output = module(*inputs)
        (output[0] if isinstance(output, tuple) else output).sum().backward()

    return call


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("grad", [False, True])
def test_lstm_forward_is_every_weight_at_every_step(bidirectional, grad):
    lstm = nn.LSTM(IN, H, batch_first=True, bidirectional=bidirectional)
    directions = 2 if bidirectional else 1
    expected = directions * 2 * B * T * (4 * H) * (IN + H)
    with torch.set_grad_enabled(grad):
        assert count_flops(lambda: lstm(torch.randn(B, T, IN))) == expected


def test_lstm_backward_is_twice_the_forward():
    lstm = nn.LSTM(IN, H, num_layers=2, batch_first=True)
    forward = 2 * B * T * 4 * H * (IN + H) + 2 * B * T * 4 * H * (H + H)
    assert count_flops(forward_backward(lstm, torch.randn(B, T, IN))) == 3 * forward


def test_packed_lstm_counts_real_steps_only():
    lengths = torch.tensor([11, 5, 3])
    packed = nn.utils.rnn.pack_padded_sequence(torch.randn(B, T, IN), lengths, batch_first=True)
    lstm = nn.LSTM(IN, H, batch_first=True)
    assert count_flops(lambda: lstm(packed)) == 2 * int(lengths.sum()) * 4 * H * (IN + H)


def test_cudnn_formula_reads_the_list_of_weights():
    weights = [(4 * H, IN), (4 * H, H), (4 * H,), (4 * H,)]
    formula = formulas()[torch.ops.aten._cudnn_rnn]
    backward = formulas()[torch.ops.aten._cudnn_rnn_backward]
    assert formula((T, B, IN), weights, 4, None) == 2 * B * T * 4 * H * (IN + H)
    assert backward((T, B, IN), weights, 4, None) == 2 * formula((T, B, IN), weights, 4, None)


def test_matrix_times_vector_and_dot():
    matrix, vector = torch.randn(H, IN), torch.randn(IN)
    assert count_flops(lambda: matrix @ vector) == 2 * H * IN
    assert count_flops(lambda: torch.addmv(torch.randn(H), matrix, vector)) == 2 * H * IN
    assert count_flops(lambda: vector.dot(vector)) == 2 * IN


def test_fourier_transforms_follow_the_convention():
    n = 16
    real = torch.randn(B, n)
    assert count_flops(lambda: torch.fft.rfft(real)) == round(2.5 * B * n * math.log2(n))
    assert count_flops(lambda: torch.fft.fft(real.to(torch.complex64))) == round(5 * B * n * math.log2(n))
    half = torch.fft.rfft(real)
    assert count_flops(lambda: torch.fft.irfft(half, n=n)) == round(2.5 * B * n * math.log2(n))
    plane = torch.randn(B, 4, 8)
    assert count_flops(lambda: torch.fft.rfft2(plane)) == round(2.5 * B * 32 * math.log2(32))
    assert count_flops(lambda: torch.fft.rfft(torch.randn(B, 1))) == 0


def test_fourier_backward_counts_too():
    n = 16
    real = torch.randn(B, n, requires_grad=True)
    forward = round(2.5 * B * n * math.log2(n))
    both = count_flops(lambda: torch.fft.rfft(real).abs().sum().backward())
    assert both > forward


def test_attention_on_cpu():
    heads, queries, keys, width = 2, 11, 13, 8
    q = torch.randn(B, heads, queries, width, requires_grad=True)
    k, v = torch.randn(B, heads, keys, width), torch.randn(B, heads, keys, width)
    product = 2 * B * heads * queries * keys * width
    attend = nn.functional.scaled_dot_product_attention
    assert count_flops(lambda: attend(q, k, v)) == 2 * product
    assert count_flops(lambda: attend(q, k, v).sum().backward()) == 7 * product


def test_linear_and_convolution_as_torch_counts_them():
    linear = nn.Linear(IN, H)
    x = torch.randn(B, IN)
    assert count_flops(lambda: linear(x)) == 2 * B * IN * H
    assert count_flops(forward_backward(linear, x)) == 2 * (2 * B * IN * H)  # no gradient of x is asked for
    convolution = nn.Conv2d(2, 5, 3, padding=1)
    assert count_flops(lambda: convolution(torch.randn(B, 2, 7, 11))) == 2 * B * 7 * 11 * 5 * 2 * 9


def test_a_gradient_inside_the_call_counts():
    """As of a critic's penalty: forward, its backward, and the backward of both."""
    linear = nn.Linear(IN, 1, bias=False)
    call = nn.Sequential(linear)
    x = torch.randn(B, IN)

    def penalised() -> None:
        at = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(call(at).square().sum(), at, create_graph=True)
        gradient.square().sum().backward()

    product = 2 * B * IN
    # x W and the gradient of x; of that gradient those of W and of the score, and of the score those of W and of x
    assert count_flops(penalised) == 6 * product
