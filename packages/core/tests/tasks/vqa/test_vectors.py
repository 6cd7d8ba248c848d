"""Word vectors in a model: where they stand, whether they are learnt, and what a run's key and folder know of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.data.split import VQASplit
from scanpath.data.word_vectors.writing import drawn_vectors, write_word_vectors
from scanpath.errors import ConfigError, DataError
from scanpath.plugin import METHOD
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.settings import ModelSettings, VQASettings, WordVectorSettings
from scanpath.tasks.vqa.vectors import vectors_key

MODEL = {"region_dim": 11, "cnn_channels": [5, 7], "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}
DRAWN = drawn_vectors(["what", "dog", "zebra", "is"], 3)


@pytest.fixture
def glove(tmp_path: Path) -> Path:
    return write_word_vectors(tmp_path / "glove.txt", DRAWN)


def task_of(golden: VQASplit, vectors: object) -> VQATask:
    settings = {"features": None, "model": MODEL, "word_vectors": vectors}
    return VQATask(settings, open_split={"train": golden}.__getitem__)


def steps(task: VQATask, objective) -> None:
    dataset, sampler, collate = task.batches("train", size=100, seed=0)
    optimiser = torch.optim.SGD(objective.optimised()["vqa"], lr=0.5)
    for numbers in sampler:
        objective(collate(dataset.__getitems__(numbers)), "vqa")[0].backward()
        optimiser.step()


@pytest.mark.parametrize("trained", [True, False])
def test_they_are_the_first_weights_of_known_words(golden: VQASplit, glove: Path, trained: bool) -> None:
    torch.manual_seed(5)
    task = task_of(golden, {"path": str(glove), "trained": trained})
    objective = task.objective()
    torch.manual_seed(5)
    without = task_of(golden, None).objective().model.question.embedding.weight
    table = objective.model.question.embedding.weight
    rows = {word: number for number, word in enumerate(task.vocabularies.words.words, start=2)}
    known = [rows[word] for word in ("what", "dog", "is")]
    np.testing.assert_array_equal(table.detach()[known], [DRAWN[word] for word in ("what", "dog", "is")])
    others = [row for row in range(len(table)) if row not in known]
    torch.testing.assert_close(table[others], without[others])
    before = table.detach().clone()
    steps(task, objective)
    assert torch.equal(table[rows["dog"]], before[rows["dog"]]) != trained
    assert objective.model.question.beside is None


@pytest.mark.parametrize(("trained", "moves"), [(None, False), (True, True)])
def test_beside_the_learnt_words_they_stay_as_they_are_unless_asked_for(
    golden: VQASplit, tmp_path: Path, trained: bool | None, moves: bool
) -> None:
    path = write_word_vectors(tmp_path / "v.npz", drawn_vectors(["what", "dog"], 7))
    asked = {"path": str(path), "place": "beside", **({} if trained is None else {"trained": trained})}
    task = task_of(golden, asked)
    assert task.model_section.beside_dim == 7
    objective = task.objective()
    beside, learnt = objective.model.question.beside.weight, objective.model.question.embedding.weight
    assert beside.ne(0).any(1).sum() == 2
    before = beside.detach().clone(), learnt.detach().clone()
    steps(task, objective)
    assert torch.equal(beside, before[0]) != moves
    assert not torch.equal(learnt, before[1])


def test_a_saved_task_needs_the_file_no_more(golden: VQASplit, tmp_path: Path) -> None:
    path = write_word_vectors(tmp_path / "v.zip", drawn_vectors(["what", "dog"], 7))
    task = task_of(golden, {"path": str(path), "place": "beside"})
    weights = task.objective().state_dict()
    task.save(tmp_path / "run")
    path.unlink()
    again = VQATask.load(task.settings, tmp_path / "run")
    objective = again.objective()
    objective.load_state_dict(weights)
    torch.testing.assert_close(objective.model.question.beside.weight, weights["model.question.beside.weight"])
    with pytest.raises(DataError, match=r"v.zip cannot be read \(No such file or directory\)"):
        task_of(golden, {"path": str(path), "place": "beside"}).objective()


def test_what_is_covered_is_said(golden: VQASplit, glove: Path) -> None:
    said: list[str] = []
    task = task_of(golden, str(glove))
    task.say = said.append
    (sentence,) = task.remarks("train")
    assert sentence.startswith("3 of the 12 words (25.0 %) have a vector of 3 numbers among the 4 of ")
    assert "the most frequent without one: 'the', 'a', 'behind', 'color', 'dogs'." in sentence
    assert said == [f"reading word vectors from {glove}"]


@pytest.mark.parametrize("host", METHOD.hosts)
def test_vectors_that_the_embedding_has_no_room_for_are_refused_early(glove: Path, host: str) -> None:
    chosen = WordVectorSettings.parse({"path": str(glove)})
    model = ModelSettings.parse({"name": host, "embedding_dim": 3})
    key = vectors_key(chosen, model)
    assert key == vectors_key(WordVectorSettings.parse({"path": str(glove), "place": "beside"}), ModelSettings())
    with pytest.raises(
        ConfigError, match=r"3 numbers, and a word of the model has \d+: give task.model.embedding_dim=3"
    ):
        vectors_key(chosen, ModelSettings.parse({"name": host}))
    glove.write_text(glove.read_text() + "zebu 1 2 3\n")
    assert vectors_key(chosen, model) != key


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"place": "beside"}, "the key 'word_vectors.path' is missing"),
        ({"path": "v.txt", "place": "besides"}, "word_vectors.place: input should be 'embedding' or 'beside'"),
        ({"path": "v.txt", "dim": 0}, "word_vectors.dim: input should be greater than 0"),
        ({"path": "v.txt", "frozen": True}, "unknown key 'word_vectors.frozen'"),
    ],
)
def test_mistakes_name_their_key(given: dict, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        VQASettings.parse({"word_vectors": given})
