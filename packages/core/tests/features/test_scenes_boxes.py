"""Boxes of Scenes: the head read cell by cell, features averaged point by point, what is kept, what is refused."""

import math

import pytest
import torch
from safetensors import safe_open

from scanpath.errors import ConfigError, ShapeError
from scanpath.features.backbones import create_extractor, extractor_of, has_weights_here, list_extractors
from scanpath.features.labelled import draw_labelled
from scanpath.features.loading import shipped
from scanpath.features.preprocessing import Preprocessing
from scanpath.features.scenes_boxes import (
    CELL,
    CONFIDENT,
    OVERLAPPING,
    SAMPLES,
    SceneDetector,
    confident,
    pooled,
)


@pytest.fixture(scope="module")
def drawn():
    return draw_labelled(5, seed=41, split="test", world="easy")


def test_a_cells_numbers_become_a_box_by_hand():
    torch.manual_seed(1)
    detector = SceneDetector()
    grid = torch.randn(2, 64, 3, 5)
    told = detector.head(grid)
    scores, boxes = detector.centres(grid)
    assert (scores.shape, boxes.shape) == ((2, 15), (2, 15, 4))
    for picture, row, column in ((0, 0, 0), (1, 2, 3), (1, 1, 4)):
        score, right, down, width, height = told[picture, :, row, column].tolist()
        x, y = (column + right) * CELL, (row + down) * CELL
        half_width, half_height = math.exp(width) * CELL / 2, math.exp(height) * CELL / 2
        expected = [x - half_width, y - half_height, x + half_width, y + half_height]
        assert scores[picture, row * 5 + column].item() == pytest.approx(score)
        assert boxes[picture, row * 5 + column].tolist() == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_a_box_has_the_mean_of_interpolated_cells_by_loops():
    torch.manual_seed(2)
    grid = torch.randn(7, 5, 3, dtype=torch.float64)
    boxes = torch.tensor([[2.0, 3.0, 17.0, 20.0], [0.0, 0.0, 5.0, 40.0], [20.0, 30.0, 24.0, 40.0]], dtype=torch.float64)
    found = pooled(grid, boxes)
    for box, features in zip(boxes.tolist(), found, strict=True):
        x1, y1, x2, y2 = box
        total = torch.zeros(7, dtype=torch.float64)
        for i in range(SAMPLES):
            for j in range(SAMPLES):
                y = min(max((y1 + (i + 0.5) / SAMPLES * (y2 - y1) - 0.5) / CELL, 0), 4)
                x = min(max((x1 + (j + 0.5) / SAMPLES * (x2 - x1) - 0.5) / CELL, 0), 2)
                top, left = min(int(y), 3), min(int(x), 1)
                for row, column in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
                    total += (1 - abs(y - row)) * (1 - abs(x - column)) * grid[:, row, column]
        torch.testing.assert_close(features, total / SAMPLES**2)


def test_the_most_confident_boxes_stay_and_there_is_always_one():
    apart = torch.tensor([[0.0, 0, 4, 4], [10, 10, 14, 14], [0.4, 0, 4.4, 4], [20, 20, 24, 24], [2.5, 0, 6.5, 4]])
    scores = torch.tensor([0.6, 0.9, 0.7, CONFIDENT - 0.01, CONFIDENT])
    assert (4 - 2.1) / (4 + 2.1) > OVERLAPPING > (4 - 2.5) / (4 + 2.5)  # the third by the fifth, the first by it
    assert confident(apart, scores, 9).tolist() == [1, 2]
    assert confident(apart[[0, 1, 3, 4]], scores[[0, 1, 3, 4]], 9).tolist() == [1, 0, 3]
    assert confident(apart, scores, 1).tolist() == [1]
    assert confident(apart[3:4], scores[3:4], 9).tolist() == [0]


def test_it_describes_pictures_as_a_detector_does(drawn):
    extractor = create_extractor("scenes_boxes", preprocessing=Preprocessing(length="location"))
    described = extractor.describe([*drawn.pictures])
    assert [len(one) for one in described.boxes] == [len(one) for one in described.features]
    for features, boxes in zip(described.features, described.boxes, strict=True):
        assert features.shape == (len(boxes), 64)
        assert boxes.shape[1:] == (4,)
        assert ((boxes >= 0) & (boxes <= 1)).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()
        torch.testing.assert_close(features.norm(dim=1), torch.ones(len(features)))
    alone = extractor.describe([drawn.pictures[3]])
    torch.testing.assert_close(alone.features[0], described.features[3])
    torch.testing.assert_close(alone.boxes[0], described.boxes[3])
    assert max(len(one) for one in create_extractor("scenes_boxes", regions=3).describe([*drawn.pictures]).boxes) == 3


def test_its_facts_rebuild_it_and_it_stays_frozen(drawn):
    made = create_extractor(
        "scenes_boxes", size=96, regions=5, preprocessing=Preprocessing(fit="crop", length="sample")
    )
    assert made.facts["name"] == "scenes_boxes"
    assert (made.facts["regions"], made.facts["input_size"], made.shape) == (5, [96, 96], (5, 64))
    assert extractor_of(made.facts).facts == made.facts
    assert not made.train().training
    assert not any(parameter.requires_grad for parameter in made.parameters())
    assert made.prepare(drawn.pictures[0].permute(1, 2, 0).numpy()).shape == (3, 96, 96)
    with pytest.raises(ShapeError, match="scenes_boxes takes uint8 pictures"):
        made.describe([drawn.pictures[0]])
    random = create_extractor("scenes_boxes", weights="random")
    assert random.sha256 != made.sha256
    assert len(random.describe([drawn.pictures[0]]).boxes[0]) >= 1


def test_its_name_is_known_and_its_weights_are_here():
    assert "scenes_boxes" in list_extractors()
    assert has_weights_here("scenes_boxes", "pretrained")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"regions": 0}, "0 regions a picture were asked of scenes_boxes"),
        ({"grid": 8}, "finds regions, no grid: leave out --grid"),
        ({"size": 8}, "expected at least 32 pixels"),
    ],
)
def test_what_it_cannot_be_asked_is_a_sentence(options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        create_extractor("scenes_boxes", **options)


def test_the_shipped_weights_say_how_good_they_are():
    with safe_open(shipped("scenes_boxes"), "pt") as file:
        facts = file.metadata()
    assert facts["command"].startswith("scanpath features pretrain scenes_boxes")
    assert float(facts["held_out_recall"]) > 98
    assert float(facts["held_out_precision"]) > 98
