"""A model that describes pictures: the same for a picture's captions together and apart, on features and pictures."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from scanpath import registry
from scanpath.errors import ScanpathError
from scanpath.hosts.caption_model import CaptionModel, Seen, build_captioner
from scanpath.hosts.word_decoder import WordDecoder
from scanpath.method import Method
from scanpath.plugin import METHOD

V, D, N = 17, 6, 3
SMALL = {"embedding_dim": 3, "hidden_dim": 11, "dropout": 0.0}
WORDS = torch.tensor([[2, 5, 6, 7], [2, 8, 9, 0], [2, 4, 0, 0], [2, 16, 15, 14]])
INDEX = torch.tensor([1, 0, 1, 2])


def built(shape: tuple[int, ...] | None = (2, 4, D), **section: Any) -> CaptionModel:
    torch.manual_seed(1)
    return build_captioner({"attention": "additive", **SMALL, **section}, vocabulary_size=V, feature_shape=shape).eval()


def test_a_picture_is_seen_once_for_all_of_its_captions() -> None:
    model = built(region_layers=1, region_dim=7, coordinates="grid")
    features = torch.randn(N, 2, 4, D)
    together = model(features, WORDS, INDEX)
    assert together.logits.shape == (4, 4, V)
    assert together.maps["regions"].shape == (4, 4, 1, 2, 4)
    apart = model(features[INDEX], WORDS)
    torch.testing.assert_close(together.logits, apart.logits)
    looks: list[int] = []
    model.image.register_forward_hook(lambda _module, _given, found: looks.append(len(found)))
    model(features, WORDS, INDEX)
    assert looks == [N]


@pytest.mark.parametrize("attention", ["additive", "dot", None])
@pytest.mark.parametrize("beam", [1, 3])
def test_what_is_written_is_as_probable_as_it_says(attention: str | None, beam: int) -> None:
    model = built((5, D), attention=attention)
    mask = torch.rand(N, 5) > 0.2
    mask[:, 0] = True
    features = torch.randn(N, 5, D).masked_fill(~mask.unsqueeze(-1), torch.nan)
    with torch.no_grad():
        model.decoder.output.weight.mul_(4)
    seen = model.see(features, mask)
    found = model.write(seen, start=2, end=3, length=5, beam=beam, never=(0, 1, 2))
    for row in range(N):
        said = found.words[row, : found.lengths[row]].tolist()
        whole = [2, *said, 3][: 1 + 5]
        logits = model(features[row : row + 1], torch.tensor([whole[:-1]]), None, mask[row : row + 1]).logits
        picked = torch.log_softmax(logits[0], -1)[torch.arange(len(whole) - 1), torch.tensor(whole[1:])]
        torch.testing.assert_close(picked.sum(), found.scores[row])
        assert not {0, 1, 2, 3} & set(said)


def test_pictures_are_learnt_from_end_to_end() -> None:
    model = built(None, cnn_channels=[4, 5]).train()
    logits = model(torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8), WORDS).logits
    logits.square().sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_half_precision_features_are_widened() -> None:
    assert built()(torch.randn(4, 2, 4, D).half(), WORDS).logits.dtype == torch.float32


@pytest.mark.parametrize("attention", ["additive", "dot", None])
def test_under_autocast_the_memory_stays_in_single_precision(attention: str | None) -> None:
    model = built((5, D), attention=attention)
    features = torch.randn(4, 5, D)
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(features, WORDS).logits
        logits.float().square().mean().backward()
        seen = model.see(features)
        _, state = model.decoder.step(WORDS[:, 0], seen.prepared, seen.state)
        found = model.write(seen, start=2, end=3, length=4, beam=2, never=(0, 1, 2))
    assert (state.hidden.dtype, state.cell.dtype) == (torch.float32, torch.float32)
    torch.testing.assert_close(logits.float(), model(features, WORDS).logits, atol=0.05, rtol=0.05)
    assert found.scores.isfinite().all()


@pytest.mark.parametrize(
    ("section", "shape", "sentence"),
    [
        ({"name": "decodr"}, (5, D), "brings the captioner 'decodr'; did you mean 'decoder'"),
        ({"hiden_dim": 3}, (5, D), "takes no option 'hiden_dim'; did you mean 'hidden_dim'"),
        ({"attention": {"hops": 3}}, (5, D), "attention is {'hops': 3}, expected a name"),
        ({"coordinates": "boxes"}, None, "coordinates 'boxes' go with stored features"),
    ],
)
def test_what_cannot_be_built_is_told(section: dict[str, Any], shape: tuple[int, ...] | None, sentence: str) -> None:
    with pytest.raises(ScanpathError, match=sentence):
        built(shape, **section)


def test_a_package_brings_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reviewed(CaptionModel):
        """It looks at what it has thought in place of the regions."""

        def see(self, images: Tensor, region_mask: Tensor | None = None, boxes: Tensor | None = None) -> Seen:
            state = self.first(self.encode(images, region_mask, boxes), region_mask)
            thoughts = torch.stack([state.hidden, state.hidden.tanh()], 1)
            return Seen(self.decoder.prepare(thoughts), state)

    def reviewed(*, vocabulary_size: int, feature_dim: int | None, attention: Any, steps: int = 2) -> CaptionModel:
        assert feature_dim == D
        writer = WordDecoder(
            vocabulary_size=vocabulary_size, region_dim=5, attention=attention, embedding_dim=3, hidden_dim=5
        )
        return Reviewed(image=torch.nn.Identity(), region_dim=D, decoder=writer)

    own = Method(name="own", paper="Own", captioners={"reviewed": "own_hosts:reviewed"})
    monkeypatch.setitem(sys.modules, "own_hosts", SimpleNamespace(reviewed=reviewed))
    registry.forget()
    monkeypatch.setattr(registry, "methods", lambda: {"core": METHOD, "own": own})
    try:
        section = {"name": "reviewed", "attention": "additive", "steps": 2}
        model = build_captioner(section, vocabulary_size=V, feature_shape=(5, D)).eval()
        assert model(torch.randn(4, 5, D), WORDS).maps["regions"].shape == (4, 4, 1, 2)
        found = model.write(model.see(torch.randn(N, 5, D)), start=2, end=3, length=4, beam=2, never=(0, 1, 2))
        assert found.words.shape == (N, 4)
        with pytest.raises(ScanpathError, match="takes no option 'step'; did you mean 'steps'"):
            build_captioner({**section, "step": 3}, vocabulary_size=V, feature_shape=(5, D))
    finally:
        registry.addresses.cache_clear()
