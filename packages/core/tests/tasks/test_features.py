"""How a recipe names features."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from scanpath.tasks.features import Features, backbone_of, is_folder

READ = TypeAdapter(Features).validate_python


def test_a_folder_is_told_from_a_name(tmp_path: Path) -> None:
    assert is_folder(str(tmp_path / "absent"))
    assert not is_folder("resnet101")
    assert READ(str(tmp_path / "absent")) == str(tmp_path / "absent")


def test_a_backbone_may_be_told_the_size_of_its_pictures() -> None:
    for name, read in (
        ("resnet101@320", ("resnet101", 320)),
        ("resnet101", ("resnet101", None)),
        ("timm:vit_small_patch14_dinov2.lvd142m@224", ("timm:vit_small_patch14_dinov2.lvd142m", 224)),
    ):
        assert READ(name) == name
        assert backbone_of(name) == read


def test_a_misspelt_backbone_is_told_near_names() -> None:
    with pytest.raises(ValidationError, match="no backbone 'resnet11'; did you mean"):
        READ("resnet11@320")
