"""First weights from another run."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.vocabulary import Vocabulary
from scanpath.errors import ConfigError, RunError
from scanpath.experiments.running import RunConfig, load_run, run, run_in
from scanpath.experiments.starting import begin_with
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath.training.checkpoints import save
from scanpath.training.run_folder import RunFolder

MODEL = {"region_dim": 11, "cnn_channels": [5, 7], "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}
EMBEDDING, LAST = "model.question.embedding.weight", "model.classifier.layers.4."
THEIRS, OWN = (("red", "dog", "is"), ("no", "yes", "2")), (("is", "cat", "red"), ("2", "blue", "no", "red"))


def made(words: tuple[str, ...], answers: tuple[str, ...], **model: object) -> tuple[VQATask, VQAObjective]:
    """Return a task that knows words and answers, and an objective with drawn weights."""
    task = VQATask({"features": None, "model": {**MODEL, **model}})
    task.vocabularies = Vocabularies(Vocabulary(words), AnswerVocabulary(answers), 5)
    task.model_section = ModelSection(
        model=task.settings.model,
        answers=len(answers),
        vocabulary_size=len(words) + 2,
        region_shape=None,
        backbone=None,
    )
    objective = task.objective()
    for tensor in objective.state_dict().values():
        if tensor.is_floating_point():
            tensor.normal_()
    return task, objective


def kept(folder: Path, task: VQATask, objective: VQAObjective) -> Path:
    """Write what a finished run leaves."""
    opened = RunFolder.create(folder, {})
    task.save(folder)
    for name in ("best", "last"):
        save(opened.checkpoint_target(name), objective.state_dict(), {"finished": "budget"})
    return folder


def last_of(objective: VQAObjective) -> dict[str, torch.Tensor]:
    """Return the weights of the last layer, whose first axis counts answers."""
    return {name: value for name, value in objective.state_dict().items() if name.startswith(LAST)}


def test_words_and_answers_go_by_their_text_and_all_else_as_it_is(tmp_path: Path):
    known, other = made(*THEIRS)
    task, objective = made(*OWN)
    drawn = {name: value.clone() for name, value in objective.state_dict().items()}
    random = torch.random.get_rng_state()
    begin_with(task, kept(tmp_path / "other", known, other), objective)
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
    known, other = made(("a", "b"), ("c", "d"))
    task, objective = made(("e", "f"), ("g", "h"))
    drawn = {name: value.clone() for name, value in last_of(objective).items()}
    begin_with(task, kept(tmp_path / "other", known, other), objective)
    assert all(torch.equal(value, drawn[name]) for name, value in last_of(objective).items())


def test_weights_suffice_which_is_what_a_record_of_a_run_keeps(tmp_path: Path):
    known, other = made(*THEIRS)
    task, objective = made(*THEIRS)
    folder = kept(tmp_path / "record", known, other)
    for file in folder.rglob("training.safetensors"):
        file.unlink()
    begin_with(task, folder, objective)
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in objective.state_dict().items())


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({"hidden_dim": 19}, r"model.classifier.*is \(19,.*there\): give task.model as that run has it"),
        ({"hidden_dim": [17, 17]}, "model.classifier.* is in one of them alone"),
        ({"embedding_dim": 4}, r"is \(5, 4\) there"),
    ],
)
def test_another_model_is_refused_and_the_difference_named(tmp_path: Path, model, words):
    known, other = made(*THEIRS, **model)
    task, objective = made(*OWN)
    with pytest.raises(ConfigError, match=words):
        begin_with(task, kept(tmp_path / "other", known, other), objective)


def test_a_run_whose_weights_may_still_change_is_refused(tmp_path: Path):
    task, objective = made(*OWN)
    folder = kept(tmp_path / "begun", task, objective)
    save(RunFolder.open(folder).checkpoint_target("last"), objective.state_dict(), {"finished": None})
    with pytest.raises(RunError, match="begun cannot be started from yet, it is not finished: scanpath train --resume"):
        begin_with(task, folder, objective)
    with pytest.raises(RunError, match="absent"):
        begin_with(task, tmp_path / "absent", objective)


def small(world: Path, **more: object) -> RunConfig:
    """Return a run that barely learns."""
    section = {"data": "scenes", "root": str(world), "features": None, "model": {**MODEL, "cnn_channels": [3, 3]}}
    hardly = {"name": "adam", "lr": 1e-9}
    training = {"steps": 1, "batch_size": 8, "evaluate_every": "end", "device": "cpu", "optimiser": hardly}
    return RunConfig.parse({"task": section, "training": training, **more})


def test_a_run_begins_with_it_once(tmp_path: Path, world: Path):
    first = run(small(world, seed=3), tmp_path)
    config = small(world, seed=5, start=str(first.folder))
    second = run(config, tmp_path)
    before, after = (load_run(one.folder).objective.state_dict() for one in (first, second))
    assert all(torch.allclose(before[name], value, atol=1e-6) for name, value in after.items() if "weight" in name)
    assert config.key() == second.folder.name
    logged = (second.folder / "log.txt").read_text(encoding="utf-8")
    assert f"the first weights are the best ones of the run {first.folder.name}" in logged
    moved = first.folder.rename(tmp_path / "moved")
    assert run_in(config, second.folder).reused, "what it began with may be gone"
    with pytest.raises(ConfigError, match="holds a run with start = "):
        run_in(small(world, seed=5, start=str(tmp_path / "another")), second.folder)
    assert run_in(small(world, seed=5, start=str(moved)), second.folder).reused, "it lies elsewhere, and is the same"


def test_who_it_starts_from_is_part_of_its_key(tmp_path: Path, world: Path):
    plain = small(world)
    here, there = (small(world, start=str(tmp_path / one / "abc")) for one in ("here", "there"))
    assert plain.key() != here.key() == there.key(), "planned, so known by their names alone"
    assert here.finished_runs() == {"start": str(tmp_path / "here" / "abc")}
    assert small(world, start=None).key() == plain.key()


def test_folders_that_are_called_alike_are_told_apart(tmp_path: Path, world: Path):
    one, other = (run_in(small(world, seed=seed), tmp_path / str(seed) / "base").folder for seed in (1, 2))
    assert small(world, start=str(one)).key() != small(world, start=str(other)).key()
    again = run(small(world, seed=1), tmp_path).folder
    assert small(world, start=str(one)).key() == small(world, start=str(again)).key(), "the same run, twice"


def test_a_start_that_cannot_be_is_told_before_a_folder_is_made(tmp_path: Path, world: Path):
    with pytest.raises(RunError, match="nowhere"):
        run(small(world, start=str(tmp_path / "nowhere")), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
    first = run(small(world), tmp_path)
    wanted = small(world, start=str(first.folder)).plain()
    wanted["task"]["model"]["embedding_dim"] += 1
    with pytest.raises(ConfigError, match=r"its model is another \(.* there\)"):
        run(RunConfig.parse(wanted), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
    training = {"steps": 1}
    with pytest.raises(ConfigError, match="start is taken by runs of 'vqa' alone, and this is one of 'classification'"):
        RunConfig.parse({"task": {"name": "classification"}, "training": training, "start": "runs/abc"})
    with pytest.raises(ConfigError, match="is no path"):
        small(world, start="~nobody-of-that-name/run")
