"""A picture is standardised, looked at without a query, and classed."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.attention import create_attention
from scanpath.errors import ShapeError
from scanpath.features.preprocessing import Statistics
from scanpath.hosts import Encoded, PictureModel

STATISTICS = Statistics((0.5, 0.25, 0.125), (0.5, 0.25, 0.0625))


class Cells(nn.Module):
    """Every pixel is a region."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures.permute(0, 2, 3, 1)


def model(attention: str = "mean") -> PictureModel:
    looks = create_attention(attention, region_dim=3)
    return PictureModel(encode=Cells(), attention=looks, classifier=nn.Identity(), statistics=STATISTICS)


def test_the_mean_of_a_uniform_picture_is_its_standardised_colour() -> None:
    pixels = torch.tensor([255, 0, 51], dtype=torch.uint8).view(1, 3, 1, 1).expand(2, 3, 5, 7)
    output = model()(pixels)
    expected = torch.tensor([(1 - 0.5) / 0.5, -0.25 / 0.25, (0.2 - 0.125) / 0.0625])
    torch.testing.assert_close(output.logits, expected.expand(2, 3))
    assert output.maps["regions"].shape == (2, 1, 5, 7)
    torch.testing.assert_close(model()(pixels.float() / 255).logits, output.logits)


def test_a_grey_picture_is_one_of_three_equal_colours() -> None:
    grey = torch.randint(0, 256, (2, 1, 5, 7), dtype=torch.uint8)
    torch.testing.assert_close(model()(grey).logits, model()(grey.expand(-1, 3, -1, -1)).logits)


def test_the_map_is_what_the_attention_gave() -> None:
    torch.manual_seed(0)
    looks = model("additive")
    weights = looks(torch.rand(2, 3, 5, 7)).maps["regions"]
    torch.testing.assert_close(weights.flatten(1).sum(1), torch.ones(2))
    assert weights.std() > 0


def test_a_network_that_looks_on_its_way_gives_its_maps_too() -> None:
    class Gated(nn.Module):
        def forward(self, pictures: torch.Tensor) -> Encoded:
            return Encoded(pictures.permute(0, 2, 3, 1), {"block1": pictures[:, :1].sigmoid()})

    plain, gated = model(), model()
    gated.encode = Gated()
    pictures = torch.rand(2, 3, 5, 7)
    output = gated(pictures)
    assert [*output.maps] == ["block1", "regions"]
    torch.testing.assert_close(output.maps["block1"], ((pictures[:, :1] - 0.5) / 0.5).sigmoid())
    torch.testing.assert_close(output.logits, plain(pictures).logits)
    torch.testing.assert_close(gated.look(pictures).context, plain.look(pictures).context)


def test_statistics_are_no_weights() -> None:
    assert not model().state_dict()


@pytest.mark.parametrize("shape", [(2, 2, 5, 7), (3, 5, 7)])
def test_shapes_raise(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"expected pictures \(B, 3, H, W\) or \(B, 1, H, W\)"):
        model()(torch.rand(shape))
