"""Pictures that pre-training learns from: those of the data set of their seed, with every pixel's object."""

import pytest
import torch

from scanpath.data.images import decode
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.painting import paint_piece
from scanpath.features.labelled import LabelledPictures, draw_labelled


@pytest.fixture(scope="module")
def seven() -> LabelledPictures:
    return draw_labelled(7, seed=31, split="test")


def test_pictures_are_those_of_the_data_set_of_their_seed(seven: LabelledPictures) -> None:
    piece = paint_piece(SceneOptions(seed=31, world="hard"), "test", 0, 3)
    for index in range(3):
        assert (seven.pictures[index].permute(1, 2, 0).numpy() == decode(piece.pictures[index], "it")).all()
        assert (seven.labels[index].numpy() == decode(piece.masks[index], "it", "L")).all()


def test_shapes_and_what_stands_where_there_is_no_object(seven: LabelledPictures) -> None:
    assert (seven.pictures.shape, seven.pictures.dtype) == ((7, 3, 64, 64), torch.uint8)
    assert (seven.labels.shape, seven.labels.dtype) == ((7, 64, 64), torch.uint8)
    assert set(seven.attributes) == {"shape", "color", "size"}
    objects = seven.labels.flatten(1).amax(1)
    assert objects.min() >= 6
    assert objects.max() <= 8
    for classes in seven.attributes.values():
        assert (classes.shape, classes.dtype) == ((7, 8), torch.int64)
        assert ((classes >= 0).sum(1) == objects).all()
        assert torch.equal(classes >= 0, torch.arange(8) < objects[:, None])


def test_labels_and_attributes_tell_of_the_same_objects(seven: LabelledPictures) -> None:
    area = torch.stack([(seven.labels == number + 1).sum((1, 2)) for number in range(8)], dim=1)
    shape, size = seven.attributes["shape"], seven.attributes["size"]
    squares = shape == 1
    assert area[squares & (size == 1)].min() > area[squares & (size == 0)].max()
    color = seven.attributes["color"]
    for image, number in torch.nonzero(color == 0).tolist():  # red ones
        red, green, blue = seven.pictures[image][:, seven.labels[image] == number + 1].float().mean(1)
        assert red > 1.5 * max(green, blue)
    assert (color == 0).any()


def test_a_longer_draw_begins_alike_and_splits_and_worlds_differ(seven: LabelledPictures) -> None:
    three = draw_labelled(3, seed=31, split="test")
    assert torch.equal(three.pictures, seven.pictures[:3])
    assert three.checksum() == LabelledPictures(seven.pictures[:3], seven.labels[:3], {}).checksum()
    assert three.checksum() != seven.checksum()
    assert three.checksum() != draw_labelled(3, seed=31, split="train").checksum()
    assert three.checksum() != draw_labelled(3, seed=32, split="test").checksum()
    easy = draw_labelled(11, seed=31, split="test", world="easy")
    assert easy.attributes["shape"].max() == 3
    assert easy.attributes["color"].max() == 5


def test_the_checksum_sees_labels_too_and_not_how_memory_is_laid_out(seven: LabelledPictures) -> None:
    changed = seven.labels.clone()
    changed[6, 63, 63] ^= 1
    assert seven._replace(labels=changed).checksum() != seven.checksum()
    turned = seven._replace(
        pictures=seven.pictures.transpose(2, 3).contiguous().transpose(2, 3),
        labels=seven.labels.transpose(1, 2).contiguous().transpose(1, 2),
    )
    assert turned.checksum() == seven.checksum()
