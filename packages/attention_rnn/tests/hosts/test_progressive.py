"""The network of Tables 7 and 8: where it looks, what it computes once a picture, what it refuses."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch.nn import functional as F

from scanpath import create_scorer
from scanpath.errors import ConfigError, ShapeError
from scanpath_attention_rnn import AttentionRNN, BlockAttentionRNN
from scanpath_attention_rnn.hosts import ProgressiveCNN, progressive

CTX = partial(create_scorer, "local", hidden_dim=7)


def built(scorer=CTX, **options):
    return progressive(
        **{"answers": 5, "vocabulary_size": 12, "channels": (7, 11, 13), "scorer": scorer, **options}
    ).eval()


def pictures(count=2, side=24):
    return torch.rand(count, 3, side, side)


def test_maps_are_those_of_the_paper_for_pictures_of_100():
    model = built(channels=(3, 3, 3, 3))
    found = model(pictures(1, 100), torch.tensor([[4]]))
    assert {name: tuple(one.shape) for name, one in found.maps.items()} == {
        "pool1": (1, 1, 50, 50), "pool2": (1, 1, 25, 25), "pool3": (1, 1, 12, 12), "pool4": (1, 1, 6, 6),
    }  # fmt: skip
    assert found.logits.shape == (1, 5)


def test_five_stages_of_a_large_picture():
    model = built(channels=(3, 3, 3, 3, 3), first=partial(BlockAttentionRNN, gamma=3, hidden=2))
    found = model(pictures(1, 224), torch.tensor([[4]]))
    assert [one.shape[2] for one in found.maps.values()] == [112, 56, 28, 14, 7]
    assert isinstance(model.scorers["pool1"], BlockAttentionRNN)


def test_it_is_what_table_7_says():
    """Step by step from its parts: gates in between, a softmax and a sum at the end."""
    model, images, tokens = built(), pictures(), torch.tensor([[2], [7]])
    query = model.question(tokens).vector
    grid = images
    for number, stage in enumerate(model.stages, 1):
        norm, convolution = (stage[0], stage[1]) if number > 1 else (torch.nn.Identity(), stage[0])
        grid = F.max_pool2d(convolution(norm(grid)).relu(), 2)
        scores = model.scorers[f"pool{number}"](grid.permute(0, 2, 3, 1), query)
        if number < 3:
            grid = grid * scores.sigmoid()
    weights = scores.flatten(2).softmax(2)
    context = torch.einsum("bmk,bck->bc", weights, grid.flatten(2))
    found = model(images, tokens)
    torch.testing.assert_close(found.logits, model.classifier(context))
    torch.testing.assert_close(found.maps["pool3"].flatten(2), weights)


def test_san_looks_behind_the_last_stage_alone():
    model = built(partial(create_scorer, "additive"), places="last")
    assert [*model(pictures(), torch.tensor([[2], [7]])).maps] == ["pool3"]


def test_nothing_behind_the_first_stage_is_the_row_none_of_table_8():
    assert [*built(places="later")(pictures(), torch.tensor([[2], [7]])).maps] == ["pool2", "pool3"]


def test_the_first_map_may_be_looked_at_otherwise():
    assert [*built(places="last", first=CTX)(pictures(), torch.tensor([[2], [7]])).maps] == ["pool1", "pool3"]


@pytest.mark.parametrize("places", ["all", "last"])
def test_questions_share_what_lies_in_front_of_the_first_look(places):
    model, images = built(places=places), pictures(2)
    tokens, index = torch.tensor([[2], [7], [3], [3]]), torch.tensor([0, 0, 1, 0])
    seen = []
    model.stages[-1].register_forward_hook(lambda _module, inputs, _output: seen.append(len(inputs[0])))
    model.stages[0].register_forward_hook(lambda _module, inputs, _output: seen.append(len(inputs[0])))
    found = model(images, tokens, index)
    assert seen == [2, 4 if places == "all" else 2]
    expected = model(images[index], tokens)
    torch.testing.assert_close(found.logits, expected.logits)
    torch.testing.assert_close(found.maps, expected.maps)


def test_looking_answers_nothing():
    model, images, tokens = built(), pictures(), torch.tensor([[2], [7]])
    question, found = model.look(images, tokens)
    assert question.vector.shape == (2, 32)
    torch.testing.assert_close(model.classifier(found.context), model(images, tokens).logits)


def test_bytes_are_read_as_shares_of_white():
    model, images = built(), torch.randint(0, 256, (2, 3, 24, 24), dtype=torch.uint8)
    tokens = torch.tensor([[2], [7]])
    torch.testing.assert_close(model(images, tokens).logits, model(images.float() / 255, tokens).logits)


def test_structure_learns_in_it():
    model = built(partial(AttentionRNN, hidden=3, sample=True)).train()
    model(pictures(), torch.tensor([[2], [7]])).logits.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in model.parameters())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scorer": None}, "needs a scorer: give task.model.scorer=attention_rnn"),
        ({"feature_dim": 64}, "learns a CNN of its own: give task.features=null"),
        ({"places": "first"}, "got places='first', expected 'all', 'later' or 'last'"),
        ({"channels": ()}, "got no channels, expected the width of a stage at least"),
        ({"scorer": partial(CTX, maps=2)}, "gates by one map of scores, and a scorer has 2"),
    ],
)
def test_networks_that_cannot_be(options, words):
    with pytest.raises(ConfigError, match=words):
        built(**options)


def test_parts_that_do_not_fit():
    with pytest.raises(ConfigError, match="takes one scorer or None a stage, and looks behind the last stage"):
        ProgressiveCNN(
            stages=[torch.nn.Identity()], scorers=[None], question=torch.nn.Identity(), classifier=torch.nn.Identity()
        )


def test_calls_that_cannot_be():
    model = built()
    with pytest.raises(ShapeError, match=r"got \(2, 8, 8, 64\), expected pictures \(N, 3, H, W\): it learns"):
        model(torch.ones(2, 8, 8, 64), torch.tensor([[2], [7]]))
    tokens = torch.tensor([[2], [7]])
    with pytest.raises(ShapeError, match="got a region_mask, and looks at whole pictures alone: pass neither"):
        model(pictures(), tokens, region_mask=torch.ones(2, 4, dtype=torch.bool))
    with pytest.raises(ShapeError, match="got boxes, and looks at whole pictures alone: pass neither"):
        model(pictures(), tokens, boxes=torch.ones(2, 3, 4))
    with pytest.raises(ShapeError, match="3 questions came with 2 pictures and no image_index"):
        model(pictures(), torch.tensor([[2], [7], [3]]))
