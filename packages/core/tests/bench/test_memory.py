"""Peak memory against sums worked by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.bench import memory
from scanpath.bench.memory import LiveStorages, peak_bytes, resident_growth

FLOAT = 4


def test_a_chain_holds_two_at_a_time():
    x = torch.randn(101, requires_grad=False)

    def chain():
        y = x + 1
        y = y * 2  # the old y dies only after the new one is born
        return y - 3

    assert peak_bytes(chain) == 2 * 101 * FLOAT


def test_views_and_what_was_there_before_count_nothing():
    x = torch.randn(7, 11)

    def views():
        return x.view(-1)[3:].reshape(2, -1).transpose(0, 1), x.detach(), x.t()

    assert peak_bytes(views) == 0
    assert peak_bytes(lambda: x.t().contiguous().view(-1)[:5]) == 77 * FLOAT


def test_what_autograd_saves_lives_until_the_backward_pass():
    x = torch.randn(7, 11, requires_grad=True)
    n = 7 * 11 * FLOAT

    def forward():
        return x.exp().tanh().sum()  # exp and tanh each save their result; the sum is one number

    assert peak_bytes(forward) == 2 * n + FLOAT
    with torch.no_grad():
        assert peak_bytes(forward) == 2 * n  # exp dies when the sum is born


def test_a_linear_layers_backward_pass():
    layer = nn.Linear(5, 7)
    x = torch.randn(3, 5)

    def both():
        layer(x).backward(torch.ones(3, 7))

    # result, incoming gradient, gradients of the weight and of the bias: (21 + 21 + 35 + 7) numbers
    first = peak_bytes(both)
    layer.zero_grad(set_to_none=True)
    assert first == (21 + 21 + 35 + 7) * FLOAT
    assert peak_bytes(both) == first


def test_storages_leave_the_sum_and_in_place_growth_enters_it():
    with LiveStorages() as storages:
        y = torch.zeros(13)
        assert storages.current == 13 * FLOAT
        y.resize_(17)
        assert storages.current == 17 * FLOAT
        z = y[:5]
        del y
        assert storages.current == 17 * FLOAT
        del z
        assert storages.current == 0
    assert storages.peak == 17 * FLOAT


def test_the_peak_is_the_same_on_every_repeat():
    model = nn.Sequential(nn.Linear(5, 31), nn.Tanh(), nn.Linear(31, 3))
    lstm = nn.LSTM(5, 7, batch_first=True)
    x = torch.randn(2, 11, 5)

    def both():
        (model(x).sum() + lstm(x)[0].sum()).backward()
        model.zero_grad(set_to_none=True)
        lstm.zero_grad(set_to_none=True)

    assert len({peak_bytes(both) for _ in range(5)}) == 1


def test_resident_growth_sees_a_large_tensor():
    size = 64 * 2**20
    growth = resident_growth(lambda: torch.ones(size // FLOAT))
    if growth is None:
        pytest.skip("the system tells no resident memory")
    assert 0.9 * size < growth < 2 * size


def test_resident_growth_is_none_where_the_system_does_not_tell(monkeypatch):
    def refuse(_field):
        raise OSError

    monkeypatch.setattr(memory, "_status", refuse)
    ran = []
    assert resident_growth(lambda: ran.append(1)) is None
    assert ran == [1]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_peak_agrees_with_the_gpus_allocator():
    device = torch.device("cuda")
    model = nn.Sequential(nn.Linear(512, 1024), nn.Tanh(), nn.Linear(1024, 256)).to(device)
    x = torch.randn(997, 512, device=device)

    def both():
        model(x).sum().backward()
        model.zero_grad(set_to_none=True)

    both()  # libraries allocate their workspaces once
    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    both()
    allocated = torch.cuda.max_memory_allocated() - before
    assert peak_bytes(both) == pytest.approx(allocated, rel=0.05)
