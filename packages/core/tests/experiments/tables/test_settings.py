"""What a table file may hold."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from scanpath.errors import ConfigError
from scanpath.experiments.tables.settings import ClaimSettings, RowSettings, ScaleSettings, TableSettings


def test_printed_numbers_are_bare_or_explained(toy_text: str) -> None:
    table = TableSettings.parse(yaml.safe_load(toy_text))
    assert table.row("strong").paper["all"].value == 61
    assert table.row("strong").paper["hard"].value is None
    assert table.row("strong").paper["hard"].note == "illegible"
    lost = RowSettings.parse({"id": "a", "label": "A", "paper": {"all": None}})
    assert lost.paper["all"].value is None
    assert table.column("hard").split == "test"
    assert table.defined_scales == ("smoke", "small")
    assert table.scale("small").seeds == 3
    with pytest.raises(ConfigError, match="not defined at the scale 'paper': the paper names no data"):
        table.scale("paper")


@pytest.mark.parametrize(
    ("form", "values", "words"),
    [
        (RowSettings, {"id": "a-b", "label": "A"}, "id: string should match pattern"),
        (RowSettings, {"id": "a", "label": "A", "external": True}, "has printed numbers only, and none is given"),
        (
            RowSettings,
            {"id": "a", "label": "A", "external": True, "paper": {"x": 1}, "overrides": {"task": {}}},
            "external row is never run, but has overrides",
        ),
        (RowSettings, {"id": "a", "label": "A", "paper": {"x": "61"}}, "paper.x.value: input should be a valid number"),
        (ScaleSettings, {"missing": "no data", "seeds": 3}, "expected one of the two"),
        (ScaleSettings, {"sceds": 3}, "unknown key 'sceds'; did you mean 'seeds'"),
        (ClaimSettings, {"words": "w", "section": "1"}, "expected either 'compare'"),
        (ClaimSettings, {"words": "w", "section": "1", "compare": "a.b > 1", "between": [1, 2]}, "expected either"),
        (ClaimSettings, {"words": "w", "section": "1", "value": "a.b", "between": [2, 1]}, "nothing lies between"),
        (ClaimSettings, {"words": "w", "section": "1", "compare": "a.b"}, "compare: 'a.b' compares nothing"),
        (ClaimSettings, {"words": "w", "section": "1", "value": "3", "between": [1, 2]}, "value: '3' has no cell"),
    ],
)
def test_what_cannot_be_is_refused(form: Any, values: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        form.parse(values)


def test_between_is_a_chain() -> None:
    claim = ClaimSettings.parse({"words": "w", "section": "1", "value": "a.b - c.d", "between": [1.5, 2]})
    same = ClaimSettings.parse({"words": "w", "section": "1", "compare": "1.5 < a.b - c.d < 2"})
    assert claim.links() == same.links()
    assert claim.comparison == same.comparison


def test_a_column_may_show_another_measure_at_a_scale(toy_text: str) -> None:
    text = toy_text.replace(
        "measures:", "measures:\n  history/after/60: {label: After a minute, higher_is_better: true}", 1
    ).replace("{seeds: 3,", "{measures: {all: history/after/60}, seeds: 3,", 1)
    table = TableSettings.parse(yaml.safe_load(text))
    assert [column.measure for column in table.at("small").columns] == ["history/after/60", "accuracy"]
    assert [column.measure for column in table.at("smoke").columns] == ["accuracy", "accuracy"]
    assert [column.measure for column in table.columns] == ["accuracy", "accuracy"]
    assert table.at("small").rows == table.rows


def test_a_column_may_be_left_out_at_a_scale(toy_text: str) -> None:
    table = TableSettings.parse(yaml.safe_load(toy_text.replace("{seeds: 3,", "{measures: {all: null}, seeds: 3,", 1)))
    assert [column.id for column in table.at("small").columns] == ["hard"]
    assert [column.id for column in table.at("smoke").columns] == ["all", "hard"]
