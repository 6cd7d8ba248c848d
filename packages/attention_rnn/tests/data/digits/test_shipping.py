from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath_attention_rnn.data.digits import shipping
from scanpath_attention_rnn.data.digits.digits import SHEET, read_pool


def test_a_sheet_holds_its_digits_row_by_row() -> None:
    images = np.random.default_rng(1).integers(0, 256, (120, 28, 28), dtype=np.uint8)
    found = shipping.sheet(images)
    assert found.shape == (56, 1680)
    np.testing.assert_array_equal(found[:28, 28:56], images[1])
    np.testing.assert_array_equal(found[28:, -28:], images[119])


def test_each_label_is_chosen_as_often_and_no_digit_twice() -> None:
    pool = read_pool(None)
    everything = shipping.choose(pool)  # 300 of 300
    assert everything == list(range(3000))


def test_the_shipped_sheet_is_written_again(real_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "SHEET", tmp_path / "digits.png")
    shipping.main([str(real_mnist)])
    from scanpath.data.images import decode

    again, shipped = ((place.read_bytes(), "a sheet", "L") for place in (tmp_path / "digits.png", SHEET))
    np.testing.assert_array_equal(decode(*again), decode(*shipped))


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_the_command_tells_how_it_is_called(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"usage: python -m scanpath_attention_rnn\.data\.digits\.shipping MNIST"):
        shipping.main(arguments)
