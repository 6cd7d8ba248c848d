"""The weights that are shipped, held to their header, and a run that makes its features itself."""

from __future__ import annotations

import pytest
import torch
from safetensors import safe_open
from torch.nn import functional as F

from scanpath.features.backbones import create_backbone
from scanpath.features.scenes_cnn import ScenesCNN
from scanpath.tasks.vqa.task import VQATask
from scanpath_han.data.sort_of_clevr.backbone import BACKBONE
from scanpath_han.data.sort_of_clevr.dataset import SortOfCLEVR
from scanpath_han.data.sort_of_clevr.drawn import draw


def test_a_run_extracts_its_features_once(small: SortOfCLEVR) -> None:
    settings = {"data": "sort-of-clevr", "root": str(small.folder.parent), "features": "sort_of_clevr_cnn"}
    split, said = small.open("val"), list[str]()
    images, shape, facts = VQATask(settings, say=said.append).rows("val")
    backbone = create_backbone("sort_of_clevr_cnn")
    assert shape == [5, 5, 64]
    assert facts == backbone.facts
    assert len(said) == 1
    last = split.image_ids[-1:]
    assert split.images is not None
    picture = backbone.prepare(split.images.read(split.image_names[int(last[0])]))
    features = images.gather(images.rows(last)).features
    torch.testing.assert_close(features.float(), backbone(picture[None]), rtol=1e-3, atol=1e-3)  # stored in half
    VQATask(settings, say=said.append).rows("val")
    assert len(said) == 1


def test_the_shipped_weights_are_of_a_folded_network() -> None:
    with safe_open(BACKBONE.weights, "pt") as file:
        assert set(file.keys()) == {f"convolutions.{layer}.{part}" for layer in range(4) for part in ("weight", "bias")}
        assert {file.get_tensor(key).dtype for key in file.keys()} == {torch.float16}  # noqa: SIM118 - no mapping
    backbone = create_backbone("sort_of_clevr_cnn")
    assert isinstance(backbone.body, ScenesCNN)
    assert (backbone.shape, backbone.input_size) == ((5, 5, 64), (75, 75))


def test_the_shipped_features_do_on_new_pictures_what_their_header_says() -> None:
    """A linear map fitted by least squares on one half of them finds the objects of the other half."""
    with safe_open(BACKBONE.weights, "pt") as file:
        facts = file.metadata()
    drawn = draw(211, seed=31, split="test")
    features = create_backbone("sort_of_clevr_cnn")(drawn.pictures).flatten(1, 2)  # (N, 25, 64)
    cells = drawn.places.cells
    norms = features.norm(dim=-1)
    for kept, held_out in ((6, "held_out_among_6"), (9, "held_out_among_9")):
        among = (cells[..., None] == norms.topk(kept).indices[:, None]).any(-1).float().mean() * 100
        assert among == pytest.approx(float(facts[held_out]), abs=4)  # of 1,266 objects; of 7,200 in the header
    inputs = torch.cat([features, torch.ones(*features.shape[:2], 1)], -1)
    there = F.one_hot(cells, 25).transpose(1, 2).float()  # (N, 25, 6)
    half = len(inputs) // 2
    fitted = torch.linalg.lstsq(inputs[:half].flatten(0, 1), there[:half].flatten(0, 1)).solution
    told = (inputs[half:] @ fitted).argmax(1)  # the cell that says it most, of each colour, (N, 6)
    assert (told == cells[half:]).float().mean() * 100 > 85


def test_the_shipped_weights_say_that_they_meet_the_aim() -> None:
    with safe_open(BACKBONE.weights, "pt") as file:
        facts = file.metadata()
    assert facts["command"].startswith("python -m scanpath_han.data.sort_of_clevr.pretraining")
    assert float(facts["held_out_present"]) >= 92
    assert float(facts["held_out_shape"]) >= 99
    assert float(facts["held_out_offset"]) <= 0.15
