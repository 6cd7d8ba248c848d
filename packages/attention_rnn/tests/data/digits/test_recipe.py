from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.testing.files.idx import write_mnist
from scanpath_attention_rnn.data.digits.options import VARIANTS
from scanpath_attention_rnn.data.digits.questions import ask
from scanpath_attention_rnn.data.digits.recipe import Recipe, recipe_of
from scanpath_attention_rnn.data.digits.world import picture_draws


def recipe(name: str, root: Path, **options: Any) -> Recipe:
    variant = VARIANTS[name]
    return recipe_of(variant, variant.options(**options), root)


@pytest.mark.parametrize(("name", "inverse"), [("mref", False), ("mbg-inverse", True)])
def test_it_takes_just_as_many_pictures_as_questions_need(
    name: str, inverse: bool, tmp_path: Path, photographs: Path
) -> None:
    found = recipe(name, tmp_path, **({"photographs": photographs} if inverse else {}))
    asked = [len(list(ask(found.draw("val", index).digits, inverse=inverse))) for index in range(20)]
    assert min(asked) >= 1
    ends = np.cumsum(asked).tolist()
    for pictures, end in enumerate(ends, start=1):
        assert found.pictures("val", end) == pictures
        assert found.pictures("val", end + 1) == pictures + 1


def test_sets_of_one_seed_differ_in_their_ground_alone(tmp_path: Path, photographs: Path) -> None:
    sets = {
        "black": recipe("mref", tmp_path),
        "distractors": recipe("mdist", tmp_path),
        "gaussian": recipe("mdist", tmp_path, background="gaussian"),
        "photographs": recipe("mbg", tmp_path, photographs=photographs),
    }
    drawn = {name: found.draw("test", 5) for name, found in sets.items()}
    black = drawn["black"]
    assert {name: found.background for name, found in sets.items()} == {name: name for name in sets}
    assert len({found.picture.tobytes() for found in drawn.values()}) == 4
    assert not black.picture[black.labels == 0].any()
    full = black.picture.max(axis=2) > 200  # where a bright digit hides its ground
    assert full.any()
    for name, found in drawn.items():
        np.testing.assert_array_equal(found.labels, black.labels)
        np.testing.assert_allclose(found.picture[full], black.picture[full], atol=30, err_msg=name)
        lit = found.picture[found.labels == 0].any(axis=1).mean()
        assert {"black": lit == 0, "distractors": 0 < lit < 0.3, "gaussian": lit > 0.8, "photographs": lit > 0.9}[name]


def test_the_big_set_has_the_same_scales_in_larger_pictures(tmp_path: Path, photographs: Path) -> None:
    found = [recipe("mbg-big", tmp_path, photographs=photographs).draw("train", index) for index in range(20)]
    assert {(one.picture.shape, one.labels.shape) for one in found} == {((224, 224, 3), (224, 224))}
    scales = [digit.scale / 1e6 for one in found for digit in one.digits]
    assert 0.5 < min(scales) < 0.7
    assert 2.5 < max(scales) <= 3
    assert max(digit.x for one in found for digit in one.digits) > 150


def test_each_split_draws_grounds_of_its_own(tmp_path: Path, photographs: Path) -> None:
    found = recipe("mbg", tmp_path, photographs=photographs)
    grounds = {
        found.ground(picture_draws(found.seed, split, index)).tobytes()
        for split in ("train", "val", "test")
        for index in range(7)
    }
    assert len(grounds) > 14, "a photograph smaller than the picture has one crop alone"


def test_the_manifest_tells_digits_and_photographs_by_what_they_hold(tmp_path: Path, photographs: Path) -> None:
    facts = recipe("mbg", tmp_path, photographs=str(photographs), seed=3).facts()
    assert facts.keys() == {"seed", "background", "digits", "photographs"}
    assert (facts["seed"], facts["background"]) == (3, "photographs")
    assert facts["digits"].startswith("3,000 that are shipped, sha256 ")
    assert facts["photographs"].startswith("3 of ")
    assert recipe("mdist", tmp_path, background="gaussian").facts() == {
        "seed": 0, "background": "gaussian", "digits": facts["digits"],
    }  # fmt: skip


def test_mnist_beside_the_data_sets_is_taken(tmp_path: Path) -> None:
    write_mnist(tmp_path / "MNIST" / "raw", "train", np.zeros((10, 28, 28), np.uint8), np.arange(10, dtype=np.uint8))
    assert recipe("mref", tmp_path).mnist == tmp_path / "MNIST" / "raw"
    with pytest.raises(
        DataError, match=r"t10k-images-idx3-ubyte.gz is missing\): run scanpath data fetch mnist, or lay"
    ):
        recipe("mref", tmp_path).facts()
    with pytest.raises(DataError, match="elsewhere holds no MNIST"):
        recipe("mref", tmp_path, mnist=tmp_path / "elsewhere")
