"""The host: each picture encoded once, each question on its own picture, any mechanism."""

from __future__ import annotations

import copy
import functools

import pytest
import torch

from scanpath.attention import create_attention, create_co_attention
from scanpath.errors import ConfigError, ShapeError
from scanpath.hosts import VQAModel, canonical
from scanpath.plugin import METHOD

GRID, FEATURES = (2, 3), 7


def model_of(**options):
    torch.manual_seed(0)
    base = {"answers": 11, "vocabulary_size": 13, "feature_dim": FEATURES, "region_dim": 5, "question_dim": 17,
            "embedding_dim": 3, "hidden_dim": 19}  # fmt: skip
    if not {"attention", "co_attention"} & options.keys():
        options["attention"] = functools.partial(create_attention, "additive")
    return canonical(**{**base, **options}).eval()


def batch_of():
    source = torch.Generator().manual_seed(0)
    features = torch.randn(3, *GRID, FEATURES, generator=source)
    tokens = torch.tensor([[3, 1, 4, 0], [1, 5, 0, 0], [9, 2, 6, 5], [0, 0, 0, 0], [3, 5, 0, 0]])
    return features, tokens, torch.tensor([0, 0, 2, 1, 1])


HEADS = {"self_attention": {"heads": 1}, "transformer": {"heads": 1}}


@pytest.mark.parametrize("name", sorted({*METHOD.attentions, *METHOD.scorers} - {"layerwise"}))
def test_every_mechanism_of_the_core_runs(name):
    model = model_of(attention=functools.partial(create_attention, name, **HEADS.get(name, {})))
    out = model(*batch_of())
    assert out.logits.shape == (5, 11)
    assert out.maps["regions"].shape == (5, 2 if name == "multi_hop" else 1, *GRID)
    out.logits.sum().backward()
    assert all(parameter.grad is None or parameter.grad.isfinite().all() for parameter in model.parameters())


def test_pictures_shared_and_pictures_repeated_are_the_same(with_gradient):
    model = model_of()
    features, tokens, index = batch_of()
    torch.testing.assert_close(
        with_gradient(lambda f: model(f, tokens, index).logits, features),
        with_gradient(lambda f: model(f[index], tokens).logits, features),
    )


@pytest.mark.parametrize("name", ["bilstm", "self_attention", "channel"])
def test_what_asks_nothing_encodes_each_picture_once(with_gradient, name):
    inner = {"name": name, "attention": "self_attention"}
    model = model_of(attention=functools.partial(create_attention, "self_attention", attention=inner))
    features, tokens, index = batch_of()
    sizes = []
    model.attention.encoder.register_forward_hook(lambda _module, given, _out: sizes.append(len(given[0])))
    mask = torch.tensor([[True, True, False], [False, True, True]]).expand(3, -1, -1)
    torch.testing.assert_close(
        with_gradient(lambda f: model(f, tokens, index, mask).logits, features),
        with_gradient(lambda f: model(f[index], tokens, None, mask[index]).logits, features),
    )
    assert sizes == [3, 5]


def test_looking_gives_what_the_answer_is_made_of():
    model = model_of(attention=functools.partial(create_attention, "multi_hop"))
    question, found = model.look(*batch_of())
    out = model(*batch_of())
    torch.testing.assert_close(model.classifier(model.fusion(found.context, question.vector)), out.logits)
    assert torch.equal(found.weights, out.maps["regions"])
    assert "contexts" in found.extras
    assert model_of(attention=None).look(*batch_of())[1] is None


def test_a_co_attention_reads_the_tokens_in_the_questions_place():
    model = model_of(co_attention=functools.partial(create_co_attention, "independent"))
    out = model(*batch_of())
    assert out.maps["regions"].shape == (5, 1, *GRID)
    assert out.maps["tokens"].shape == (5, 1, 4)
    assert (out.maps["tokens"][3] == 0).all()  # the empty question
    assert model.fusion.output_dim == 5 + 17


