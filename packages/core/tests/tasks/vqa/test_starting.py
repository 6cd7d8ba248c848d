"""First weights from another run."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.vocabulary import Vocabulary
from scanpath.errors import ConfigError, RunError
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath.tasks.vqa.starting import begin_with
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath.training.checkpoints import save
from scanpath.training.run_folder import RunFolder

MODEL = {"region_dim": 11, "cnn_channels": [5, 7], "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}
EMBEDDING, LAST = "model.question.embedding.weight", "model.classifier.layers.4."
THEIRS, OWN = (("red", "dog", "is"), ("no", "yes", "2")), (("is", "cat", "red"), ("2", "blue", "no", "red"))


def made(words: tuple[str, ...], answers: tuple[str, ...], **model: object):
    """Return what builds a model for words and answers, them, and an objective with drawn weights."""
    section = ModelSection(
        model=ModelSettings.parse({**MODEL, **model}),
        answers=len(answers),
        vocabulary_size=len(words) + 2,
        region_shape=None,
        backbone=None,
    )
    known = Vocabularies(Vocabulary(words), AnswerVocabulary(answers), 5)
    objective = VQAObjective(section.build(), loss="mode")
    for tensor in objective.state_dict().values():
        if tensor.is_floating_point():
            tensor.normal_()
    return section, known, objective


def kept(folder: Path, known: Vocabularies, objective: VQAObjective) -> Path:
    """Write what a finished run leaves."""
    opened = RunFolder.create(folder, {})
    known.save(folder)
    save(opened.checkpoint_target("best"), objective.state_dict(), {})
    return folder


def last_of(objective: VQAObjective) -> dict[str, torch.Tensor]:
    """Return the weights of the last layer, whose first axis counts answers."""
    return {name: value for name, value in objective.state_dict().items() if name.startswith(LAST)}


def test_words_and_answers_go_by_their_text_and_all_else_as_it_is(tmp_path: Path):
    _, known, other = made(*THEIRS)
    section, own, objective = made(*OWN)
    drawn = {name: value.clone() for name, value in objective.state_dict().items()}
    random = torch.random.get_rng_state()
    begin_with(objective, section, own, kept(tmp_path / "other", known, other))
    assert torch.equal(torch.random.get_rng_state(), random)
    begun, given = objective.state_dict(), other.state_dict()

    words = begun.pop(EMBEDDING)
    from_there = {0: 0, 1: 1, 2: 4, 4: 2}  # padding, unknown, "is", "red"
    for number in range(5):
        expected = given[EMBEDDING][from_there[number]] if number in from_there else drawn[EMBEDDING][number]
        assert torch.equal(words[number], expected)

    answers = last_of(objective)
    assert {tuple(value.shape) for value in answers.values()} == {(4, 17), (4,)}
    for name, value in answers.items():
        assert torch.equal(value[[0, 2]], given[name][[2, 0]])  # "2" and "no"
        assert torch.equal(value[[1, 3]], drawn[name][[1, 3]])  # "blue", and "red", which is a word there alone
    rest = begun.keys() - answers.keys()
    assert len(rest) > 4
    assert all(torch.equal(begun[name], given[name]) for name in rest)


def test_nothing_in_common_leaves_what_was_drawn(tmp_path: Path):
    _, known, other = made(("a", "b"), ("c", "d"))
    section, own, objective = made(("e", "f"), ("g", "h"))
    drawn = {name: value.clone() for name, value in last_of(objective).items()}
    begin_with(objective, section, own, kept(tmp_path / "other", known, other))
    assert all(torch.equal(value, drawn[name]) for name, value in last_of(objective).items())


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"hidden_dim": 19}, r"model.classifier.*is \(19,.*there\): give task.model as that run has it"),
        ({"hidden_dim": [17, 17]}, "model.classifier.* is in one of them alone"),
        ({"embedding_dim": 4}, r"is \(5, 4\) there"),
    ],
)
def test_another_model_is_refused_and_the_difference_named(tmp_path: Path, model, words):
    _, known, other = made(*THEIRS, **model)
    section, own, objective = made(*OWN)
    with pytest.raises(ConfigError, match=words):
        begin_with(objective, section, own, kept(tmp_path / "other", known, other))


def test_a_run_that_was_not_evaluated_yet_is_refused(tmp_path: Path):
    section, own, objective = made(*OWN)
    RunFolder.create(tmp_path / "begun", {})
    with pytest.raises(RunError, match="begun has no checkpoint to start from yet: train it with scanpath train --res"):
        begin_with(objective, section, own, tmp_path / "begun")
    with pytest.raises(RunError, match="absent"):
        begin_with(objective, section, own, tmp_path / "absent")


def test_a_task_begins_with_it_and_a_run_read_back_does_not(tmp_path: Path, golden, renumbered):
    splits = {"train": golden, "val": renumbered(1000)}
    settings = {"features": None, "model": MODEL}
    first = VQATask(settings, open_split=splits.__getitem__)
    torch.manual_seed(0)
    folder = kept(tmp_path / "first", first.vocabularies, first.objective())
    task = VQATask({**settings, "start": str(folder)}, open_split=splits.__getitem__)
    torch.manual_seed(1)
    begun = task.objective().state_dict()
    torch.manual_seed(0)
    assert all(torch.equal(value, begun[name]) for name, value in first.objective().state_dict().items())
    first.save(folder)
    torch.manual_seed(1)
    drawn = VQATask.load({**settings, "start": str(tmp_path / "gone")}, folder).objective().state_dict()
    assert not torch.equal(drawn[EMBEDDING], begun[EMBEDDING])
