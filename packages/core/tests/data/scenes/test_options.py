from __future__ import annotations

from typing import Any

import pytest

from scanpath.data.scenes.options import SceneOptions
from scanpath.errors import ConfigError


def test_sizes_follow_the_training_split() -> None:
    assert SceneOptions().sizes == {"train": 10_000, "val": 1_000, "test": 2_000}
    assert SceneOptions(images=3, test_images=7).sizes == {"train": 3, "val": 1, "test": 7}
    assert SceneOptions(seed=5).to_json()["val_images"] == 1_000


def test_the_hard_world_has_more() -> None:
    easy, hard = SceneOptions(), SceneOptions(world="hard")
    assert (len(easy.shapes), len(easy.colors)) == (4, 6)
    assert (len(hard.shapes), len(hard.colors)) == (6, 8)


@pytest.mark.parametrize(
    "bad", [{"images": 0}, {"images": 2.5}, {"seed": -1}, {"image_size": 8}, {"world": "odd"}, {"questions": 41}]
)
def test_impossible_options_are_named(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"the data set scenes was asked for with {next(iter(bad))} = "):
        SceneOptions(**bad)
