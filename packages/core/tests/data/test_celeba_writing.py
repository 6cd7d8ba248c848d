from __future__ import annotations

from pathlib import Path

import numpy as np

from scanpath.data.celeba_writing import write_celeba
from scanpath.data.labelled_catalogue import open_labelled


def test_the_lists_are_those_of_the_official_form(tmp_path: Path) -> None:
    pictures = np.full((3, 218, 178, 3), 200, np.uint8)
    values = np.asarray([[True, False], [False, False], [True, True]])
    write_celeba(tmp_path / "celeba", pictures, ["Male", "Smiling"], values, [0, 2, 0])
    attributes = (tmp_path / "celeba" / "list_attr_celeba.txt").read_text()
    assert attributes == "3\nMale Smiling \n000001.jpg  1 -1\n000002.jpg -1 -1\n000003.jpg  1  1\n"
    partition = (tmp_path / "celeba" / "list_eval_partition.txt").read_text()
    assert partition == "000001.jpg 0\n000002.jpg 2\n000003.jpg 0\n"
    train = open_labelled("celeba", "train", tmp_path)
    assert train.matrix("Smiling", "Male").tolist() == [[0, 1], [1, 1]]
    assert train.picture(1).shape == (3, 218, 178)
    assert abs(int(train.picture(1)[0, 100, 100]) - 200) <= 1
