import numpy as np
import pytest
import torch
from torch import nn

from scanpath.errors import ShapeError
from scanpath.features.frozen import Backbone, check_picture
from scanpath.features.preprocessing import IMAGENET, Preprocessing

MEAN, DEVIATION = (torch.tensor(channel).view(3, 1, 1) for channel in IMAGENET[:2])


class Pixels(nn.Module):
    """Gives its input, as features of three numbers."""

    def forward(self, pixels):
        return pixels


def backbone(**options):
    return Backbone(Pixels(), name="x", input_size=(5, 5), statistics=IMAGENET, preprocessing=Preprocessing(**options))


@pytest.fixture
def pictures():
    return torch.randint(0, 256, (2, 3, 5, 5), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))


def test_pixels_are_those_of_the_weights_unless_others_are_named(pictures):
    expected = ((pictures / 255 - MEAN) / DEVIATION).permute(0, 2, 3, 1)
    torch.testing.assert_close(backbone()(pictures), expected)
    torch.testing.assert_close(backbone(pixels="imagenet")(pictures), expected)
    torch.testing.assert_close(backbone(pixels="half")(pictures), (pictures / 127.5 - 1).permute(0, 2, 3, 1))
    caffe = pictures.flip(1).permute(0, 2, 3, 1).float() - torch.tensor([103.939, 116.779, 123.68])
    torch.testing.assert_close(backbone(pixels="caffe")(pictures), caffe, atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize(("length", "over"), [("sample", (1, 2, 3)), ("location", (3,))])
def test_features_have_the_length_that_was_asked(pictures, length, over):
    plain, found = backbone()(pictures), backbone(length=length)(pictures)
    torch.testing.assert_close(found, plain / plain.square().sum(over, keepdim=True).sqrt())
    torch.testing.assert_close(found.square().sum(over), torch.ones_like(found.square().sum(over)))


def test_describing_is_the_same_for_a_batch_of_prepared_pictures(pictures):
    made = backbone(fit="crop")
    wide = np.zeros((5, 9, 3), np.uint8)
    wide[:, 2:7] = 200
    prepared = made.prepare(wide)
    assert (prepared == 200).all(), "the centre is kept"
    found = made.describe([prepared, pictures[0]])
    assert found.boxes is None
    torch.testing.assert_close(found.features, made(torch.stack([prepared, pictures[0]])))


def test_facts_tell_preprocessings_apart():
    plain = backbone().facts
    assert plain.keys() == {"name", "sha256", "input_size", "mean", "deviation"}
    assert backbone(length="sample").facts == {**plain, "length": "sample"}
    assert backbone(pixels="caffe").facts["mean"] != plain["mean"]


@pytest.mark.parametrize("picture", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3))])
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises(ShapeError, match=r"expected uint8 \(H, W, 3\)"):
        check_picture(picture)
