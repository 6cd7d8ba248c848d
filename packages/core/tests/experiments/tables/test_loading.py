"""Table files found and read, with all their mistakes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath import registry
from scanpath.errors import ConfigError, UnknownNameError
from scanpath.experiments.config import RunConfig
from scanpath.experiments.tables.loading import all_tables, find_table, load_table, tables_of
from scanpath.experiments.tables.resolving import values_of
from scanpath.method import Method


def test_a_table_is_read(toy_table) -> None:
    table = toy_table()
    assert table.name == "toy"
    assert [row.id for row in table.settings.rows] == ["weak", "strong", "quoted"]
    assert toy_table(Weak="Feeble").checksum != table.checksum


def test_all_mistakes_are_told_together(toy_text: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    text = toy_text.replace("caption:", "captoin:").replace("label: Strong,", "label: 3,").replace("> weak", "> week")
    path.write_text(text.replace('section: "5", value: strong.all - weak.all', 'section: "5", value: strong.all +'))
    with pytest.raises(ConfigError) as caught:
        load_table(path)
    told = str(caught.value)
    assert "\n" not in told
    for words in (
        "unknown key 'captoin'; did you mean 'caption'?",
        "rows[1].label: input should be a valid string, given 3",
        "claims[0]: there is no row 'week'; did you mean 'weak'?",
        "claims[1].value: 'strong.all +' has",
    ):
        assert words in told


def test_a_key_given_twice_is_refused(toy_text: str, tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text(toy_text.replace("label: Weak,", "label: Weak, label: Strong,"))
    with pytest.raises(ConfigError, match="the key 'label' is given twice"):
        load_table(path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_table(tmp_path / "none.yaml")


def test_the_core_brings_a_table() -> None:
    assert ("core", "core") in all_tables()
    table = find_table("core", "core")
    assert {"mean", "sum", "dot", "one", "two", "three"} < {row.id for row in table.settings.rows}


@pytest.mark.parametrize("scale", ["smoke", "small"])
def test_its_rungs_look_at_nothing_or_at_all_alike(scale: str) -> None:
    """A row without overrides would hold the task's default, which is an attention."""
    table = find_table("core", "core").settings
    (column, *_) = table.columns
    models = {
        row.id: RunConfig.parse(values_of(table, row, column, scale, 0)).task.model
        for row in table.rows
    }  # fmt: skip
    assert (models["question_only"].attention, models["question_only"].co_attention) == (None, None)
    assert models["mean"].attention == "mean"
    for name, model in models.items():
        assert name == "question_only" or (model.attention is None) != (model.co_attention is None)


def test_what_is_not_there_is_named_with_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match="brings the method 'cor'; did you mean 'core'"):
        find_table("cor", "core")
    monkeypatch.setattr(registry, "KNOWN_PACKAGES", {"scanpath-gaze-rnn": {}})
    with pytest.raises(UnknownNameError, match=r"brings the method 'gaze_rnn': pip install scanpath-gaze-rnn\.$"):
        find_table("gaze_rnn", "table1")
    with pytest.raises(UnknownNameError, match="has no table 'coar'; did you mean 'core'"):
        find_table("core", "coar")
    monkeypatch.setattr(registry, "methods", lambda: {"bare": Method(name="bare", paper="Bare")})
    with pytest.raises(UnknownNameError, match="'bare' has no table 'table1'; it has none"):
        find_table("bare", "table1")
    with pytest.raises(ConfigError, match=r"'odd' should lie in no_such.experiments, which is no package"):
        tables_of(Method(name="odd", paper="Odd", tables="no_such.experiments"))
