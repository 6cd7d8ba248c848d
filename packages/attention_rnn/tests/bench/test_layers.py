"""The forms that are compared compute the same."""

from __future__ import annotations

import torch

from scanpath_attention_rnn.bench.layers import SIDES, WIDTH, FourLayers, layers


def test_forms_compute_the_same():
    plain, sweep = FourLayers(3, "plain"), FourLayers(3, "sweep")
    sweep.load_state_dict(plain.state_dict())
    given = torch.randn(2, WIDTH), *(torch.randn(2, side, side + 1, WIDTH) for side in (5, 3, 2, 1))
    torch.testing.assert_close(sweep(*given), plain(*given))


def test_maps_are_those_of_table_7():
    assert SIDES == (100 // 2, 100 // 4, 100 // 8, 100 // 16)


def test_the_sweep_counts_no_cell_that_is_not_there():
    """Of the recurrence the plain form multiplies columns of a skewed map, twice as many cells of a square one."""
    group = layers(2, device="cpu", batch=1, repeats=1, sides=(8, 8, 8, 8))
    plain, sweep = (line.cost.flops for line in group.lines)
    assert 0 < sweep < plain


def test_what_is_asked_is_asked_of_the_papers_width():
    wide, narrow = (layers(t, device="cpu", batch=1, repeats=1, sides=(2, 1, 1, 1)) for t in (WIDTH, 2))
    assert [one.what for one in wide.lines[1].asked] == ["at least 8x less time", "not more peak memory"]
    assert not any(line.asked for line in (wide.lines[0], *narrow.lines))
