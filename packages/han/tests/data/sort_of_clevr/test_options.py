from __future__ import annotations

from typing import Any

import pytest

from scanpath.errors import ConfigError
from scanpath_han.data.sort_of_clevr import SortOfCLEVROptions


def test_the_defaults_are_the_recipes() -> None:
    options = SortOfCLEVROptions()
    assert options.sizes == {"train": 9_600, "val": 200, "test": 200}
    assert options.images + options.val_images == 9_800
    assert options.to_json() == {"images": 9_600, "val_images": 200, "test_images": 200, "questions": 10, "seed": 0}


@pytest.mark.parametrize(
    "bad", [{"images": 0}, {"val_images": 0}, {"test_images": 2.5}, {"questions": 41}, {"seed": -1}]
)
def test_impossible_options_are_named(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"the data set sort-of-clevr was asked for with {next(iter(bad))} = "):
        SortOfCLEVROptions(**bad)


def test_ids_stay_unique_over_the_splits() -> None:
    SortOfCLEVROptions(images=50_000)
    with pytest.raises(ConfigError, match=r"with 1,000,020 questions in train, expected at most 1,000,000, so that"):
        SortOfCLEVROptions(images=50_001)
    with pytest.raises(ConfigError, match=r"with 1,000,008 questions in test"):
        SortOfCLEVROptions(test_images=41_667, questions=12, images=1)
