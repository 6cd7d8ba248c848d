import sys

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from scanpath.errors import ConfigError, DataError, MissingExtraError, ShapeError, UnknownNameError
from scanpath.features.backbones import create_backbone
from scanpath.features.timm_models import TimmGrid, timm_model


@pytest.fixture(scope="module")
def timm():
    return pytest.importorskip("timm")


def saved(timm, name, path, **options):
    """Save seeded weights of a network with its classifier, as they are given away."""
    torch.manual_seed(11)
    model = timm.create_model(name, pretrained=False, **options).eval()
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, path)
    return model


def test_a_convolutional_network_gives_its_own_last_features(timm, tmp_path):
    model = saved(timm, "test_resnet", tmp_path / "w.safetensors")
    backbone = create_backbone("timm:test_resnet", weights=tmp_path / "w.safetensors", size=64)
    pictures = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8)
    mean, std = (torch.tensor(model.pretrained_cfg[key]).view(3, 1, 1) for key in ("mean", "std"))
    with torch.no_grad():
        expected = model.forward_features((pictures / 255 - mean) / std)
    torch.testing.assert_close(backbone(pictures), expected.permute(0, 2, 3, 1))
    assert backbone.facts["name"] == "timm:test_resnet"


def test_a_transformer_gives_the_tokens_of_its_patches(timm, tmp_path):
    model = saved(timm, "test_vit", tmp_path / "w.safetensors", img_size=48)
    backbone = create_backbone("timm:test_vit", weights=tmp_path / "w.safetensors", size=48)
    pictures = torch.randint(0, 256, (1, 3, 48, 48), dtype=torch.uint8)
    with torch.no_grad():
        tokens = model.forward_features(pictures / 127.5 - 1)  # (1, 1 + 9, D): a class token, then rows of patches
    assert backbone.shape == (3, 3, tokens.shape[2])
    torch.testing.assert_close(backbone(pictures)[0, 1, 2], tokens[0, 1 + 1 * 3 + 2])


def test_positions_are_resampled_where_pictures_are_larger_than_those_of_the_weights(timm, tmp_path):
    saved(timm, "test_vit", tmp_path / "w.safetensors", img_size=32)
    backbone = create_backbone("timm:test_vit", weights=tmp_path / "w.safetensors", size=64)
    assert backbone.grid == [4, 4]


@pytest.mark.parametrize(
    ("form", "width", "prefix", "expected"),
    [((2, 7, 3, 5), 7, 0, (2, 7, 3, 5)), ((2, 3, 5, 7), 7, 0, (2, 7, 3, 5)), ((2, 10, 7), 7, 1, (2, 7, 3, 3))],
)
def test_every_form_of_last_features_becomes_a_grid(form, width, prefix, expected):
    given = torch.randn(form)

    class Network(nn.Module):
        num_features, num_prefix_tokens = width, prefix

        def forward_features(self, pixels):
            return given

    found = TimmGrid(Network(), "x")(torch.zeros(2, 3, 8, 8))
    assert found.shape == expected
    torch.testing.assert_close(found.sum(), given[:, prefix:].sum() if len(form) == 3 else given.sum())


def test_features_that_are_no_grid_are_refused():
    class Network(nn.Module):
        num_features = 7

        def forward_features(self, pixels):
            return torch.zeros(1, 8, 7)

    with pytest.raises(ShapeError, match=r"x gives \(8, 7\), which is no grid of 7 numbers a cell"):
        TimmGrid(Network(), "x")(torch.zeros(1, 3, 8, 8))


def test_the_networks_of_the_issue_are_known(timm):
    for name in ("resnet200d.ra2_in1k", "vit_small_patch14_dinov2.lvd142m", "vit_base_patch16_clip_224.openai"):
        assert timm.get_pretrained_cfg(name, allow_unregistered=False)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("timm:resnet_18", "has no network 'resnet_18'; did you mean 'resnet18'"),
        ("timm:resnet18.nope", r"has no 'resnet18.nope'; known are resnet18\.a1_in1k"),
        ("timm:qqqqqq", "which timm.list_models"),
    ],
)
def test_unknown_names_are_sentences(timm, name, sentence):
    with pytest.raises(UnknownNameError, match=sentence):
        create_backbone(name, weights="random")


def test_a_size_that_is_no_multiple_of_the_patches_is_refused(timm):
    with pytest.raises(ConfigError, match="patches of 16 pixels, 50 are no multiple: try --size 48"):
        create_backbone("timm:test_vit", weights="random", size=50)


def test_a_size_that_timm_refuses_is_a_sentence(timm, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("no")

    monkeypatch.setattr(timm, "create_model", refuse)
    with pytest.raises(ConfigError, match=r"cannot be built for pictures of 64 pixels \(no\): give another --size"):
        timm_model("test_vit", "random", 64)


def test_without_a_network_the_next_step_is_told(timm, monkeypatch):
    def offline(*_, **__):
        raise OSError("no route to the hub\nmore")

    monkeypatch.setattr(timm, "create_model", offline)
    sentence = r"could not be had from the Hugging Face hub \(no route to the hub\): fetch its model.safetensors"
    with pytest.raises(DataError, match=sentence):
        create_backbone("timm:test_vit")


@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_weights_of_another_network_are_refused(timm, tmp_path, name):
    save_file({"head.weight": torch.zeros(2, 3)}, tmp_path / "w.safetensors")
    with pytest.raises(ConfigError, match=f"do not fit timm's {name}: .* give a file made for timm's {name}"):
        create_backbone(f"timm:{name}", weights=tmp_path / "w.safetensors")


def test_without_timm_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(MissingExtraError, match=r"a backbone of timm needs 'timm'.*scanpath\[timm\]"):
        create_backbone("timm:resnet18", weights="random")
