from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.cifar_writing import old_pickle, write_cifar, write_class_names


def test_people_who_unpickle_the_official_files_read_these_too(tmp_path: Path) -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (5, 3, 32, 32), dtype=np.uint8)
    write_cifar(tmp_path, "train", pictures, [4, 3, 2, 1, 99], [0, 1, 2, 3, 19])
    write_class_names(tmp_path, ["a", "b"], ["c"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy has moved the name that the official files have
        found = pickle.loads((tmp_path / "train").read_bytes(), encoding="latin1")
    np.testing.assert_array_equal(found["data"].reshape(-1, 3, 32, 32), pictures)
    assert (found["fine_labels"], found["coarse_labels"]) == ([4, 3, 2, 1, 99], [0, 1, 2, 3, 19])
    assert found["filenames"][4] == "made_s_000004.png"
    meta = pickle.loads((tmp_path / "meta").read_bytes(), encoding="latin1")
    assert meta == {"fine_label_names": ["a", "b"], "coarse_label_names": ["c"]}


def test_other_values_are_a_fault_of_the_caller() -> None:
    with pytest.raises(TypeError, match="CIFAR's files hold no float"):
        old_pickle({"data": 1.5})
