"""Settings of a comparison: what is shipped, what can be changed, and rows that must not stand in one table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanpath.compare.settings import CompareSettings, load_settings, shipped
from scanpath.errors import ConfigError, DataError, UnknownNameError
from scanpath.experiments.running import RunConfig


@pytest.mark.parametrize("name", ["scenes", "smoke", "easy-vqa"])
def test_every_shipped_file_resolves_to_runs(name: str) -> None:
    settings = load_settings(name)
    rows = settings.rows()
    assert [row.id for row in rows[:4]] == ["prior", "question_only", "mean", "sum"]
    assert {settings.depth(row) for row in rows if row.looks} == {2}
    for row in [*rows, *settings.mechanisms]:
        values = {"task": settings.task_of(row), "training": settings.training, "seed": 0}
        config = RunConfig.parse(values)
        assert config.training.samples == settings.training["samples"]
        assert settings.depth(row) == (2 if row.looks else None)


def test_all_shipped_files_are_tested() -> None:
    assert set(shipped()) == {"scenes", "smoke", "easy-vqa"}


def test_the_quickstart_compares_the_ladder_and_three_attentions_under_two_seeds() -> None:
    settings = load_settings("scenes")
    assert len(settings.chosen) >= 3
    assert len(settings.seeds) == 2


def test_a_file_lies_over_its_base() -> None:
    base, smoke = load_settings("scenes"), load_settings("smoke")
    assert smoke.training == {
        **base.training,
        **{key: smoke.training[key] for key in ("samples", "batch_size", "evaluate_every")},
    }
    assert smoke.training["samples"] < base.training["samples"]
    assert smoke.mechanisms == base.mechanisms
    assert smoke.data_options["images"] == 60
    assert load_settings("easy-vqa").data_options == {}


def test_changes_by_dotted_key() -> None:
    settings = load_settings("scenes", {"training.samples": 7, "chosen": ["dot"], "task.data": "scenes-cp"})
    assert settings.training["samples"] == 7
    assert [row.id for row in settings.rows()][4:] == ["dot"]
    assert settings.data == "scenes-cp"
    with pytest.raises(ConfigError, match="'title' is not a section"):
        load_settings("scenes", {"title.x": 1})


def test_mechanisms_by_registered_name_and_options() -> None:
    settings = load_settings(
        "scenes", {"chosen": ["multi_hop:hops=4:double_tanh=true", "additive", "local:kernel_size=5"]}
    )
    four, ready, local = settings.rows()[4:]
    assert four.id == "multi_hop.hops=4.double_tanh=true"
    assert four.attention == {"name": "multi_hop", "hops": 4, "double_tanh": True}
    assert settings.depth(four) == settings.depth(local) == 2
    assert ready.label == "Additive"
    assert settings.task_of(local)["model"]["attention"] == {"name": "local", "kernel_size": 5}


def test_a_mechanism_with_options_has_the_depth_of_its_ready_row() -> None:
    ready = [{"id": "two", "attention": "multi_hop", "own_layers": 1, "host": {"region_layers": 1}}]
    settings = load_settings("scenes", {"mechanisms": ready, "chosen": ["multi_hop:hops=4"]})
    four = settings.rows()[-1]
    assert (four.own_layers, settings.depth(four)) == (1, 2)


def test_co_attentions_are_rows_too() -> None:
    ready, made = load_settings("scenes", {"chosen": ["independent", "joint_conditioning:hops=3"]}).rows()[-2:]
    assert ready.co_attention == {"name": "independent", "regions": "dot", "tokens": "dot", "cross": True}
    assert made.co_attention == {"name": "joint_conditioning", "hops": 3}
    assert ready.looks
    assert made.looks


def test_every_mechanism_of_the_blog_is_a_ready_row_of_every_comparison() -> None:
    blog = {"single_hop", "multi_hop", "channel", "bilstm", "self_attention", "transformer"}
    both = {"independent", "joint_conditioning", "affinity"}
    for name in shipped():
        settings = load_settings(name)
        settings = load_settings(name, {"chosen": [row.id for row in settings.mechanisms]})
        assert blog | both <= {row.mechanism for row in settings.rows()}, name


@pytest.mark.parametrize(
    ("chosen", "error", "sentence"),
    [
        (["aditive"], UnknownNameError, "did you mean 'additive'"),
        (["zzzzzzz"], UnknownNameError, "zzzzzzz"),
        (["dot:scale"], ConfigError, "expected name=value"),
        (["dot", "dot"], ConfigError, "chosen twice"),
        (["mean"], ConfigError, "'mean' is a rung, and those are always there"),
    ],
)
def test_wrong_mechanisms(chosen: list[str], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        load_settings("scenes", {"chosen": chosen}).rows()


def test_unequal_depth_is_refused() -> None:
    deeper = [{"id": "deep", "attention": "dot", "host": {"region_layers": 3}}]
    with pytest.raises(ConfigError, match=r"unequal numbers of layers on a region \(mean 2, sum 2, deep 3\)"):
        load_settings("scenes", {"mechanisms": deeper, "chosen": ["deep"]}).rows()


def test_baseline_must_be_a_row() -> None:
    with pytest.raises(ConfigError, match="did you mean 'mean'"):
        load_settings("scenes", {"baseline": "meen"}).rows()


def _minimal(**changes: Any) -> dict[str, Any]:
    row = {"id": "dot", "attention": "dot"}
    values = {"task": {}, "training": {}, "seeds": [0], "ladder": [], "mechanisms": [row], "chosen": ["dot"]}
    return {**values, **changes}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seeds": [1, 1]}, "each counts once"),
        ({"ladder": [{"id": "dot"}]}, "dot is used twice"),
        ({"mechanisms": [{"id": "a/b"}]}, r"mechanisms\[0\]\.id"),
        ({"sedes": [1]}, "did you mean 'seeds'"),
    ],
)
def test_mistakes_name_their_place(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        CompareSettings.parse(_minimal(**changes))


def test_files_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("base: scenes\nseeds: [3, 5, 7]\n")
    assert load_settings(path).seeds == [3, 5, 7]
    path.write_text("base: nothing\n")
    with pytest.raises(ConfigError, match="builds on 'nothing'"):
        load_settings(path)
    with pytest.raises(DataError, match="No such file"):
        load_settings(tmp_path / "absent.yaml")
