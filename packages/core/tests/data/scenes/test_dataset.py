from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.scenes.dataset import ChangingPriors, ScenesData
from scanpath.errors import ConfigError


def test_both_share_files_and_checksum(small_world: Path) -> None:
    scenes, changed = ScenesData(small_world), ChangingPriors(small_world)
    assert scenes.folder == changed.folder == small_world / "scenes"
    assert scenes.checksum() == changed.checksum()
    assert scenes.damaged() == []
    assert changed.damaged() is None
    assert dict(scenes.counts()) == {"train": (211, 2110), "val": (53, 530), "test": (61, 610)}
    assert sum(asked for _, asked in changed.counts().values()) == 2110 + 530
    assert changed.open("test").name == "scenes-cp/test"
    assert scenes.make(images=211, val_images=53, test_images=61) == scenes.folder


def test_unknown_options_carry_near_ones(tmp_path: Path) -> None:
    for made in (ScenesData(tmp_path), ChangingPriors(tmp_path)):
        with pytest.raises(ConfigError, match="the data set scenes has no option 'image'; did you mean 'images'"):
            made.make(image=3)
    assert not (tmp_path / "scenes").exists()
