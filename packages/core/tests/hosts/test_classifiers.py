"""Hosts of classification are built from a plain section; a mistake in it is one sentence."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from scanpath.errors import ScanpathError
from scanpath.features.preprocessing import HALF
from scanpath.hosts import CLASSIFIERS, build_classifier


@pytest.mark.parametrize("name", CLASSIFIERS)
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
        ({"name": "resnet81"}, "there is no host 'resnet81'; did you mean 'resnet18'"),
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
