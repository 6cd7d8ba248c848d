"""The networks differ in their gates alone, and what is asked is asked of AttentionRNN."""

from __future__ import annotations

from scanpath_attention_rnn.bench.classifiers import MOST, classifiers, rows


def test_they_differ_in_their_gates_alone():
    found = rows(("sweep", "triton"))
    assert [*found] == [
        "ResNet-18", "+ CBAM", "+ CBAM + ARNN, sweep", "+ CBAM + ARNN, triton", "+ CBAM + ARNN, blocks first, triton"
    ]  # fmt: skip
    assert found["+ CBAM + ARNN, triton"]["scorer"] == {"name": "attention_rnn", "kernel": "triton"}
    last = found["+ CBAM + ARNN, blocks first, triton"]
    assert last["scorer"] == found["+ CBAM + ARNN, triton"]["scorer"]
    assert last["first"] == {"name": "block_attention_rnn", "kernel": "triton"}


def test_gates_have_parameters_of_their_own():
    group = classifiers(device="cpu", batch=64, repeats=1, side=8, widths=(3, 5))
    assert f"batch {MOST};" in group.title
    plain, cbam, structured, blocks = (line.cost for line in group.lines)
    assert plain.parameters < cbam.parameters < structured.parameters < blocks.parameters
    assert plain.flops < cbam.flops < structured.flops
    assert [(line.name, one.what) for line in group.lines for one in line.asked] == [
        ("+ CBAM + ARNN, sweep", "at most 1.5x the time")
    ]
