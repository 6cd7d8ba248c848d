"""MCB's rows differ in what scores its cells alone, from stored features and from pictures."""

from __future__ import annotations

from scanpath_attention_rnn.bench.questions import BATCHES, questions, rows


def test_rows_differ_in_what_scores_alone():
    narrow = {"embedding_dim": 7, "question_dim": 22, "fusion_dim": 64}
    looks = rows(hidden=13, sketch=64)
    made = questions(device="cpu", batch=64, repeats=1, side=32, cnn="resnet18", looks=looks, **narrow)
    stored, drawn = made
    assert [group.title.split(";")[0].rpartition(" ")[2] for group in (stored, drawn)] == [*map(str, BATCHES)]
    sizes = {line.name: line.cost.parameters for line in stored.lines}
    assert sizes["MCB"] < sizes["MCB+ATT"] < sizes["MCB+ARNN"]
    for before, after in zip(stored.lines, drawn.lines, strict=True):
        assert after.cost.parameters > before.cost.parameters + 11_000_000, "ResNet-18 is part of it"
        assert after.cost.flops > before.cost.flops
    assert [one.what for line in stored.lines for one in line.asked] == ["at most 1.2x the time"]
