"""Each picture is changed in a way that a loop can find again, and nothing is made up."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.errors import ConfigError
from scanpath.tasks.classification.augmentation import Augmentation, blurred, shifted, turned


@pytest.fixture
def pictures() -> Tensor:
    torch.manual_seed(0)
    return torch.randint(1, 256, (97, 3, 7, 11), dtype=torch.uint8)


def crops(picture: Tensor, pad: int) -> dict[bytes, tuple[int, int]]:
    """Cut every part of the padded picture (C, H, W), by its bytes."""
    padded = F.pad(picture, (pad,) * 4)
    _, height, width = picture.shape
    return {
        padded[:, top : top + height, left : left + width].contiguous().numpy().tobytes(): (top, left)
        for top in range(2 * pad + 1)
        for left in range(2 * pad + 1)
    }


def test_shifts_are_crops_of_the_padded_picture_and_all_of_them_come(pictures: Tensor) -> None:
    places = [
        crops(picture, 1)[moved.contiguous().numpy().tobytes()]
        for picture, moved in zip(pictures, shifted(pictures, 1), strict=True)
    ]
    assert set(places) == {(top, left) for top in range(3) for left in range(3)}


def test_about_half_are_mirrored(pictures: Tensor) -> None:
    changed = Augmentation(flip=True)(pictures)
    mirrored = [torch.equal(one, other.flip(2)) for one, other in zip(changed, pictures, strict=True)]
    same = [torch.equal(one, other) for one, other in zip(changed, pictures, strict=True)]
    assert sum(mirrored) + sum(same) == len(pictures)
    assert 30 < sum(mirrored) < 67


def test_a_quarter_turn_moves_pixels_about_the_centre(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "rand", lambda *size, device=None: torch.ones(*size))  # the most, one way
    picture = torch.zeros(1, 1, 5, 5, dtype=torch.uint8)
    picture[0, 0, 0, 2] = 200
    found = turned(picture, 90)
    assert found.sum() == 200
    assert found[0, 0, 2, 0] == 200 or found[0, 0, 2, 4] == 200
    wide = torch.zeros(1, 1, 5, 9, dtype=torch.uint8)
    wide[0, 0, 2, 6] = 200  # two pixels right of the centre, so two above or below it, whatever the sides
    assert turned(wide, 90)[0, 0, :, 4].nonzero().flatten().tolist() in ([0], [4])


def test_turning_is_small_and_keeps_the_middle(pictures: Tensor) -> None:
    found = turned(pictures, 15)
    assert found.dtype == torch.uint8
    assert torch.equal(found[:, :, 3, 5], pictures[:, :, 3, 5])
    assert not torch.equal(found, pictures)


def test_each_picture_is_blurred_as_torchvision_does(pictures: Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    functional = pytest.importorskip("torchvision.transforms.v2.functional")
    shares = torch.rand(len(pictures), 1)
    monkeypatch.setattr(torch, "rand", lambda *size, device=None: shares)
    found = blurred(pictures, 1.7)
    assert found.dtype == torch.uint8
    for one, picture, share in zip(found, pictures, shares, strict=True):
        expected = functional.gaussian_blur(picture, [13, 13], [1.7 * share.item()])  # six rows are mirrored, of seven
        assert (one.int() - expected.int()).abs().max() <= 1


def test_nothing_is_done_by_default_and_a_seed_gives_the_same(pictures: Tensor) -> None:
    assert Augmentation()(pictures) is pictures
    every = Augmentation(pad=4, flip=True, rotation=15, blur=1)
    torch.manual_seed(3)
    once = every(pictures)
    torch.manual_seed(3)
    assert torch.equal(once, every(pictures))


@pytest.mark.parametrize(
    "values", [{"pad": -1}, {"rotation": 181}, {"rotation": -1}, {"blur": -1}, {"blur": 11}, {"flips": True}]
)
def test_what_cannot_be_is_refused(values: dict) -> None:
    with pytest.raises(ConfigError):
        Augmentation.parse(values)
