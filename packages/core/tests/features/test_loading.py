import sys

import pytest
import torch

from scanpath.errors import DataError, MissingExtraError
from scanpath.features.loading import find_weights, read_named_weights, read_weights, shipped
from scanpath.features.resnets import resnet_trunk
from scanpath.files import sha256


class Evil:
    def __reduce__(self):
        return sys.exit, (3,)


def test_the_shipped_weights_are_small():
    assert 100_000 < shipped("scenes_cnn").stat().st_size < 400_000


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth"])
@pytest.mark.parametrize("content", [b"", b"junk that is longer than eight bytes"])
def test_broken_files_are_a_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    writer = "torch.save" if name == "w.pth" else "safetensors"
    with pytest.raises(DataError, match=f".it is cut short, damaged or nothing that {writer} has written."):
        read_weights(tmp_path / name)


def test_a_file_of_weights_that_was_cut_is_a_sentence(tmp_path):
    torch.save({"a": torch.ones(9)}, tmp_path / "w.pth")
    content = (tmp_path / "w.pth").read_bytes()
    (tmp_path / "w.pth").write_bytes(content[:-40])
    with pytest.raises(DataError, match="it is cut short, damaged"):
        read_weights(tmp_path / "w.pth")


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="there is no file of weights"):
        read_weights(tmp_path / "w.pth")


def test_objects_are_never_unpickled(tmp_path):
    torch.save({"a": Evil()}, tmp_path / "w.pth")
    with pytest.raises(DataError, match=r"\(it holds objects besides tensors, which could run code") as caught:
        read_weights(tmp_path / "w.pth")
    assert "weights_only" not in str(caught.value)
    assert "trust" not in str(caught.value)


def test_other_things_than_tensors_are_refused(tmp_path):
    torch.save({"a": 3}, tmp_path / "w.pth")
    with pytest.raises(DataError, match="tensors by name"):
        read_weights(tmp_path / "w.pth")


def test_a_folder_has_the_file_that_its_name_and_checksum_tell(tmp_path):
    torch.save({"a": torch.ones(3)}, tmp_path / "w.pth")
    digits = sha256(tmp_path / "w.pth")
    named = (tmp_path / "w.pth").rename(tmp_path / f"resnet18-{digits[:8]}.pth")
    (tmp_path / "resnet18.txt").touch()
    (tmp_path / "resnet180-12345678.pth").touch()
    assert find_weights(tmp_path, "resnet18") == named
    assert read_named_weights(str(tmp_path), "resnet18")["a"].tolist() == [1, 1, 1]
    assert read_named_weights(str(named), "resnet18").keys() == {"a"}
    named.rename(tmp_path / f"resnet200d_ra2_in1k-{digits[:12]}.pt")
    assert find_weights(tmp_path, "resnet200d.ra2_in1k").suffix == ".pt"


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "holds no weights of vgg19: expected one file called vgg19-XXXXXXXX.pth"),
        (["vgg19.pth", "vgg19-xyz.pth"], "holds no weights of vgg19"),
        (
            ["vgg19-00000000.pth", "vgg19-11111111.pth"],
            "holds several files of weights for vgg19 .vgg19-00000000.pth, v",
        ),
        (["vgg19-00000000.pth"], r"has the SHA-256 e3b0c442\.\.\., its name says 00000000: it is damaged or another"),
    ],
)
def test_a_folder_without_the_right_file_is_a_sentence(tmp_path, names, sentence):
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=sentence):
        find_weights(tmp_path, "vgg19")


def test_without_torchvision_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(MissingExtraError, match=r"scanpath\[train\]"):
        resnet_trunk("resnet18")
