"""A section read back builds the model that it was written for."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.errors import ConfigError, DataError
from scanpath.tasks.classification.model import ClassifierSection
from scanpath.tasks.classification.settings import ModelSettings
from scanpath.tasks.section import MODEL


def section() -> ClassifierSection:
    return ClassifierSection(
        model=ModelSettings.parse({"attention": "dot", "cnn_channels": [5, 7]}),
        labels="digit", classes=("0", "1", "2"), mean=(0.1, 0.2, 0.3), deviation=(0.4, 0.5, 0.6),
        picture_shape=(1, 11, 13),
    )  # fmt: skip


def test_it_comes_back_whole(tmp_path: Path) -> None:
    section().save(tmp_path)
    found = ClassifierSection.load(tmp_path)
    assert found == section()
    model = found.build()
    assert model(torch.rand(2, 1, 11, 13)).logits.shape == (2, 3)
    assert model.mean.flatten().tolist() == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.parametrize(("text", "error"), [("[]", DataError), ('{"labels": "digit"}', ConfigError)])
def test_a_changed_file_is_refused(tmp_path: Path, text: str, error: type[Exception]) -> None:
    (tmp_path / MODEL).write_text(text)
    with pytest.raises(error, match=r"model\.json"):
        ClassifierSection.load(tmp_path)
