import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from scanpath.errors import ConfigError, DataError, ShapeError, UnknownNameError
from scanpath.features.backbones import (
    Backbone,
    create_backbone,
    create_extractor,
    extractor_of,
    has_weights_here,
    list_backbones,
    list_extractors,
    state_checksum,
)
from scanpath.features.brought import brought_backbones
from scanpath.features.preprocessing import Preprocessing
from scanpath.features.resnets import resnet_trunk
from scanpath.features.scenes_cnn import ScenesCNN


@pytest.fixture(scope="module")
def small_backbone() -> Backbone:
    return create_backbone("scenes_cnn", weights="random", size=40)


def test_features_are_channels_last_and_take_no_gradient(small_backbone):
    pictures = torch.randint(0, 256, (3, 3, 40, 40), dtype=torch.uint8)
    features = small_backbone(pictures)
    assert features.shape == (3, 5, 5, 64)
    assert (small_backbone.grid, small_backbone.width) == ([5, 5], 64)
    assert not features.requires_grad
    assert not any(parameter.requires_grad for parameter in small_backbone.parameters())
    expected = small_backbone.body(pictures[1:2].float() / 127.5 - 1)[0]
    torch.testing.assert_close(features[1], expected.permute(1, 2, 0))


def test_it_stays_frozen_when_its_holder_trains():
    backbone = create_backbone("resnet18", weights="random", size=37)
    holder = nn.Sequential(backbone).train()
    before = backbone.body.bn1.running_mean.clone()
    backbone(torch.randint(0, 256, (2, 3, 37, 37), dtype=torch.uint8))
    assert holder.training
    assert not backbone.body.bn1.training
    assert torch.equal(backbone.body.bn1.running_mean, before)


def test_random_weights_are_the_same_every_time_and_leave_the_generator_alone():
    torch.manual_seed(5)
    first = create_backbone("scenes_cnn", weights="random").sha256
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(torch.rand(1), drawn)
    assert create_backbone("scenes_cnn", weights="random").sha256 == first
    assert create_backbone("scenes_cnn").sha256 != first


@pytest.mark.parametrize(("name", "width"), [("resnet18", 512), ("resnet50", 2048)])
def test_resnets_give_their_last_stage(name, width):
    backbone = create_backbone(name, weights="random", size=67)
    assert (backbone.grid, backbone.width) == ([3, 3], width)


@pytest.mark.parametrize(("size", "cells"), [(224, 7), (289, 10), (320, 10), (448, 14)])
def test_resnet_grids_are_the_papers_ones(size, cells):
    body = resnet_trunk("resnet18").eval().to("meta")
    assert body(torch.empty(1, 3, size, size, device="meta")).shape == (1, 512, cells, cells)


def test_facts_tell_weights_and_sizes_apart(small_backbone):
    other = create_backbone("scenes_cnn", weights="random", size=48)
    assert other.sha256 == small_backbone.sha256
    assert other.facts != small_backbone.facts


def test_pictures_of_another_size_are_stretched(small_backbone):
    wide = np.zeros((40, 80, 3), np.uint8)
    wide[:, 40:] = (200, 100, 0)
    prepared = small_backbone.prepare(wide)
    assert (prepared.dtype, prepared.shape) == (torch.uint8, (3, 40, 40))
    assert prepared[:, 20, 7].tolist() == [0, 0, 0]
    assert prepared[:, 20, 31].tolist() == [200, 100, 0]
    same = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    assert (small_backbone.prepare(same).permute(1, 2, 0).numpy() == same).all()


@pytest.mark.parametrize("picture", [np.zeros((40, 40), np.uint8), np.zeros((40, 40, 3), np.float32)])
def test_what_is_no_picture_is_refused(small_backbone, picture):
    with pytest.raises(ShapeError, match=r"expected uint8 \(H, W, 3\)"):
        small_backbone.prepare(picture)


def test_a_batch_of_another_form_is_refused(small_backbone):
    with pytest.raises(ShapeError, match="takes uint8 pictures"):
        small_backbone(torch.zeros(2, 3, 40, 40))


def test_unknown_names_carry_near_ones():
    with pytest.raises(UnknownNameError, match="'resnet101'"):
        create_backbone("resnet_101")
    with pytest.raises(UnknownNameError, match=r"known are han_cnn, resnet101, .*vgg19, and timm:NAME"):
        create_backbone("qqq")
    with pytest.raises(UnknownNameError, match="did you mean 'fasterrcnn_resnet50_fpn'"):
        create_extractor("fasterrcnn")
    resnets = ["resnet101", "resnet152", "resnet18", "resnet50"]
    own = {"han_cnn", *resnets, "scenes_cnn", "scenes_cnn_layers", "small_cnn", "vgg19"}
    assert list_backbones() == sorted(own | set(brought_backbones()))  # of the packages that are installed
    assert {*list_extractors()} - {*list_backbones()} == {"fasterrcnn_resnet50_fpn", "scenes_boxes"}


