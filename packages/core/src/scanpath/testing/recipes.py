"""Recipes that a package ships go through on small files of the official form, and are what they are said to be.

A recipe for real data is never run by a package's tests on those data: a misspelt setting, a width that does not fit
or a host that cannot be saved would be found by who has fetched them first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from scanpath.experiments.config import RunConfig
from scanpath.experiments.overrides import override
from scanpath.experiments.running import RunResult, run_in
from scanpath.experiments.shipped import read_recipe
from scanpath.files import read_json
from scanpath.testing.files.vqa2 import ANSWERS, write_vqa2
from scanpath.testing.subject import ContractError

MEASURES = frozenset({"accuracy", "accuracy/yes/no", "accuracy/number"})
SAID = frozenset(answer for answers in ANSWERS.values() for _, _, answer, *_ in answers)
ASKED = frozenset(question for question, *_ in ANSWERS["val2014"])


def check_vqa2_recipe(
    recipe: str,
    settings: Sequence[str],
    folder: Path,
    *,
    measures: Collection[str] = (),
    answers: Collection[str] = SAID,
) -> RunResult:
    """Check that a recipe for VQA v2 trains, is measured on the validation split and answers all of its questions.

    Args:
        recipe: its name, as ``scanpath train`` takes it.
        settings: what makes it small and quick, ``KEY=VALUE`` each; where the files lie is added.
        folder: gets the files (:mod:`scanpath.testing.files.vqa2`) and the run.
        measures: what must be measured beside the accuracies.
        answers: what may be answered.

    Raises:
        ContractError: a measure or an answer is missing, or another one came.
        ScanpathError: whatever keeps the recipe from being run.
    """
    write_vqa2(folder)
    words = (*settings, f"task.root={folder}")
    result = run_in(RunConfig.parse(override(read_recipe(recipe), words)), folder / "run")
    if result.split != "val":
        raise ContractError(f"The recipe {recipe!r} is measured on {result.split!r}; let it be on 'val'.")
    if lacking := (MEASURES | set(measures)) - result.measures.keys():
        raise ContractError(f"The recipe {recipe!r} does not measure {_list(lacking)}; look at its metric and loss.")
    said = {entry["question_id"]: entry["answer"] for entry in read_json(result.folder / "predictions.json")}
    if said.keys() != ASKED:
        raise ContractError(f"The recipe {recipe!r} answers {_list(said)}, not {_list(ASKED)}; answer each question.")
    if unknown := set(said.values()) - set(answers):
        raise ContractError(f"The recipe {recipe!r} answers {_list(unknown)}; nobody gave such an answer in training.")
    return result


def recipe_as_run(recipe: str) -> dict[str, Any]:
    """Return what a recipe resolves to, with all defaults: to be compared with a row of a table."""
    return RunConfig.parse(read_recipe(recipe)).plain()


def _list(names: Collection[object]) -> str:
    return ", ".join(sorted(map(repr, names))) or "nothing"
