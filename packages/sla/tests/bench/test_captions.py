"""What is measured of captions is the same computation, said in two ways; the promise stands at the right line."""

from __future__ import annotations

import pytest
import torch

from scanpath.attention.preparing import splits
from scanpath_sla.bench import captions as bench
from scanpath_sla.bench.captions import PAPER, Sizes, Writer, build, draw, review, searching, soft, training, writing

TINY = Sizes(side=3, width=7, hidden=11, attention=5, words=3, vocabulary=17)


def test_whole_attentions_compute_the_same_and_share_nothing():
    features, words, index = draw(TINY, 3, 5, "cpu")
    whole, once = build(soft(TINY), TINY, whole=True), build(soft(TINY), TINY)
    assert not splits(whole.decoder.attention)
    assert splits(once.decoder.attention)
    torch.testing.assert_close(whole(features, words, index).logits, once(features[index], words).logits)
    assert torch.equal(Writer(whole)(features), Writer(once)(features))


def test_together_is_what_one_by_one_is():
    writer = Writer(build(review("stacked_latent", TINY), TINY))
    features, _, _ = draw(TINY, 5, 1, "cpu")
    assert torch.equal(writer(features), writer.one_by_one(features))


def test_what_is_asked():
    group = searching(device="cpu", pictures=2, repeats=1, sizes=TINY)
    assert [[one.what for one in line.asked] for line in group.lines] == [[], ["at least 5x less time"]]
    assert "1 passes (2 captions)" in group.title


def test_once_a_picture_is_fewer_flops():
    group = training(device="cpu", batch=10, repeats=1, sizes=TINY)
    whole, caption, picture, reviewed, once = (line.cost.flops for line in group.lines)
    assert whole > caption > picture
    assert reviewed > once
    one, other = (line.cost.flops for line in writing(device="cpu", pictures=3, repeats=1, sizes=TINY).lines)
    assert one > other


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_groups_come_as_they_are_done(monkeypatch, device):
    asked = []
    for name in ("training", "writing", "searching", "profile"):
        monkeypatch.setattr(bench, name, lambda name=name, **given: asked.append((name, given)))
    assert len(list(bench.captions(device=device, batch=32, repeats=20))) == 4
    assert [name for name, _ in asked] == ["training", "writing", "searching", "profile"]
    assert asked[2][1]["pictures"] * 20 == 5000
    assert asked[0][1]["sizes"] == (PAPER if device == "cuda" else bench.SMALL)