def test_a_grid_chooses_the_size_and_is_checked_against_one():
    assert create_extractor("resnet18", weights="random", grid=3).input_size == (96, 96)
    assert create_extractor("resnet18", weights="random", grid=2, size=64).grid == [2, 2]
    with pytest.raises(
        ConfigError, match="a grid of 2x2 at 64 pixels, --grid 3 was asked: leave it out, or try --size 96"
    ):
        create_extractor("resnet18", weights="random", grid=3, size=64)
    with pytest.raises(ConfigError, match=r"a grid of 14x14 at 448 pixels, --grid 0 was asked: leave it out\.$"):
        create_extractor("resnet18", weights="nowhere.pth", grid=0)
    with pytest.raises(ConfigError, match="a grid of 128 at 64 pixels, --grid 8 was asked"):
        create_extractor("scenes_cnn_layers", grid=8)


def test_weights_that_are_here(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert has_weights_here("scenes_cnn", "pretrained")
    assert has_weights_here("timm:resnet18", "some.safetensors")
    for name in ("resnet18", "vgg19", "fasterrcnn_resnet50_fpn", "timm:resnet18"):
        assert not has_weights_here(name, "pretrained")
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "resnet18-f37072fd.pth").touch()
    assert has_weights_here("resnet18", "pretrained")
    assert not has_weights_here("resnet50", "pretrained")


def test_regions_are_asked_of_detectors_only():
    with pytest.raises(ConfigError, match="scenes_cnn gives a grid: leave out --regions, or name the detector faster"):
        create_extractor("scenes_cnn", regions=36)


def test_what_made_features_is_built_again_of_their_facts():
    made = create_backbone("scenes_cnn", size=40, preprocessing=Preprocessing(fit="crop", length="sample"))
    again = extractor_of(made.facts)
    assert again.facts == made.facts
    picture = np.random.default_rng(1).integers(0, 256, (50, 90, 3), np.uint8)
    assert torch.equal(*(one.describe([one.prepare(picture)]).features for one in (made, again)))


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_seeded_weights_give_torchvisions_own_features(name, tmp_path):
    """Its whole forward on the same file of weights, watched where the last stage ends."""
    from torchvision import models
    from torchvision.transforms import v2

    torch.manual_seed(13)
    whole = getattr(models, name)(weights=None).eval()
    torch.save(whole.state_dict(), tmp_path / "w.pth")
    seen = []
    whole.layer4.register_forward_hook(lambda _, __, out: seen.append(out))
    picture = np.random.default_rng(2).integers(0, 256, (70, 90, 3), np.uint8)
    transform = v2.Compose(
        [
            v2.ToImage(),
            v2.CenterCrop(64),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    with torch.no_grad():
        whole(transform(picture)[None])
    crop = Preprocessing(fit="crop", share=64 / 70)
    backbone = create_backbone(name, weights=tmp_path / "w.pth", size=64, preprocessing=crop)
    found = backbone.describe([backbone.prepare(picture)]).features
    expected = seen[0].permute(0, 2, 3, 1)
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4 * float(expected.max()))


def test_tiny_pictures_are_refused():
    with pytest.raises(ConfigError, match="at least 32"):
        create_backbone("scenes_cnn", size=8)


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_weights_come_from_a_file(tmp_path, suffix):
    torch.manual_seed(7)
    state = ScenesCNN().state_dict()
    path = tmp_path / f"w{suffix}"
    save_file(state, path) if suffix == ".safetensors" else torch.save(state, path)
    assert create_backbone("scenes_cnn", weights=path).sha256 == state_checksum(state)


def test_a_file_without_counts_of_batches_is_read_as_torchvision_reads_it(tmp_path):
    """Norms of torch before 0.4.1 had none, and neither have files from then."""
    state = resnet_trunk("resnet18").state_dict()
    old = {key: tensor for key, tensor in state.items() if not key.endswith("num_batches_tracked")}
    assert len(old) < len(state)
    for name, tensors in (("old", old), ("new", state)):
        torch.save(tensors, tmp_path / f"{name}.pth")
    made = [create_backbone("resnet18", weights=tmp_path / f"{name}.pth", size=32).sha256 for name in ("old", "new")]
    assert made[0] == made[1] == state_checksum(state)


def test_weights_of_another_network_are_refused(tmp_path):
    save_file({"convolutions.0.weight": torch.zeros(2, 3)}, tmp_path / "w.safetensors")
    with pytest.raises(ConfigError, match="8 of its 8 tensors are missing"):
        create_backbone("scenes_cnn", weights=tmp_path / "w.safetensors")


def test_the_checksum_sees_every_byte_and_name():
    state = {"a": torch.zeros(3), "b": torch.zeros((), dtype=torch.int64)}
    assert state_checksum(state) == state_checksum(dict(reversed(state.items())))
    assert state_checksum(state) != state_checksum({"a": torch.tensor([0, 0, -0.0]), "b": state["b"]})
    assert state_checksum(state) != state_checksum({"c": state["a"], "b": state["b"]})


def test_fetching_offline_says_where_to_put_the_file(monkeypatch):
    def offline(url, **options):
        assert options["weights_only"]
        assert options["check_hash"]
        raise OSError("no route")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    with pytest.raises(DataError, match=r"resnet18-f37072fd\.pth .no route.*put it into .*checkpoints"):
        create_backbone("resnet18", size=64)


def test_fetched_weights_fill_the_trunk_and_the_classifier_is_left_out(monkeypatch):
    from torchvision.models import resnet18

    whole = resnet18(weights=None).state_dict()
    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", lambda url, **options: whole)
    trunk = {name: tensor for name, tensor in whole.items() if not name.startswith("fc.")}
    assert create_backbone("resnet18", size=64).sha256 == state_checksum(trunk)
