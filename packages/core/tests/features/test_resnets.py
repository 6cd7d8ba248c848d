"""Trunks of ResNets: torchvision's network without its end, and what is said when torchvision is missing."""

import sys

import pytest
import torch

from scanpath.errors import MissingExtraError
from scanpath.features.backbones import create_backbone
from scanpath.features.resnets import resnet_trunk, torchvision_models


def test_the_trunk_with_the_end_put_back_is_the_whole_network() -> None:
    torch.manual_seed(7)
    whole = torchvision_models().resnet18(weights=None).eval()
    trunk = resnet_trunk("resnet18").eval()
    state = {name: tensor for name, tensor in whole.state_dict().items() if not name.startswith("fc.")}
    trunk.load_state_dict(state)  # strict: torchvision's names, none more, none less
    pixels = torch.randn(2, 3, 37, 53)
    features = trunk(pixels)
    assert features.shape == (2, 512, 2, 2)
    with torch.no_grad():
        torch.testing.assert_close(whole.fc(features.mean((2, 3))), whole(pixels))


@pytest.mark.parametrize(("name", "layers", "width"), [("resnet50", 50, 2048), ("resnet101", 101, 2048)])
def test_depth_and_width(name: str, layers: int, width: int) -> None:
    with torch.device("meta"):
        trunk = resnet_trunk(name)
        assert trunk(torch.empty(1, 3, 448, 448)).shape == (1, width, 14, 14)
    convolutions = [module for path, module in trunk.named_modules() if isinstance(module, torch.nn.Conv2d)]
    shortcuts = [path for path, _ in trunk.named_modules() if path.endswith("downsample.0")]
    assert len(convolutions) - len(shortcuts) == layers - 1, "all but the classifier that was left out"


def test_without_torchvision_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(
        MissingExtraError, match=r"a backbone of torchvision needs 'torchvision', .* 'scanpath\[train\]'"
    ):
        create_backbone("resnet18", weights="random")
    assert create_backbone("scenes_cnn").width == 64, "which needs no torchvision"