def test_the_question_alone_sees_no_picture():
    model = model_of(attention=None)
    features, tokens, index = batch_of()
    out = model(features, tokens, index)
    assert out.maps == {}
    torch.testing.assert_close(model(features * 5, tokens, index).logits, out.logits, rtol=0, atol=0)
    assert model.image is None


def test_masked_regions_change_nothing():
    model = model_of(coordinates="none")
    source = torch.Generator().manual_seed(0)
    features, (_, tokens, index) = torch.randn(3, 7, FEATURES, generator=source), batch_of()
    mask = torch.rand(3, 7, generator=source) > 0.4
    poisoned = torch.where(mask.unsqueeze(-1), features, float("nan"))
    out = model(poisoned, tokens, index, mask)
    torch.testing.assert_close(out.logits, model(features, tokens, index, mask).logits, rtol=0, atol=0)
    assert (out.maps["regions"][~mask[index].unsqueeze(1)] == 0).all()
    out.logits.sum().backward()
    assert all(parameter.grad is None or parameter.grad.isfinite().all() for parameter in model.parameters())


def test_boxes_tell_where_they_are():
    model = model_of(coordinates="boxes")
    features, (_, tokens, index) = torch.randn(3, 7, FEATURES), batch_of()
    one, two = (model(features, tokens, index, None, torch.rand(3, 7, 4)).logits for _ in range(2))
    assert not torch.allclose(one, two)


def test_corners_behind_the_mask_spoil_no_gradient():
    model = model_of(coordinates="boxes")
    mask = torch.tensor([[True, True, False], [True, False, False]])
    features = torch.where(mask.unsqueeze(-1), torch.ones(2, 3, FEATURES), torch.nan)
    boxes = torch.where(mask.unsqueeze(-1), torch.full((2, 3, 4), 0.5), torch.nan)
    model(features, torch.ones(2, 4, dtype=torch.long), region_mask=mask, boxes=boxes).logits.sum().backward()
    assert all(parameter.grad is None or parameter.grad.isfinite().all() for parameter in model.parameters())


@pytest.mark.parametrize(
    "pictures", [torch.randint(0, 256, (3, 3, 16, 24), dtype=torch.uint8), torch.rand(3, 3, 16, 24)]
)
def test_pictures_end_to_end(pictures):
    model = model_of(feature_dim=None, cnn_channels=(5, 7, 11))
    _, tokens, index = batch_of()
    out = model(pictures, tokens, index)
    assert out.maps["regions"].shape == (5, 1, 2, 3)
    out.logits.sum().backward()
    assert model.image.cnn.blocks[0][0].weight.grad.abs().sum() > 0


def test_bf16_autocast_comes_close():
    model, batch = model_of(), batch_of()
    with torch.autocast("cpu", torch.bfloat16):
        out = model(*batch)
    out.logits.float().sum().backward()
    torch.testing.assert_close(out.logits.float(), model(*batch).logits, rtol=0.1, atol=0.05)
    assert out.maps["regions"].dtype == torch.float32


def test_copies_and_state_dicts_are_the_model():
    model, batch = model_of(), batch_of()
    twin = model_of()
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()
    twin.load_state_dict(model.state_dict())
    for other in (twin, copy.deepcopy(model)):
        torch.testing.assert_close(other(*batch).logits, model(*batch).logits, rtol=0, atol=0)


def test_mistakes_are_told():
    features, tokens, _ = batch_of()
    with pytest.raises(ShapeError, match="5 questions came with 3 pictures"):
        model_of()(features, tokens)
    with pytest.raises(ConfigError, match="both"):
        model_of(attention=create_attention, co_attention=create_co_attention)
    good = model_of()
    with pytest.raises(ConfigError, match="image and fusion"):
        VQAModel(image=None, question=good.question, classifier=good.classifier, attention=good.attention)
