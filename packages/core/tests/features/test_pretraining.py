import pytest
import torch
from safetensors import safe_open
from torch.nn import functional as F

from scanpath.features.backbones import create_backbone
from scanpath.features.labelled import LabelledPictures, draw_labelled
from scanpath.features.loading import shipped
from scanpath.features.pretraining import (
    ON_GROUND,
    ON_OBJECT,
    AttributeHeads,
    CellTargets,
    Pretrained,
    accuracies,
    cell_targets,
    objective,
    pretrain,
    pretrain_scenes_cnn,
)
from scanpath.features.scenes_cnn import WIDTHS


@pytest.fixture(scope="module")
def drawn() -> LabelledPictures:
    return draw_labelled(149, seed=31, split="test")


def test_a_cell_belongs_to_the_object_that_fills_most_of_it():
    labels = torch.zeros(1, 6, 6, dtype=torch.uint8)  # 3 x 3 cells of 2 x 2 pixels
    labels[0, 0, 0] = 2
    labels[0, 2:4, 2:4] = torch.tensor([[1, 3], [3, 3]])
    targets = cell_targets(labels, 3, objects=5)
    expected = torch.zeros(3, 3)
    expected[0, 0], expected[1, 1] = 0.25, 0.75
    assert torch.equal(targets.share[0], expected)
    assert (targets.owner[0, 0, 0], targets.owner[0, 1, 1]) == (1, 2)


def test_the_objective_equals_a_loop_over_cells_with_gradients():
    generator = torch.Generator().manual_seed(3)
    shares = torch.tensor([0.0, ON_GROUND, 0.1, ON_OBJECT, 0.9])
    share = shares[torch.randint(0, 5, (3, 5, 5), generator=generator)]
    targets = CellTargets(torch.randint(0, 4, (3, 5, 5), generator=generator), share)
    attributes = {"a": torch.randint(0, 5, (3, 4), generator=generator)}
    scores = {
        name: torch.randn(3, n, 5, 5, generator=generator, requires_grad=True) for name, n in (("a", 5), ("object", 1))
    }
    told, present = [], []
    for n, y, x in torch.cartesian_prod(*map(torch.arange, share.shape)).tolist():
        on = share[n, y, x] >= ON_OBJECT
        if on:
            told.append(F.cross_entropy(scores["a"][n, :, y, x], attributes["a"][n, targets.owner[n, y, x]]))
        if on or share[n, y, x] <= ON_GROUND:
            present.append(F.softplus(-scores["object"][n, 0, y, x] if on else scores["object"][n, 0, y, x]))
    expected = torch.stack(told).mean() + torch.stack(present).mean()
    loss = objective(scores, targets, attributes)
    torch.testing.assert_close(loss, expected)
    inputs = list(scores.values())
    for ours, slow in zip(torch.autograd.grad(loss, inputs), torch.autograd.grad(expected, inputs), strict=True):
        torch.testing.assert_close(ours, slow)


def test_pictures_are_learnt(drawn):
    few = LabelledPictures(
        drawn.pictures[:14], drawn.labels[:14], {name: one[:14] for name, one in drawn.attributes.items()}
    )
    learnt = accuracies(pretrain(few, epochs=40, batch=7), few)
    assert learnt["object"] > 95
    assert learnt["size"] > 85


def test_heads_split_their_scores_by_attribute():
    heads = AttributeHeads({"a": 3, "b": 5})
    scores = heads(torch.randn(2, WIDTHS[-1], 7, 7))
    assert {name: score.shape[1] for name, score in scores.items()} == {"a": 3, "b": 5, "object": 1}


def test_a_few_steps_learn_the_same_from_the_same_seed(drawn):
    state = torch.get_rng_state()
    few = LabelledPictures(
        drawn.pictures[:74], drawn.labels[:74], {name: one[:74] for name, one in drawn.attributes.items()}
    )
    first, second = (pretrain(few, epochs=2, batch=37) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    for a, b in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(a, b)
    other = pretrain(few, seed=1, epochs=2, batch=37)
    assert not torch.equal(other.network.convolutions[0].weight, first.network.convolutions[0].weight)


def test_the_file_tells_how_it_was_made_and_loads_as_a_backbone(tmp_path):
    path = tmp_path / "w.safetensors"
    measured = pretrain_scenes_cnn(path, pictures=64, world_seed=5, epochs=1)
    with safe_open(path, "pt") as file:
        facts = file.metadata()
    assert facts["command"] == "scanpath features pretrain scenes_cnn --pictures 64 --world-seed 5 --seed 0 --epochs 1"
    assert facts["held_out_shape"] == f"{measured['shape']:.2f}"
    assert create_backbone("scenes_cnn", weights=path).grid == [8, 8]


def test_the_shipped_features_tell_attributes_of_pictures_never_seen():
    """A linear probe: fitted on one half of new pictures by least squares, judged on the other half."""
    data = draw_labelled(131, seed=77, split="train", world="easy")
    features = create_backbone("scenes_cnn")(data.pictures)  # (N, 8, 8, D)
    targets = cell_targets(data.labels, 8, objects=8)
    on_object = targets.share >= ON_OBJECT
    x = features[on_object]
    x = torch.cat([x, torch.ones(len(x), 1)], 1)
    half = len(x) // 2
    for name, least in (("color", 97), ("shape", 95), ("size", 95)):
        classes = data.attributes[name].gather(1, targets.owner.flatten(1)).view_as(targets.owner)[on_object]
        fitted = torch.linalg.lstsq(x[:half], F.one_hot(classes[:half]).float()).solution
        right = ((x[half:] @ fitted).argmax(1) == classes[half:]).float().mean() * 100
        assert right > least, f"{name}: {right:.1f} %"


def test_the_shipped_weights_say_that_they_meet_the_aim():
    with safe_open(shipped("scenes_cnn"), "pt") as file:
        facts = file.metadata()
    assert facts["command"].startswith("scanpath features pretrain scenes_cnn")
    assert float(facts["held_out_color"]) >= 97
    assert float(facts["held_out_shape"]) >= 95
    assert float(facts["held_out_size"]) >= 97


def test_accuracies_count_by_hand():
    class Fixed(torch.nn.Module):
        def forward(self, x):
            return x

    class Told(torch.nn.Module):
        def forward(self, x):
            return {"a": torch.tensor([[0.0], [1.0]]).view(1, 2, 1, 1).expand(len(x), 2, 2, 2), "object": x[:, :1]}

    labels = torch.tensor([[[1, 0], [2, 0]]], dtype=torch.uint8)
    pictures = torch.tensor([[255, 255], [0, 0]], dtype=torch.uint8).expand(1, 3, 2, 2)
    data = LabelledPictures(pictures, labels, {"a": torch.tensor([[1, 0]])})
    assert accuracies(Pretrained(Fixed(), Told()), data) == {"a": 50.0, "object": 50.0}
