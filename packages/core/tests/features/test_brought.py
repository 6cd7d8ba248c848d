"""Backbones of packages: listed with the core's, built as they are, and refused where they cannot be."""

from __future__ import annotations

import sys
import types

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from scanpath import registry
from scanpath.errors import ConfigError, DataError, ScanpathError, UnknownNameError
from scanpath.features.backbones import create_backbone, create_extractor, extractor_of, list_backbones
from scanpath.features.brought import BroughtBackbone, brought_backbone, brought_backbones
from scanpath.features.preprocessing import IMAGENET, Preprocessing
from scanpath.method import Method
from scanpath.tasks.vqa.settings import VQASettings


def patches() -> nn.Module:
    return nn.Conv2d(3, 7, 8, 8)


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Install a package whose module has what is given, under the names that are given."""

    def fill(backbones, **brought):
        module = types.ModuleType("gaze_backbones")
        vars(module).update(brought)
        monkeypatch.setitem(sys.modules, "gaze_backbones", module)
        method = Method(name="gaze", paper="Gaze", backbones=backbones)

        class Point:
            name, value, dist = "gaze", "gaze:METHOD", None

            def load(self):
                return method

        monkeypatch.setattr(registry, "entry_points", lambda group: [Point()])
        registry.forget()

    yield fill
    monkeypatch.undo()
    registry.forget()


@pytest.fixture
def weights(tmp_path):
    """A file of weights of the layers, and what it holds."""
    torch.manual_seed(5)
    state = patches().state_dict()
    save_file(state, tmp_path / "patches.safetensors")
    return tmp_path / "patches.safetensors", state


def test_it_is_listed_and_built_as_one_of_the_core(install, weights):
    path, state = weights
    brought = BroughtBackbone(network=patches, weights=path, size=40, statistics=IMAGENET)
    install({"patches": "gaze_backbones:PATCHES"}, PATCHES=brought)
    assert "patches" in list_backbones()
    backbone = create_backbone("patches")
    assert (backbone.shape, backbone.input_size, backbone.statistics) == ((5, 5, 7), (40, 40), IMAGENET)
    assert torch.equal(backbone.body.weight, state["weight"])
    assert create_backbone("patches", size=64).grid == [8, 8]
    assert create_extractor("patches", grid=6).input_size == (48, 48)
    again = create_backbone("patches", weights=path, preprocessing=Preprocessing(fit="crop"))
    assert extractor_of(again.facts).facts == again.facts
    assert VQASettings(features="patches@48").features == "patches@48"


def test_random_weights_are_the_same_every_time(install, weights):
    install(
        {"patches": "gaze_backbones:PATCHES"}, PATCHES=BroughtBackbone(network=patches, weights=weights[0], size=40)
    )
    first, second = (create_backbone("patches", weights="random").sha256 for _ in range(2))
    assert first == second != create_backbone("patches").sha256


def test_listing_imports_nothing(install):
    install({"patches": "no_such_module:PATCHES"})
    assert brought_backbones() == {"patches": "no_such_module:PATCHES"}
    assert "patches" in list_backbones()
    with pytest.raises(ScanpathError, match=r"'patches' cannot be imported from no_such_module:PATCHES"):
        create_backbone("patches")


@pytest.mark.parametrize("name", ["resnet18", "scenes_cnn", "fasterrcnn_resnet50_fpn"])
def test_a_name_of_the_core_stays_the_cores(install, name):
    install({name: "gaze_backbones:PATCHES"})
    with pytest.warns(
        registry.BrokenPluginWarning,
        match=f"^the backbone '{name}' of gaze_backbones:PATCHES is ignored, since the core has one of that",
    ):
        names = list_backbones()
    assert names.count(name) == (name != "fasterrcnn_resnet50_fpn")


def test_what_is_no_backbone_is_named(install, tmp_path):
    absent = BroughtBackbone(network=patches, weights=tmp_path / "none.safetensors", size=40)
    install({name: f"gaze_backbones:{name.upper()}" for name in ("three", "absent")}, THREE=3, ABSENT=absent)
    with pytest.raises(
        ScanpathError, match=r"'three' is a int, expected a .*BroughtBackbone: correct gaze_backbones:THREE"
    ):
        brought_backbone("three")
    with pytest.raises(DataError, match="there is no file of weights"):
        create_backbone("absent")
    with pytest.raises(UnknownNameError, match=r"brings the backbone 'absend'; did you mean 'absent'\?"):
        brought_backbone("absend")


def test_weights_of_other_layers_are_refused(install, tmp_path, weights):
    save_file({"weight": torch.zeros(7, 3, 4, 4), "bias": torch.zeros(7)}, tmp_path / "other.safetensors")
    install(
        {"patches": "gaze_backbones:PATCHES"}, PATCHES=BroughtBackbone(network=patches, weights=weights[0], size=40)
    )
    with pytest.raises(ConfigError, match=r"do not fit patches: 1 of its 2 tensors .* 'weight'"):
        create_backbone("patches", weights=tmp_path / "other.safetensors")
