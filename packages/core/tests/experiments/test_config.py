"""A resolved configuration, its key, and what is wrong with one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from scanpath import registry
from scanpath.data.catalogue import make_dataset
from scanpath.errors import ConfigError, DataError, UnknownNameError
from scanpath.experiments.config import RunConfig, differences, task_class

STEPS = {"training": {"steps": 3}}


def test_parsing_its_own_words_changes_nothing(config) -> None:
    first = config(model={"attention": {"name": "multi_hop", "hops": 3}})
    assert RunConfig.parse(first.plain()).plain() == first.plain()


def test_equal_configurations_have_equal_keys(config) -> None:
    key = config().key()
    assert re.fullmatch("[0-9a-f]{12}", key)
    assert config(model={"attention": {"name": "dot"}}).key() == key
    assert RunConfig.parse(config().plain()).key() == key


def test_whatever_decides_the_outcome_changes_the_key(config) -> None:
    variants = [
        config(),
        config(seed=1),
        config(steps=6),
        config(model={"attention": "mean"}),
        config(model={"region_dim": 12}),
    ]
    assert len({variant.key() for variant in variants}) == len(variants)


def test_where_the_data_lie_does_not_change_the_key_and_what_they_are_does(config, world: Path, tmp_path: Path) -> None:
    def moved(root: Path) -> str:
        values = config().plain()
        return RunConfig.parse({**values, "task": {**values["task"], "root": str(root)}}).key()

    shutil.copytree(world / "scenes", tmp_path / "copy" / "scenes")
    assert moved(tmp_path / "copy") == config().key()
    make_dataset("scenes", tmp_path / "other", images=23, val_images=5, test_images=7, questions=11, seed=1, workers=1)
    assert moved(tmp_path / "other") != config().key()


def test_a_key_needs_the_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="scanpath data make scenes"):
        RunConfig.parse({"task": {"root": str(tmp_path)}, **STEPS}).key()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"task": {}}, "the key 'training' is missing"),
        ({"training": {"stps": 3}}, "unknown key 'training.stps'; did you mean 'steps'"),
        ({**STEPS, "sed": 3}, "unknown key 'sed'; did you mean 'seed'"),
        ({**STEPS, "seed": -1}, "seed: input should be greater than or equal to 0, given -1"),
        ({**STEPS, "task": 3}, "task is 3, expected a section"),
        ({**STEPS, "task": {"modl": {}}}, "unknown key 'task.modl'; did you mean 'model'"),
        ({**STEPS, "training": {"steps": 3, "optimiser": {"name": "sgd", "momentun": 0.9}}}, "'momentum'"),
    ],
)
def test_mistakes_name_file_and_key(values: dict, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        RunConfig.parse(values, source="recipe.yaml")
    assert expected in str(caught.value)
    assert str(caught.value).startswith("recipe.yaml: ")


def test_an_unknown_task_is_named() -> None:
    with pytest.raises(UnknownNameError, match="brings the task 'vqaa'; did you mean 'vqa'"):
        RunConfig.parse({**STEPS, "task": {"name": "vqaa"}})


def test_a_task_that_cannot_be_run_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "load", lambda part, name: object)
    with pytest.raises(ConfigError, match="it lacks Settings, load, save, fingerprint, results"):
        task_class("bare")


def test_differences_are_dotted() -> None:
    one = {"a": {"b": 1, "c": [1]}, "d": 2}
    other = {"a": {"b": 1, "c": [2]}, "e": 3}
    assert list(differences(one, other)) == [("a.c", [1], [2]), ("d", 2, None), ("e", None, 3)]
    assert list(differences(one, one)) == []
