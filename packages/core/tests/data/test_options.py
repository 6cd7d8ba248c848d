from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from scanpath.data.options import check_whole_numbers, options_of
from scanpath.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Choice:
    images: int = 3
    seed: int = 0


def test_unknown_options_carry_near_ones() -> None:
    assert options_of(Choice, {"seed": 7}, "dots") == Choice(seed=7)
    with pytest.raises(ConfigError, match=r"^the data set dots has no option 'sed'; did you mean 'seed'\?$"):
        options_of(Choice, {"sed": 3}, "dots")
    with pytest.raises(ConfigError, match=r"no option 'xyz'; known are images, seed\.$"):
        options_of(Choice, {"xyz": 3}, "dots")


@pytest.mark.parametrize("value", [0, 8, 2.0, True, "3", None])
def test_what_is_no_whole_number_within_its_bounds_is_named(value: Any) -> None:
    check_whole_numbers(Choice(images=1), {"images": (1, 7)}, "dots")
    check_whole_numbers(Choice(images=7), {"images": (1, 7)}, "dots")
    with pytest.raises(ConfigError, match=r"^the data set dots was asked for with images = .* from 1 to 7\.$"):
        check_whole_numbers(Choice(images=value), {"images": (1, 7)}, "dots")
