from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.dealing import deal
from scanpath.errors import ConfigError, DataError

KEYS = [f"{number}.jpg" for number in range(20)]


def test_the_dealing_is_the_same_for_ever() -> None:
    """Typed from the first run: another hash or another rounding would change the splits of people's data."""
    dealt = deal(KEYS)
    assert {name: places.tolist() for name, places in dealt.items() if name != "train"} == {
        "val": [2, 5],
        "test": [1, 16],
    }
    assert len(dealt["train"]) == 16


@given(
    keys=st.lists(st.text(max_size=5), unique=True, max_size=40),
    weights=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    seed=st.integers(0, 3),
    order=st.randoms(),
)
def test_everything_is_dealt_once_in_its_share_whatever_the_order(keys, weights, seed, order) -> None:
    shares = {str(number): weight / sum(weights) for number, weight in enumerate(weights)}
    dealt = deal(keys, shares, seed=seed)
    assert sorted(np.concatenate(list(dealt.values())).tolist()) == list(range(len(keys)))
    for name, places in dealt.items():
        assert abs(len(places) - shares[name] * len(keys)) < 1 or len(places) == 1 or len(keys) < 40
        assert len(places) or len(keys) < len(shares)
    shuffled = list(keys)
    order.shuffle(shuffled)
    again = deal(shuffled, shares, seed=seed)
    for name in shares:
        assert {keys[place] for place in dealt[name].tolist()} == {shuffled[place] for place in again[name].tolist()}


def test_each_stratum_is_dealt_by_itself_and_a_seed_changes_it() -> None:
    keys = [str(number) for number in range(60)]
    kinds = ["a"] * 40 + ["b"] * 20
    dealt = deal(keys, strata=kinds)
    assert [[sum(kinds[place] == kind for place in dealt[name].tolist()) for kind in "ab"] for name in dealt] == [
        [32, 16],
        [4, 2],
        [4, 2],
    ]
    assert deal(keys, strata=kinds, seed=1)["val"].tolist() != dealt["val"].tolist()


def test_those_that_stay_keep_their_split_when_others_come() -> None:
    few, many = [str(number) for number in range(500)], [str(number) for number in range(550)]
    before = {place: name for name, places in deal(few).items() for place in places.tolist()}
    after = {place: name for name, places in deal(many).items() for place in places.tolist()}
    assert sum(before[place] != after[place] for place in before) <= 10


@pytest.mark.parametrize("shares", [{}, {"train": 0.5, "test": 0.4}, {"train": 1.5, "test": -0.5}])
def test_shares_that_cannot_be(shares) -> None:
    with pytest.raises(ConfigError, match="expected positive ones that sum to 1"):
        deal(KEYS, shares)


def test_a_key_stands_once() -> None:
    with pytest.raises(DataError, match=r"1 keys occur more than once \(b\)"):
        deal(["b", "a", "b"])
