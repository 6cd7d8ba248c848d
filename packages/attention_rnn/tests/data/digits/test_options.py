from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanpath.errors import ConfigError
from scanpath_attention_rnn.data.digits import DigitsOptions, DistractorOptions, PhotographOptions
from scanpath_attention_rnn.data.digits.options import VARIANTS


def test_the_defaults_are_the_papers() -> None:
    for options in (DigitsOptions(), DistractorOptions(), PhotographOptions()):
        assert options.sizes == {"train": 30_000, "val": 10_000, "test": 10_000}
        assert (options.seed, options.mnist) == (0, None)
    assert DistractorOptions().background == "distractors"
    assert PhotographOptions(photographs=Path("sun"), mnist="here").photographs == Path("sun")


def test_the_data_sets() -> None:
    assert [(one.name, one.side, one.inverse) for one in VARIANTS.values()] == [
        ("mref", 100, False),
        ("mref-inverse", 100, True),
        ("mdist", 100, False),
        ("mbg", 100, False),
        ("mbg-inverse", 100, True),
        ("mbg-big", 224, False),
    ]
    assert {name: one.options for name, one in VARIANTS.items() if one.options is not PhotographOptions} == {
        "mref": DigitsOptions,
        "mref-inverse": DigitsOptions,
        "mdist": DistractorOptions,
    }


@pytest.mark.parametrize(
    "bad",
    [
        {"train": 0}, {"val": 1_000_000}, {"test": 2.5}, {"seed": -1}, {"mnist": 7}, {"mnist": ""},
        {"background": "grey"}, {"background": None}, {"photographs": ""}, {"photographs": ["a"]},
    ],
)  # fmt: skip
def test_impossible_options_are_named(bad: dict[str, Any]) -> None:
    ((name, value),) = bad.items()
    form = {"background": DistractorOptions, "photographs": PhotographOptions}.get(name, DigitsOptions)
    with pytest.raises(ConfigError, match=r"the data set .* was asked for with ") as found:
        form(**bad)
    assert f"with {name} = {value!r}, expected" in str(found.value)
