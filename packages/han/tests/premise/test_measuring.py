"""Areas against masks whose places are known, of maps that are known too."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from scanpath.errors import DataError
from scanpath_han.premise import measuring
from scanpath_han.premise.networks import Group, Looks


def looks_at(values, presences=None):
    return Looks(torch.as_tensor(values).float(), presences)


def test_the_subject_is_the_first_pictures_with_all_their_questions(subject):
    assert len(subject.pictures) == len(subject.masks) == 11
    assert len(subject.split) == 11 * 6
    assert subject.image_index.tolist() == np.repeat(np.arange(11), 6).tolist()
    assert (subject.targets.object >= 0).sum() == 11 * 3  # the questions that are not relational
    for picture, mask in zip(subject.pictures, subject.masks, strict=True):
        np.testing.assert_array_equal(mask, (picture != 255).any(2))  # the ground is white, no object is


def test_data_without_masks_are_refused(subject):
    with pytest.raises(DataError, match=r"sort-of-clevr/test has no masks of its objects: take scenes"):
        measuring.read_subject(measuring.VQASplit(**{**vars(subject.split), "grounding": None}), 3)


def test_every_question_is_asked_of_its_own_picture(subject):
    """Each picture is seen as its number, and a question as the number of its picture and its words."""
    numbers = {id(picture): number for number, picture in enumerate(subject.pictures)}
    asked = []

    class Seen:
        def look(self, images, questions, index):
            asked.extend(zip(images.flatten()[index].tolist(), questions, strict=True))
            return Looks(images[:, :, :, 0], images[index][:, :, :, 0] + 100)

    group = Group("", "none", lambda picture: torch.full((1, 1, 1, 1), float(numbers[id(picture)])), [Seen(), Seen()])
    one, other = measuring.look_at_all(group, subject)
    assert one.norms.flatten().tolist() == list(range(11))
    assert one.presences.flatten().tolist() == [100 + number for number in subject.image_index]
    torch.testing.assert_close(one.presences, other.presences)
    assert asked[::2] != asked[1::2]
    expected = list(zip(subject.image_index.tolist(), subject.split.questions, strict=True))
    assert sorted(asked) == sorted(2 * expected)


def test_the_masks_themselves_are_found(subject):
    """At a cell a pixel nothing is covered in part: the best map is perfect, its opposite is always wrong."""
    found = measuring.areas(looks_at(subject.masks), subject)
    np.testing.assert_array_equal(found["norm/any"], 1.0)
    np.testing.assert_array_equal(found["best/which"], 1.0)
    np.testing.assert_array_equal(found["norm/which"], 0.5)  # it is as large on every object
    ground = 1 - found["norm/asked"]  # one object among six, less what other objects take
    assert (ground > 0).all()
    wrong = measuring.areas(looks_at(~subject.masks), subject)
    np.testing.assert_array_equal(wrong["norm/any"], 0.0)


def test_an_object_among_objects_by_questions(subject):
    """A presence that is the asked object's mask finds it; averaged over questions it is one of several."""
    masks = torch.zeros(len(subject.split), 75, 75)
    rows = np.flatnonzero(subject.targets.object >= 0)
    masks[rows] = subject.targets.masks(rows.tolist()).float()
    found = measuring.areas(looks_at(subject.masks, masks), subject)
    np.testing.assert_array_equal(found["presence/asked"], 1.0)
    np.testing.assert_array_equal(found["presence/which"], 1.0)
    assert (found["mean/asked"] > 0.5).all()
    assert (found["mean/which"] <= 1).all()
    assert (found["mean/which"] < 1).any()
    np.testing.assert_allclose(found["adds/which"], 1 - found["mean/which"])


def test_place_alone_knows_the_mean_over_pictures(subject):
    maps = torch.rand(11, 3, 5)
    found = measuring.areas(looks_at(maps), subject)
    same = measuring.areas(looks_at(maps.mean(0).expand_as(maps)), subject)
    np.testing.assert_allclose(found["place/any"], same["norm/any"])
    assert not np.allclose(found["norm/any"], same["norm/any"])
    assert (found["norm/any"] <= found["best/any"]).all()


def test_a_map_that_is_equal_everywhere_tells_nothing(subject):
    found = measuring.areas(looks_at(np.ones((11, 4, 4)), torch.ones(66, 4, 4)), subject)
    for kind, expected in {"norm": 0.5, "place": 0.5, "mean": 0.5, "presence": 0.5, "adds": 0.0}.items():
        for target in measuring.TARGETS:
            np.testing.assert_allclose(found[f"{kind}/{target}"], expected, rtol=0, atol=1e-15)


def test_means_of_pictures_by_hand():
    found = measuring.picture_means(torch.tensor([[1.0, 2], [3, 4], [10, 20]]), torch.tensor([0, 0, 1]))
    assert found.tolist() == [[2, 3], [10, 20]]
    values = np.array([1.0, np.nan, 3, np.nan])
    assert measuring._by_picture(values, np.array([0, 0, 0, 1]), 3).tolist() == pytest.approx(
        [2, np.nan, np.nan], nan_ok=True
    )


def test_figures_are_over_seeds_then_pictures():
    one, other = np.array([0.2, 0.4, np.nan]), np.array([0.4, 0.8, np.nan])
    found = measuring.figures([{"norm/any": one, "adds/any": one}, {"norm/any": other, "adds/any": other}])
    figure = found["norm/any"]
    assert (figure.value, figure.pictures, figure.under) == (pytest.approx(0.45), 2, 0.5)
    assert figure.seeds == pytest.approx((0.3, 0.6))
    assert (figure.low, figure.high) == pytest.approx((0.3, 0.6))
    assert found["adds/any"].under == 0
    assert measuring.figures([{"norm/any": np.full(3, np.nan)}]) == {}
