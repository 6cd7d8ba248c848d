"""First weights from another run: what it learnt of words and answers goes with them by their text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from scanpath.data.vocabulary import PADDING, UNKNOWN
from scanpath.errors import ConfigError, RunError
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath.training.checkpoints import read_weights
from scanpath.training.run_folder import RunFolder


class _Shared(NamedTuple):
    """Numbers of what two vocabularies have in common, in the same order."""

    own: list[int]
    other: list[int]


def check_start(folder: Path) -> None:
    """See that a run may be started from.

    Raises:
        RunError: the folder holds no run, or one that has not come to its end: its best weights may still change.
    """
    if not RunFolder.open(folder).finished:
        raise RunError(f"{folder} cannot be started from yet, it is not finished: scanpath train --resume {folder}.")


def try_start(task: Any, folder: Path) -> None:
    """See that a task's model may be started from a run, on weights that are thrown away; raises as :func:`begin_with`.

    Where random numbers stand is left as it is.
    """
    with torch.random.fork_rng(devices=[]):
        begin_with(task, folder, task.objective())


def begin_with(task: VQATask, folder: Path, objective: nn.Module) -> None:
    """Give an objective the weights of another run's best checkpoint.

    Words and answers that the other run did not know keep the weights that were drawn for them.

    Args:
        task: that built the objective.
        folder: of the other run.
        objective: whose weights are changed.

    Raises:
        RunError: as :func:`check_start`.
        ConfigError: the other run's model is not of this form; the sentence names the first difference.
    """
    check_start(folder)
    given = read_weights(RunFolder.open(folder).checkpoint("best"))
    vocabularies, known = task.vocabularies, Vocabularies.load(folder)
    shared = (_words(vocabularies, known), _answers(vocabularies, known))
    sizes = (len(vocabularies.words), len(known.words)), (len(vocabularies.answers), len(known.answers))
    own = objective.state_dict()
    lacking = sorted(own.keys() ^ given.keys())
    if lacking:
        raise ConfigError(_other_form(folder, f"{lacking[0]} is in one of them alone"))
    counting = _counting(own, task.model_section)
    for name, tensor in own.items():
        expected = list(tensor.shape)
        for axis, kind in counting[name]:
            expected[axis] += sizes[kind][1] - sizes[kind][0]
        if list(given[name].shape) != expected:
            raise ConfigError(_other_form(folder, f"{name} is {tuple(given[name].shape)} there"))
        _copy(tensor, given[name].to(tensor), [(axis, shared[kind]) for axis, kind in counting[name]])


def _other_form(folder: Path, difference: str) -> str:
    return f"{folder} cannot be started from, its model is another ({difference}): give task.model as that run has it."


def _words(own: Vocabularies, other: Vocabularies) -> _Shared:
    there = set(other.words.words)
    both = [word for word in own.words.words if word in there]
    return _Shared(*([PADDING, UNKNOWN, *known.words.numbers(both)] for known in (own, other)))


def _answers(own: Vocabularies, other: Vocabularies) -> _Shared:
    numbers = {answer: number for number, answer in enumerate(other.answers.answers)}
    both = [(number, numbers[answer]) for number, answer in enumerate(own.answers.answers) if answer in numbers]
    return _Shared([one for one, _ in both], [one for _, one in both])


def _counting(own: Mapping[str, Tensor], section: ModelSection) -> dict[str, list[tuple[int, int]]]:
    """Find the axes of weights that count words (0) or answers (1): those that grow in a model with more of them."""
    more = section.model_copy(
        update={"vocabulary_size": section.vocabulary_size + 1, "answers": section.answers + 2}  # told apart by size
    )
    with torch.random.fork_rng(devices=[]):
        grown = VQAObjective(more.build(), loss="mode").state_dict()
    return {name: list(_grown(tensor.shape, grown[name].shape)) for name, tensor in own.items()}


def _grown(before: Sequence[int], after: Sequence[int]) -> Iterator[tuple[int, int]]:
    for axis, (small, large) in enumerate(zip(before, after, strict=True)):
        if large - small > len(("words", "answers")):
            raise ConfigError("a model with a size that counts words and answers together cannot start from another.")
        if large != small:
            yield axis, large - small - 1


def _copy(own: Tensor, given: Tensor, counting: Sequence[tuple[int, _Shared]]) -> None:
    """Copy a weight in place; along axes that count words or answers, of what both know."""
    if not counting:
        own.copy_(given)
        return
    (axis, shared), *rest = counting
    here, there = (torch.tensor(numbers, dtype=torch.long, device=own.device) for numbers in shared)
    part = own.index_select(axis, here)
    _copy(part, given.index_select(axis, there), rest)
    own.index_copy_(axis, here, part)
