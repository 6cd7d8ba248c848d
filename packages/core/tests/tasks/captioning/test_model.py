from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.errors import DataError
from scanpath.tasks.captioning.model import CaptionerSection
from scanpath.tasks.captioning.settings import ModelSettings


def test_a_section_builds_the_same_model_again(tmp_path: Path) -> None:
    chosen = ModelSettings.parse({"attention": {"name": "additive", "hidden_dim": 5}, "hidden_dim": 7})
    section = CaptionerSection(model=chosen, vocabulary_size=11, region_shape=[4, 4, 6], backbone=None)
    section.save(tmp_path)
    again = CaptionerSection.load(tmp_path)
    assert again == section
    torch.manual_seed(0)
    first = section.build().state_dict()
    torch.manual_seed(0)
    second = again.build().state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert first["decoder.output.weight"].shape == (11, 7)


def test_another_file_is_no_section(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text("[]")
    with pytest.raises(DataError, match=r"model.json is no model's section: the file was changed"):
        CaptionerSection.load(tmp_path)
