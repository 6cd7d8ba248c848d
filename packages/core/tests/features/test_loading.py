import sys

import pytest
import torch

from scanpath.errors import DataError, MissingExtraError
from scanpath.features.loading import read_weights, shipped
from scanpath.features.resnets import resnet_trunk


class Evil:
    def __reduce__(self):
        return sys.exit, (3,)


def test_the_shipped_weights_are_small():
    assert 100_000 < shipped("scenes_cnn").stat().st_size < 400_000


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth"])
@pytest.mark.parametrize("content", [b"", b"junk that is longer than eight bytes"])
def test_broken_files_are_a_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match="is no file of weights"):
        read_weights(tmp_path / name)


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="there is no file of weights"):
        read_weights(tmp_path / "w.pth")


def test_objects_are_never_unpickled(tmp_path):
    torch.save({"a": Evil()}, tmp_path / "w.pth")
    with pytest.raises(DataError, match="is no file of weights"):
        read_weights(tmp_path / "w.pth")


def test_other_things_than_tensors_are_refused(tmp_path):
    torch.save({"a": 3}, tmp_path / "w.pth")
    with pytest.raises(DataError, match="tensors by name"):
        read_weights(tmp_path / "w.pth")


def test_without_torchvision_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(MissingExtraError, match=r"scanpath\[train\]"):
        resnet_trunk("resnet18")
