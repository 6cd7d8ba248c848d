"""Hosts of classification are built from a plain section; a mistake in it is one sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from scanpath import registry
from scanpath.errors import ScanpathError
from scanpath.features.preprocessing import HALF, Statistics
from scanpath.hosts import PictureModel, build_classifier
from scanpath.hosts.classifiers import check_classifier_options
from scanpath.hosts.resnet18 import resnet18
from scanpath.method import Method
from scanpath.plugin import METHOD
from scanpath.types import AttentionFactory


@pytest.mark.parametrize("name", ["small_cnn", "resnet18"])
@pytest.mark.parametrize("attention", ["mean", "dot", {"name": "multi_hop", "hops": 2}])
def test_every_host_takes_every_kind_of_attention(name: str, attention: Any) -> None:
    model = build_classifier({"name": name, "attention": attention}, classes=5, statistics=HALF)
    output = model(torch.rand(2, 3, 32, 32))
    assert output.logits.shape == (2, 5)
    assert output.maps["regions"].shape[2:] == (4, 4)


def test_the_usual_one_averages_a_small_cnn() -> None:
    model = build_classifier({}, classes=5, statistics=HALF)
    assert type(model.attention).__name__ == "MeanPooling"


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"name": "resnet81"}, "brings the classifier 'resnet81'; did you mean 'resnet18'"),
        ({"attention": "maen"}, "brings the attention 'maen'; did you mean 'mean'"),
        ({"hiden_dim": 3}, "'model' takes no option 'hiden_dim'; did you mean 'hidden_dim'"),
        ({"classes": 3}, "'model' takes no option 'classes'"),
        ({"attention": None}, "attention is None, expected a name"),
    ],
)
def test_mistakes_are_one_sentence(section: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ScanpathError) as caught:
        build_classifier(section, classes=5, statistics=HALF)
    assert sentence in str(caught.value)


class Half(nn.Module):
    """A gate that lets half through, on a block's residual branch, where CBAM has its own."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x / 2


def gated(*, classes: int, statistics: Statistics, attention: AttentionFactory, gates: bool = True) -> PictureModel:
    """Build ResNet-18 with a gate in every block, in front of the shortcut's sum."""
    model = resnet18(classes=classes, statistics=statistics, attention=attention)
    for block in model.modules():
        if gates and type(block).__name__ == "BasicBlock":
            block.bn2 = nn.Sequential(block.bn2, Half())
    return model


@pytest.fixture
def with_a_host(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a package in the catalogue that brings a host beside the core's."""
    own = Method(name="own", paper="Own", classifiers={"gated": "own_hosts:gated"})
    monkeypatch.setitem(sys.modules, "own_hosts", SimpleNamespace(gated=gated))
    registry.forget()
    monkeypatch.setattr(registry, "methods", lambda: {"core": METHOD, "own": own})
    yield
    registry.addresses.cache_clear()


@pytest.mark.usefixtures("with_a_host")
def test_a_package_brings_a_host_with_gates_in_its_blocks() -> None:
    gate, plain = (
        build_classifier({"name": "gated", "gates": gates}, classes=5, statistics=HALF).eval()
        for gates in (True, False)
    )
    renamed = {key.replace("bn2.", "bn2.0."): value for key, value in plain.state_dict().items()}
    gate.load_state_dict(renamed)
    pictures = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        assert not torch.allclose(gate(pictures).logits, plain(pictures).logits)
    assert sum(isinstance(module, Half) for module in gate.modules()) == 8
    with pytest.raises(ScanpathError, match="takes no option 'gate'; did you mean 'gates'"):
        build_classifier({"name": "gated", "gate": True}, classes=5, statistics=HALF)


@pytest.mark.usefixtures("with_a_host")
def test_a_host_says_how_its_nested_options_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(gated, "check_options", asked.append, raising=False)
    check_classifier_options("gated", {"gates": False})
    assert asked == [{"gates": False}]
    with pytest.raises(ScanpathError, match="takes no option 'gate'; did you mean 'gates'"):
        check_classifier_options("gated", {"gate": False})
