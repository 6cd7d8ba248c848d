import pytest
import torch
from safetensors.torch import save_file

from scanpath.attention.none import SumPooling
from scanpath.errors import ConfigError
from scanpath.features.backbones import create_backbone
from scanpath.features.small_cnns import SMALL_CNNS, out_of_a_model, small_cnn_trunk
from scanpath.hosts.canonical import canonical
from scanpath.layers.cnn import SmallCNN


def test_a_trained_models_cnn_is_found_in_its_checkpoint_and_does_the_same(tmp_path):
    torch.manual_seed(5)
    model = canonical(answers=3, vocabulary_size=7, attention=SumPooling).eval()
    (cnn,) = (part for part in model.modules() if isinstance(part, SmallCNN))
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    backbone = create_backbone("small_cnn", weights=tmp_path / "model.safetensors")
    pictures = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8)
    with torch.no_grad():
        torch.testing.assert_close(backbone(pictures), cnn(pictures))
    assert backbone.shape == (8, 8, 64)


def test_hans_cnn_gives_10_cells_of_512_at_320_pixels():
    trunk = small_cnn_trunk("han_cnn").to("meta").eval()
    assert trunk(torch.empty(1, 3, 320, 320, device="meta")).shape == (1, 512, 10, 10)
    assert SMALL_CNNS["han_cnn"][1] == 320


def test_only_tensors_of_a_cnn_are_taken():
    state = {"image.cnn.blocks.0": torch.ones(1), "cnn.blocks.1": torch.ones(1), "classifier.weight": torch.ones(1)}
    assert out_of_a_model(state).keys() == {"cnn.blocks.0", "cnn.blocks.1"}


def test_it_has_no_weights_of_its_own():
    with pytest.raises(ConfigError, match="small_cnn is trained end to end and has no weights of its own: name the"):
        create_backbone("small_cnn")


def test_a_model_without_such_a_cnn_is_refused(tmp_path):
    save_file({"a": torch.ones(1)}, tmp_path / "w.safetensors")
    with pytest.raises(ConfigError, match="do not fit small_cnn: 15 of its 18 tensors are missing"):
        create_backbone("small_cnn", weights=tmp_path / "w.safetensors")
