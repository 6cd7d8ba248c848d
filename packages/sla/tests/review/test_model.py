"""ReviewNet against the loops from regions to words; a picture is reviewed once; what it adds to the loss."""

from __future__ import annotations

import pytest
import torch

from scanpath.attention.preparing import Prepared
from scanpath.errors import ConfigError
from scanpath.hosts.caption_model import build_captioner
from scanpath_sla.review import ReviewNet, reference as loops
from scanpath_sla.review.supervision import discriminative_loss

V, D, N, H, E = 17, 7, 3, 11, 5
WORDS = torch.tensor([[2, 5, 6, 7], [2, 8, 9, 5], [2, 4, 4, 1], [2, 16, 15, 14]])
INDEX = torch.tensor([1, 0, 1, 2])
ATTENTIONS = {
    "additive": {"name": "additive", "hidden_dim": 5},
    "standard": {"name": "standard", "hidden_dim": 5},
    "stacked": {"name": "stacked", "layers": 2, "hidden_dim": 5},
    "SLA": {"name": "stacked_latent", "layers": 3, "hidden_dim": 5},
}


def built(shape=(5, D), **section):
    small = {"name": "review_net", "attention": ATTENTIONS["additive"], "steps": 3, "embedding_dim": E, "hidden_dim": H}
    return build_captioner({**small, **section}, vocabulary_size=V, feature_shape=shape).eval()


@pytest.mark.parametrize("thinking", ["additive", "SLA"])
@pytest.mark.parametrize("name", sorted(ATTENTIONS))
@pytest.mark.parametrize("masked", [False, True])
def test_equals_the_loop(looks, cell, assert_twins, name, thinking, masked):
    model = built(attention=ATTENTIONS[name], decoder_attention=ATTENTIONS[thinking]).double()
    regions = torch.randn(N, 5, D, dtype=torch.float64).requires_grad_()
    mask = None
    if masked:
        mask = torch.rand(N, 5) > 0.4
        mask[:, 2] = True
    found = model(regions, WORDS, INDEX, mask)
    real = torch.ones(N, 5, dtype=torch.bool) if mask is None else mask
    means = torch.stack([v[own].mean(0) for v, own in zip(regions, real, strict=True)])
    first = means @ model.start.weight.t() + model.start.bias
    steps = [
        (looks(one), cell(gates.weight, gates.bias))
        for one, gates in zip(model.reviewer.attentions, model.reviewer.gates, strict=True)
    ]
    thoughts, reviews, h, c = loops.review(regions, first, steps, mask)
    writer = model.decoder
    weight, seen = writer.state_gates.weight, writer.state_gates.weight[:, H:]
    whole = torch.cat([weight[:, :H], writer.word_gates.weight, seen], 1)
    decoder = loops.Decoder(
        writer.words.weight, cell(whole, writer.word_gates.bias), looks(writer.attention), writer.output.weight,
        writer.output.bias,
    )  # fmt: skip
    logits, maps = loops.write(WORDS, thoughts[INDEX], h[INDEX], c[INDEX], decoder)
    fast = found.logits, found.maps["thoughts"], found.maps["reviews"]
    assert_twins(fast, (logits, maps, reviews[INDEX]), [regions, *model.parameters()])


@pytest.mark.parametrize("attention", ["additive", "SLA"])
def test_a_picture_is_reviewed_once_for_all_of_its_captions(attention):
    model = built((2, 5, D), attention=ATTENTIONS[attention], coordinates="grid", region_layers=1, region_dim=5)
    features, rows = torch.randn(N, 2, 5, D), []
    together = model(features, WORDS, INDEX)
    torch.testing.assert_close(together.logits, model(features[INDEX], WORDS).logits)
    model.reviewer.register_forward_hook(lambda _module, _given, found: rows.append(len(found.thoughts)))
    model(features, WORDS, INDEX)
    model.write(model.see(features), start=2, end=3, length=5, beam=3, never=(0, 1, 2))
    assert rows == [N, N]


@pytest.mark.parametrize("attention", ["additive", "SLA"])
@pytest.mark.parametrize("beam", [1, 3])
def test_what_is_written_is_as_probable_as_it_says(attention, beam):
    model = built(attention=ATTENTIONS[attention])
    features = torch.randn(N, 5, D)
    with torch.no_grad():
        model.decoder.output.weight.mul_(4)
    found = model.write(model.see(features), start=2, end=3, length=5, beam=beam, never=(0, 1, 2))
    for row in range(N):
        said = found.words[row, : found.lengths[row]].tolist()
        whole = [2, *said, 3][: 1 + 5]
        logits = model(features[row : row + 1], torch.tensor([whole[:-1]])).logits
        picked = torch.log_softmax(logits[0], -1)[torch.arange(len(whole) - 1), torch.tensor(whole[1:])]
        torch.testing.assert_close(picked.sum(), found.scores[row])


def test_without_a_look_at_thoughts_the_last_state_writes():
    model = built(decoder_attention=None)
    out = model(torch.randn(4, 5, D), WORDS)
    assert model.decoder.attention is None
    assert out.maps.keys() == {"reviews"}
    assert model.see(torch.randn(4, 5, D)).prepared is None


def test_the_guesses_are_weighed_and_left_out_by_default():
    plain, model = built(), built(discriminative=10.0)
    features = torch.randn(4, 5, D)
    padded = torch.cat([WORDS, torch.zeros(4, 2, dtype=torch.int64)], 1)
    assert plain.own_loss(plain.see(features), padded) is None
    seen = model.see(features)
    expected = discriminative_loss(model.guess(seen.notes["thoughts"]), padded)
    torch.testing.assert_close(model.own_loss(seen, padded), 10 * expected)
    assert expected > 0


def test_dropout_is_of_the_thoughts_that_the_decoder_sees():
    model = built(review_dropout=0.5).train()
    model.decoder.dropout.p = 0.0
    features = torch.randn(4, 5, D)
    seen = model.see(features)
    assert isinstance(seen.prepared, Prepared)
    dropped = seen.prepared.regions == 0
    assert 0.3 < dropped.double().mean() < 0.7
    model.eval()
    whole = model.see(features)
    assert not (whole.prepared.regions == 0).any()
    torch.testing.assert_close(seen.state.hidden, whole.state.hidden)  # the reviewer's own states are whole


def test_every_parameter_learns():
    model = built(discriminative=10.0, attention=ATTENTIONS["SLA"]).train()
    features = torch.randn(N, 5, D)
    seen = model.see(features).rows(INDEX)
    padded = torch.cat([WORDS, torch.zeros(4, 2, dtype=torch.int64)], 1)
    (model.follow(seen, padded[:, :-1]).logits.square().sum() + model.own_loss(seen, padded)).backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in model.parameters())


def test_under_autocast_the_memory_stays_in_single_precision():
    model = built(attention=ATTENTIONS["SLA"])
    with torch.autocast("cpu", torch.bfloat16):
        seen = model.see(torch.randn(N, 5, D))
        logits = model.follow(seen.rows(INDEX), WORDS).logits
    assert seen.state.cell.dtype == seen.state.hidden.dtype == torch.float32
    assert logits.isfinite().all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"review_dropout": 1.0}, "review_net got review_dropout=1.0, expected 0 or more and less than 1"),
        ({"discriminative": -1}, "review_net got discriminative=-1, expected a weight of 0 or more"),
        ({"steps": 0}, "a reviewer got steps=0, expected a whole number from 1 on"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        built(**options)


def test_it_is_exported():
    assert isinstance(built(), ReviewNet)
