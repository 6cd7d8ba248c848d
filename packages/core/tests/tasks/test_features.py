"""How a recipe names features."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from scanpath.features.preprocessing import Preprocessing
from scanpath.tasks.features import (
    LEARNT_ON_SCENES,
    Features,
    backbone_of,
    foreign_features,
    is_folder,
    preprocessing_of,
)

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


def test_a_papers_preset_is_its_backbone_size_and_crop() -> None:
    assert READ("preset:reviewnet") == "preset:reviewnet"
    assert backbone_of("preset:reviewnet") == ("vgg19", 224)
    assert preprocessing_of("preset:reviewnet") == Preprocessing(fit="crop", share=0.875)  # 256 pixels, of which 224
    assert preprocessing_of("vgg19@224") is None
    with pytest.raises(ValidationError, match="there is no preset 'revewnet'; did you mean 'reviewnet'"):
        READ("preset:revewnet")


@pytest.mark.parametrize("name", ["scenes_boxes", "fasterrcnn_resnet50_fpn@600"])
def test_detectors_are_named_as_backbones_are(name: str) -> None:
    assert READ(name) == name


def test_a_misspelt_backbone_is_told_near_names() -> None:
    with pytest.raises(ValidationError, match="no backbone 'resnet11'; did you mean"):
        READ("resnet11@320")


@pytest.mark.parametrize("name", LEARNT_ON_SCENES)
def test_features_of_scenes_are_remarked_on_elsewhere(name: str) -> None:
    (sentence,) = foreign_features(f"{name}@96", "vqa2")
    assert f"of {name}, which has seen drawn scenes only: for vqa2 name another network" in sentence
    assert not foreign_features(name, "scenes-cp")


@pytest.mark.parametrize("features", [None, "resnet101@448", "./stores"])
def test_others_are_not(features: str | None) -> None:
    assert not foreign_features(features, "vqa2")
