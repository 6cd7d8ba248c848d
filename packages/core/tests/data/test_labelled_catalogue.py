from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scanpath.data.catalogue import dataset_names
from scanpath.data.labelled_catalogue import describe_labelled, find_labelled, labelled_names, open_labelled
from scanpath.data.photos import PhotoFolder
from scanpath.errors import DataError, UnknownNameError


def test_every_name_says_what_it_is_and_how_to_get_it(tmp_path: Path) -> None:
    assert labelled_names()[:5] == ("mnist", "cifar-100", "celeba", "celeba-stargan", "sun397")
    assert not set(labelled_names()) & set(dataset_names())
    for name in labelled_names():
        found = describe_labelled(name, tmp_path)
        assert (found.folder, found.counts) == (None, {})
        assert "scanpath data fetch" in found.missing
        assert {"train", "test"} <= set(find_labelled(name, tmp_path).splits)
        with pytest.raises(DataError, match="scanpath data fetch"):
            open_labelled(name, "train", tmp_path)


def test_a_path_is_a_folder_of_photographs(tmp_path: Path) -> None:
    assert isinstance(find_labelled(str(tmp_path)), PhotoFolder)
    assert isinstance(find_labelled("./photos"), PhotoFolder)
    with pytest.raises(DataError, match="is no folder: expected one of photographs"):
        open_labelled(f"{tmp_path}/absent", "train")


def test_unknown_names_carry_near_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="data set of labelled pictures 'minst'; did you mean 'mnist'"):
        open_labelled("minst", "train", tmp_path)
    with pytest.raises(UnknownNameError, match="there is no split 'valid' of celeba; did you mean 'val'"):
        open_labelled("celeba", "valid", tmp_path)
    with pytest.raises(UnknownNameError, match="labelled pictures 'scenes'"):
        describe_labelled("scenes", tmp_path)


def test_reading_labelled_pictures_imports_no_torch() -> None:
    code = (
        "import sys, scanpath.data.labelled_catalogue, scanpath.data.mnist, scanpath.data.cifar, scanpath.data.celeba;"
        "print({'torch', 'PIL', 'pickle', 'torchvision'} & set(sys.modules) <= {'pickle'}, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
