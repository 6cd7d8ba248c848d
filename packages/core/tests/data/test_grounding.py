from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpath.data.grounding import Grounding, GroundingFiles
from scanpath.errors import DataError


@pytest.fixture
def grounding(tmp_path: Path) -> Grounding:
    labels = np.zeros((5, 7), np.uint8)
    labels[1:3, 2:5] = 1
    labels[4, 6] = 2
    (tmp_path / "masks").mkdir()
    Image.fromarray(labels).save(tmp_path / "masks" / "a.png")
    item = {"shape": "ring", "color": "red", "size": "small", "pixel_coords": [3.5, 2.0, 0.0], "material": "flat"}
    scene = {"image_id": 11, "image_filename": "a.png", "image_size": [5, 7]}
    objects = [item | {"bbox": [2, 1, 5, 3]}, item | {"bbox": [6, 4, 7, 5], "color": "blue"}]
    (tmp_path / "s.json").write_text(json.dumps({"scenes": [scene | {"objects": objects}]}))
    asked = [
        {"question_id": 11000, "image_id": 11, "objects": [1]},
        {"question_id": 11001, "image_id": 11, "objects": []},
    ]
    (tmp_path / "g.json").write_text(json.dumps({"grounding": asked}))
    return Grounding([GroundingFiles(tmp_path / "g.json", tmp_path / "s.json", tmp_path / "masks")])


def test_objects_masks_boxes_and_attributes(grounding: Grounding) -> None:
    assert grounding.objects_of(11000) == (1,)
    assert grounding.objects_of(np.int64(11001)) == ()
    labels = grounding.masks(11)
    assert (labels.shape, labels.dtype) == ((5, 7), np.uint8)
    assert np.bincount(labels.ravel()).tolist() == [28, 6, 1]
    np.testing.assert_array_equal(grounding.target_mask(11000), labels == 2)
    assert not grounding.target_mask(11001).any()
    np.testing.assert_allclose(grounding.boxes(11), [[2 / 7, 1 / 5, 5 / 7, 3 / 5], [6 / 7, 4 / 5, 1, 1]], rtol=1e-6)
    assert grounding.boxes(11).dtype == np.float32
    assert [item["color"] for item in grounding.attributes(11)] == ["red", "blue"]
    assert set(grounding.attributes(11)[0]) == {"shape", "color", "size", "pixel_coords"}


def test_it_travels_light(grounding: Grounding) -> None:
    grounding.masks(11)
    data = pickle.dumps(grounding)
    assert len(data) < 1_000
    assert pickle.loads(data).objects_of(11000) == (1,)


def test_unknown_questions_and_pictures_are_named(grounding: Grounding) -> None:
    with pytest.raises(DataError, match="has no question 7: is it of another split"):
        grounding.objects_of(7)
    with pytest.raises(DataError, match="has no picture 7: is it of another split"):
        grounding.masks(7)
    other = Grounding([grounding.files[0]._replace(objects=grounding.files[0].scenes)])
    with pytest.raises(DataError, match="has no list 'grounding'"):
        other.objects_of(11000)
