from __future__ import annotations

import collections

import pytest

from scanpath.data.scenes.randomness import Draws


def test_the_stream_is_pinned() -> None:
    draws = Draws(7, 1, 11)
    assert [draws.below(100) for _ in range(7)] == PINNED
    assert Draws(7, 1, 11).bytes(5).tolist() == PINNED_BYTES


#: As computed with numpy 2.4 on x86-64; the raw streams of numpy are promised not to change.
PINNED = [86, 27, 87, 64, 47, 92, 86]
PINNED_BYTES = [219, 227, 69, 106, 83]


def test_keys_give_different_streams() -> None:
    streams = {tuple(Draws(*key).below(1000) for _ in range(3)) for key in [(0, 0), (0, 1), (1, 0), (0, 1, 1), (0, 2)]}
    assert len(streams) == 5


@pytest.mark.parametrize("bound", [1, 7, 2**32])
def test_numbers_stay_below_their_bound(bound: int) -> None:
    draws = Draws(3)
    found = [draws.below(bound) for _ in range(1_000)]
    assert min(found) >= 0
    assert max(found) < bound
    assert max(found) > 0.9 * bound - 1


def test_draws_are_even_and_spreads_peak_at_zero() -> None:
    draws = Draws(5)
    counts = collections.Counter(draws.below(7) for _ in range(7_000))
    assert all(850 < count < 1_150 for count in counts.values())
    spread = collections.Counter(draws.spread(3) for _ in range(16_000))
    assert sorted(spread) == list(range(-3, 4))
    assert all(abs(spread[value] - 1_000 * (4 - abs(value))) < 200 for value in spread)
    assert draws.bytes(13).shape == (13,)
