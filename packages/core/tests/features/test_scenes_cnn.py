"""The backbone of Scenes against plain loops, what one of its cells sees, and folded batch norms."""

import numpy as np
import pytest
import torch
from torch import nn

from scanpath.features.loading import read_weights, shipped
from scanpath.features.scenes_cnn import STRIDES, ScenesCNN, ScenesCNNLayers, folded


@pytest.fixture
def network() -> ScenesCNN:
    torch.manual_seed(3)
    return ScenesCNN()


def convolved(x: np.ndarray, weight: np.ndarray, bias: np.ndarray, stride: int) -> np.ndarray:
    """One 3x3 convolution with a border of zeros and ReLU, (C, H, W), cell by cell."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    rows, columns = (-(-side // stride) for side in x.shape[1:])
    out = np.zeros((len(weight), rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = padded[:, row * stride : row * stride + 3, column * stride : column * stride + 3]
            out[:, row, column] = np.maximum(0, (weight * window).sum((1, 2, 3)) + bias)
    return out


@pytest.mark.parametrize(("height", "width", "grid"), [(8, 24, (1, 3)), (13, 19, (2, 3))])
def test_it_is_four_convolutions(network: ScenesCNN, height: int, width: int, grid: tuple[int, int]) -> None:
    pixels = torch.rand(2, 3, height, width, dtype=torch.float64) * 2 - 1
    features = network.double()(pixels)
    assert features.shape == (2, 64, *grid)
    expected = pixels[1].numpy()
    for convolution, stride in zip(network.convolutions, STRIDES, strict=True):
        expected = convolved(expected, convolution.weight.detach().numpy(), convolution.bias.detach().numpy(), stride)
    np.testing.assert_allclose(features[1].detach().numpy(), expected, atol=1e-12)


def test_other_strides_give_another_grid() -> None:
    torch.manual_seed(4)
    strides = (2, 1, 3, 2)
    network = ScenesCNN(strides).double()
    pixels = torch.rand(1, 3, 25, 37, dtype=torch.float64) * 2 - 1
    expected = pixels[0].numpy()
    for convolution, stride in zip(network.convolutions, strides, strict=True):
        expected = convolved(expected, convolution.weight.detach().numpy(), convolution.bias.detach().numpy(), stride)
    assert expected.shape == (64, 3, 4)
    np.testing.assert_allclose(network(pixels)[0].detach().numpy(), expected, atol=1e-12)


def test_a_cell_sees_31_pixels_around_its_upper_left_corner(network: ScenesCNN) -> None:
    for parameter in network.parameters():
        nn.init.constant_(parameter, 0.01)  # nothing cancels, no ReLU is shut
    pixels = torch.ones(1, 3, 64, 64, requires_grad=True)
    network(pixels)[0, :, 3, 4].sum().backward()
    seen = pixels.grad[0].sum(0) != 0
    rows, columns = (torch.nonzero(seen.any(axis)).flatten() for axis in (1, 0))
    assert (rows.min().item(), rows.max().item()) == (24 - 15, 24 + 15)
    assert (columns.min().item(), columns.max().item()) == (32 - 15, 32 + 15)
    assert seen.sum() == 31 * 31


def test_two_layers_side_by_side_keep_to_channels_of_their_own() -> None:
    torch.manual_seed(3)
    both = ScenesCNNLayers()
    pixels = torch.rand(2, 3, 16, 24) * 2 - 1
    regions = both(pixels)
    *_, third, fourth = both.layers(pixels)
    assert regions.shape == (2, 128, 12)
    assert torch.equal(regions[:, :64, :6], third.flatten(2))
    assert torch.equal(regions[:, 64:, 6:], fourth.flatten(2))
    assert not regions[:, 64:, :6].any()
    assert not regions[:, :64, 6:].any()


def test_each_layer_has_a_box_for_every_cell() -> None:
    boxes = ScenesCNNLayers().boxes(16, 24)
    assert boxes.shape == (12, 4)
    assert torch.equal(boxes[:6], boxes[6:])
    torch.testing.assert_close(boxes[4], torch.tensor([1 / 3, 1 / 2, 2 / 3, 1]))


def test_folding_changes_no_output_and_leaves_its_source_alone() -> None:
    torch.manual_seed(2)
    trained = ScenesCNN(normalised=True)
    for norm in trained.norms:
        nn.init.uniform_(norm.weight, 0.5, 2)
        nn.init.uniform_(norm.bias, -1, 1)
    trained(torch.randn(11, 3, 24, 24))  # running statistics that are not those of the beginning
    before = {name: tensor.clone() for name, tensor in trained.state_dict().items()}
    plain = folded(trained)
    assert trained.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in trained.state_dict().items())
    assert not any(isinstance(module, nn.BatchNorm2d) for module in plain.modules())
    pixels = torch.randn(2, 3, 24, 40)
    torch.testing.assert_close(plain(pixels), trained.eval()(pixels), rtol=1e-4, atol=1e-5)


def test_the_shipped_weights_are_of_a_folded_network(network: ScenesCNN) -> None:
    state = read_weights(shipped("scenes_cnn"))
    network.load_state_dict(state)  # strict: nothing is missing, nothing is left over
    assert set(state) == {f"convolutions.{layer}.{part}" for layer in range(4) for part in ("weight", "bias")}
