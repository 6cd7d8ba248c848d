import numpy as np
import pytest
import torch
from torchvision.models.detection import fasterrcnn_resnet50_fpn

from scanpath.errors import ConfigError
from scanpath.features.backbones import create_extractor
from scanpath.features.detectors import THINNING, most_confident
from scanpath.features.preprocessing import Preprocessing

PROPOSALS = 13


@pytest.fixture(scope="module")
def detector():
    made = create_extractor("fasterrcnn_resnet50_fpn", weights="random", size=64, regions=5)
    made.model.rpn._post_nms_top_n["testing"] = PROPOSALS  # so few that loops over pairs of them take no time
    return made


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(2).integers(0, 256, (48, 83, 3), np.uint8)


def overlap(one, other):
    width = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    height = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    shared = width * height
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared)


def chosen_by_loops(proposals, scores, count):
    confidence = [0.0] * len(proposals)
    for number in range(len(scores[0])):
        kept = []
        for place in sorted(range(len(proposals)), key=lambda row: -scores[row][number]):
            if all(overlap(proposals[place], proposals[other]) <= THINNING for other in kept):
                kept.append(place)
                confidence[place] = max(confidence[place], scores[place][number])
    return sorted(range(len(proposals)), key=lambda row: -confidence[row])[:count]


def test_regions_are_chosen_as_bottom_up_attention_does():
    draw = torch.Generator().manual_seed(4)
    corners = torch.rand(23, 2, generator=draw) * 50
    proposals = torch.cat([corners, corners + 5 + torch.rand(23, 2, generator=draw) * 40], 1)
    scores = torch.rand(23, 7, generator=draw).softmax(-1)
    found = most_confident(proposals, scores, 11)
    assert found.tolist() == chosen_by_loops(proposals.tolist(), scores.tolist(), 11)
    assert len(most_confident(proposals, scores, 99)) == 23


def test_features_and_boxes_are_of_torchvisions_own_forward(detector, picture):
    """Its whole forward on the same weights, watched where proposals enter the heads and where features leave them."""
    options = {"min_size": 64, "max_size": 107, "rpn_post_nms_top_n_test": PROPOSALS}
    theirs = fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None, **options).eval()
    theirs.load_state_dict(detector.model.state_dict(), strict=False)  # its norms count batches besides
    for part in theirs.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.eps = 0.0
    seen = {}
    theirs.roi_heads.box_head.register_forward_hook(lambda _, __, out: seen.update(features=out))
    theirs.roi_heads.box_predictor.register_forward_hook(lambda _, __, out: seen.update(scores=out[0]))
    theirs.rpn.register_forward_hook(lambda _, given, out: seen.update(proposals=out[0][0], images=given[0]))
    pixels = torch.from_numpy(picture).permute(2, 0, 1)
    with torch.no_grad():
        theirs([pixels / 255])
    features, boxes = detector(detector.prepare(picture))
    rows = chosen_by_loops(seen["proposals"].tolist(), seen["scores"].softmax(-1)[:, 1:].tolist(), 5)
    torch.testing.assert_close(features, seen["features"][rows])
    height, width = seen["images"].image_sizes[0]
    torch.testing.assert_close(boxes, seen["proposals"][rows] / torch.tensor([width, height, width, height]))
    assert (features.shape, boxes.shape, detector.shape) == ((5, 1024), (5, 4), (5, 1024))


def test_a_file_of_torchvisions_first_version_is_read_as_it_reads_it(detector, tmp_path):
    """The published file is of that version: torchvision renames its tensors while it loads them."""
    now = detector.model.state_dict()
    draw = torch.Generator().manual_seed(8)
    first = {}
    for key, tensor in now.items():
        name = key
        for module in ("inner_blocks.", "layer_blocks."):
            if module in key:
                name = key.replace(".0.weight", ".weight").replace(".0.bias", ".bias")
        name = name.replace("rpn.head.conv.0.0.", "rpn.head.conv.")
        first[name] = torch.rand(tensor.shape, generator=draw)
    assert len(first.keys() - now.keys()) == 2 * 8 + 2
    torch.save(first, tmp_path / "w.pth")
    theirs = fasterrcnn_resnet50_fpn(weights=None, weights_backbone=None)
    theirs.load_state_dict(dict(first), strict=False)
    ours = create_extractor("fasterrcnn_resnet50_fpn", weights=tmp_path / "w.pth").model.state_dict()
    for key, tensor in ours.items():
        assert torch.equal(tensor, theirs.state_dict()[key]), key


def test_a_picture_is_described_the_same_beside_others(detector, picture):
    other = np.random.default_rng(3).integers(0, 256, (90, 40, 3), np.uint8)
    alone = detector.describe([detector.prepare(picture)])
    beside = detector.describe([detector.prepare(other), detector.prepare(picture)])
    assert torch.equal(alone.features[0], beside.features[1])
    assert torch.equal(alone.boxes[0], beside.boxes[1])
    assert beside.boxes[0].min() >= 0
    assert beside.boxes[0].max() <= 1


def test_its_facts_and_its_frozen_state(detector):
    assert detector.facts.keys() == {"name", "sha256", "input_size", "regions"}
    assert detector.facts["input_size"] == [64, 107]
    assert not detector.train().training
    assert not any(parameter.requires_grad for parameter in detector.parameters())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"regions": 0}, "0 regions a picture were asked of fasterrcnn_resnet50_fpn"),
        ({"preprocessing": Preprocessing(fit="crop")}, "sees whole pictures in their own pixels: leave out --preset"),
        ({"grid": 14}, "finds regions, no grid: leave out --grid"),
        ({"size": 5}, "expected at least 32 pixels"),
    ],
)
def test_what_a_detector_cannot_be_asked_is_a_sentence(options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        create_extractor("fasterrcnn_resnet50_fpn", weights="random", **options)
