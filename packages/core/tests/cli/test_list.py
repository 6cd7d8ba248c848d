"""``scanpath list``: what is installed, as a table and as JSON."""

from __future__ import annotations

import json

import pytest

from scanpath.cli import main


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = 0
    try:
        main(["list", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_a_table_says_what_each_name_is_and_where_it_lives(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = listed(capsys)
    rows = [line.split() for line in out.splitlines()]
    assert code == 0
    assert rows[0] == ["kind", "name", "method", "lives", "in"]
    assert ["scorer", "dot", "core", "scanpath.attention.scorers.dot:DotScorer"] in rows
    assert ["attention", "multi_hop", "core", "scanpath.attention.multi_hop:MultiHopAttention"] in rows
    assert ["co-attention", "independent", "core", "scanpath.attention.creation:independent"] in rows
    assert ["data", "set", "easy-vqa", "core", "scanpath.data.easy_vqa:EasyVQA"] in rows
    assert ["task", "vqa", "core", "scanpath.tasks.vqa:VQATask"] in rows


def test_a_pattern_chooses(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = listed(capsys, "multi_h?p")
    assert code == 0
    assert [line.split()[1] for line in out.splitlines()[1:]] == ["multi_hop"]


def test_json_has_the_same_rows(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = listed(capsys, "--json", "vqa")
    expected = {"part": "tasks", "name": "vqa", "method": "core", "address": "scanpath.tasks.vqa:VQATask"}
    assert (code, json.loads(out)) == (0, [expected])
    assert json.loads(listed(capsys, "--json", "no-such-*")[1]) == []


def test_a_pattern_that_matches_nothing_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = listed(capsys, "no-such-*")
    assert (code, out) == (2, "")
    assert err == "scanpath: no installed name matches 'no-such-*': try scanpath list without a pattern.\n"
