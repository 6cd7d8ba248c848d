"""Two parts at once: what waits for what, on a GPU that is played; on a real one the same numbers as one by one."""

from __future__ import annotations

import contextlib

import pytest
import torch

from scanpath.types import Attended
from scanpath_drau import DualRecurrentAttention
from scanpath_drau.overlap import both

CUDA = torch.device("cuda")


class Played(torch.Tensor):
    """A tensor that tells on whose streams it is used."""

    told: list[str]

    def record_stream(self, stream):
        self.told.append(f"kept for {stream}")


class Stream:
    def __init__(self, name, told):
        self.name, self.told = name, told

    def __str__(self):
        return self.name

    def wait_stream(self, other):
        self.told.append(f"{self} waits for {other}")


@pytest.fixture
def told(monkeypatch):
    """Play the streams of a GPU, and tell what happens on them in order."""
    told = []

    @contextlib.contextmanager
    def on(stream):
        told.append(f"on {stream}")
        yield
        told.append(f"off {stream}")

    monkeypatch.setattr(torch.cuda, "current_stream", lambda _: Stream("here", told))
    monkeypatch.setattr(torch.cuda, "Stream", lambda _: Stream("beside", told))
    monkeypatch.setattr(torch.cuda, "stream", on)
    return told


def part(name, told):
    def call():
        told.append(name)
        context, weights, scores = (torch.zeros(2, 3).as_subclass(Played) for _ in range(3))
        for one in (context, weights, scores):
            one.told = told
        return Attended(context, weights, {"scores": scores})

    return call


def test_what_waits_for_what(told):
    both(part("first", told), part("second", told), device=CUDA, overlap=True)
    assert told == [
        "beside waits for here", "on beside", "second", "off beside", "first", "here waits for beside",
        "kept for here", "kept for here", "kept for here",
    ]  # fmt: skip


@pytest.mark.parametrize(("device", "overlap"), [(CUDA, False), (torch.device("cpu"), True)])
def test_one_after_the_other(told, device, overlap):
    first, second = both(lambda: "first", lambda: "second", device=device, overlap=overlap)
    assert (first, second, told) == ("first", "second", [])


@pytest.mark.parametrize(
    "device", ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))]
)
def test_the_units_give_the_same_either_way(device):
    torch.manual_seed(0)
    module = DualRecurrentAttention(region_dim=7, token_dim=5, dropout=0.0).to(device)
    regions = torch.randn(2, 3, 3, 7, device=device, requires_grad=True)
    tokens = torch.randn(2, 4, 5, device=device, requires_grad=True)
    found = []
    for overlap in (False, True):
        module.overlap = overlap
        look, read = module(regions, tokens)
        grads = torch.autograd.grad((look.context.square().sum() + read.context.square().sum()), [regions, tokens])
        found.append([look.context, look.weights, read.context, read.weights, *grads])
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)
