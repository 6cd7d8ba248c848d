import numpy as np
import pytest
import torch
from safetensors import safe_open
from torch.nn import functional as F

from scanpath.data.scenes.clevr import boxes as boxes_of_the_files
from scanpath.features.backbones import create_extractor
from scanpath.features.box_pretraining import (
    CentreTargets,
    Outlines,
    centre_targets,
    found_boxes,
    objective,
    outlines,
    pretrain_scenes_boxes,
    teach,
)
from scanpath.features.frozen import Described
from scanpath.features.labelled import LabelledPictures, draw_labelled
from scanpath.features.loading import read_weights, shipped
from scanpath.features.scenes_boxes import CELL


@pytest.fixture(scope="module")
def drawn() -> LabelledPictures:
    return draw_labelled(131, seed=53, split="test")


def test_outlines_are_those_that_the_data_set_writes(drawn):
    found = outlines(drawn.labels[:17], 8)
    for labels, boxes, real in zip(drawn.labels[:17].numpy(), *found, strict=True):
        count = int(labels.max())
        assert real.tolist() == [True] * count + [False] * (8 - count)
        np.testing.assert_array_equal(boxes[:count].numpy(), boxes_of_the_files(labels, count))


def test_a_centre_belongs_to_the_cell_that_it_lies_in():
    boxes = torch.tensor([[[0.0, 0, 4, 6], [10, 7, 14, 9], [9, 9, 9, 9]]])
    targets = centre_targets(Outlines(boxes, torch.tensor([[True, True, False]])), 2, 3)
    assert CELL == 8
    assert targets.centre.tolist() == [[1, 0, 0, 0, 1, 0]]
    assert torch.equal(targets.boxes[0, 0], boxes[0, 0])
    assert torch.equal(targets.boxes[0, 4], boxes[0, 1])


def test_no_two_objects_of_scenes_share_a_cell(drawn):
    true = outlines(drawn.labels, 8)
    assert centre_targets(true, 8, 8).centre.sum() == true.real.sum()


def test_the_objective_equals_a_loop_over_cells_with_gradients():
    generator = torch.Generator().manual_seed(3)
    centre = (torch.rand(3, 7, generator=generator) < 0.4).float()
    targets = CentreTargets(centre, torch.rand(3, 7, 4, generator=generator) * 60)
    scores = torch.randn(3, 7, generator=generator, requires_grad=True)
    boxes = (torch.rand(3, 7, 4, generator=generator) * 60).requires_grad_()
    told, off = [], []
    for picture in range(3):
        for cell in range(7):
            there = centre[picture, cell] > 0
            told.append(F.softplus(-scores[picture, cell] if there else scores[picture, cell]))
            if there:
                sides = [abs(boxes[picture, cell, side] - targets.boxes[picture, cell, side]) / 8 for side in range(4)]
                off.append(sum(sides) / 4)
    expected = sum(told) / 21 + sum(off) / len(off)
    loss = objective(scores, boxes, targets)
    torch.testing.assert_close(loss, expected)
    both = zip(torch.autograd.grad(loss, (scores, boxes)), torch.autograd.grad(expected, (scores, boxes)), strict=True)
    for ours, slow in both:
        torch.testing.assert_close(ours, slow)


def test_a_few_steps_learn_the_same_and_leave_the_backbone_alone(drawn):
    few = LabelledPictures(
        drawn.pictures[:74], drawn.labels[:74], {name: one[:74] for name, one in drawn.attributes.items()}
    )
    first, second = (teach(few, seed=2, epochs=1, batch=37) for _ in range(2))
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, second.state_dict()[name])
    before = read_weights(shipped("scenes_cnn"))
    assert all(torch.equal(tensor, before[name].float()) for name, tensor in first.trunk.state_dict().items())
    assert not torch.equal(teach(few, seed=3, epochs=1, batch=37).head[2].weight, first.head[2].weight)


def test_recall_and_precision_by_hand():
    labels = torch.zeros(2, 16, 16, dtype=torch.uint8)
    labels[0, 0:4, 0:4], labels[0, 8:12, 8:12] = 1, 2
    labels[1, 4:8, 4:8] = 1

    class Told:
        def describe(self, pictures):
            assert len(pictures) == 2
            first = torch.tensor([[0.0, 0, 4, 4], [0, 0, 4, 5], [8, 8, 12, 10]]) / 16  # the second claims nothing new
            return Described([], [first, torch.tensor([[0.0, 0, 4, 4]]) / 16])

    pictures = torch.zeros(2, 3, 16, 16, dtype=torch.uint8)
    data = LabelledPictures(pictures, labels, {"shape": torch.tensor([[0, 0], [0, -1]])})
    measured = found_boxes(Told(), data)
    assert measured == {"recall": pytest.approx(200 / 3), "precision": pytest.approx(50), "iou": pytest.approx(0.75)}


def test_the_file_tells_how_it_was_made_and_is_an_extractors(tmp_path):
    path = tmp_path / "w.safetensors"
    measured = pretrain_scenes_boxes(path, pictures=64, world_seed=5, epochs=1)
    with safe_open(path, "pt") as file:
        facts = file.metadata()
    assert facts["command"].endswith("pretrain scenes_boxes --pictures 64 --world-seed 5 --seed 0 --epochs 1")
    assert facts["held_out_recall"] == f"{measured['recall']:.2f}"
    assert create_extractor("scenes_boxes", weights=path).shape == (12, 64)


def test_the_shipped_detector_finds_objects_of_both_worlds(drawn):
    extractor = create_extractor("scenes_boxes")
    for data in (drawn, draw_labelled(67, seed=59, split="train", world="easy")):
        measured = found_boxes(extractor, data)
        assert measured["recall"] > 98
        assert measured["precision"] > 98
