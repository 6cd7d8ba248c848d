"""A run that reads questions as MCB does and knows GloVe: its key, its resumption, and a model that is given away."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.word_vectors.writing import drawn_vectors, write_word_vectors
from scanpath.errors import ConfigError
from scanpath.experiments.config import FORM, RunConfig
from scanpath.experiments.running import resume, run
from scanpath.predict import load_run

QUESTION = {"tokeniser": "mcb", "keep": "last", "padding": "left"}


@pytest.fixture
def glove(tmp_path: Path) -> Path:
    return write_word_vectors(tmp_path / "glove.txt", drawn_vectors(["the", "is", "circle"], 5))


def changed(config: RunConfig, **task: object) -> RunConfig:
    values = config.plain()
    return RunConfig.parse({**values, "task": {**values["task"], **task}})


def test_settings_that_came_later_leave_the_keys_of_kept_runs(config) -> None:
    content = {"form": FORM, **config().plain(), "fingerprint": dict(config().create_task().fingerprint())}
    for name in ("root", "question", "word_vectors"):
        del content["task"][name]
    del content["task"]["model"]["scorer"]
    del content["start"]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    assert config().key() == hashlib.sha256(text.encode()).hexdigest()[:12]
    assert changed(config(), question={"keep": "first"}).key() == config().key()
    assert changed(config(), question="mcb").key() != config().key()


def test_the_content_of_the_vectors_counts_and_where_they_lie_does_not(config, glove: Path, tmp_path: Path) -> None:
    def key(path: Path) -> str:
        return changed(config(), word_vectors={"path": str(path), "place": "beside"}).key()

    shutil.copyfile(glove, tmp_path / "moved.txt")
    assert key(tmp_path / "moved.txt") == key(glove) != config().key()
    (tmp_path / "moved.txt").write_text(glove.read_text().replace("circle", "zebra"))
    assert key(tmp_path / "moved.txt") != key(glove)
    with pytest.raises(ConfigError, match=r"give task\.model\.embedding_dim=5, or task\.word_vectors\.place=beside"):
        changed(config(), word_vectors=str(glove)).key()


def test_a_run_keeps_its_vectors_and_is_given_away_without_their_file(config, glove: Path, tmp_path: Path) -> None:
    section = {"question": QUESTION, "question_length": 4, "word_vectors": {"path": str(glove), "place": "beside"}}
    said: list[str] = []
    co_attention = {"attention": None, "co_attention": "independent"}
    folder = run(
        changed(config(steps=2, model=co_attention), **section), tmp_path / "runs", progress=said.append
    ).folder
    assert any(sentence.startswith("3 of the") and "have a vector of 5 numbers" in sentence for sentence in said)
    page = (folder / "report.html").read_text()
    assert "mcb words, the last 4, padded on the left" in page
    assert "glove.txt, beside, kept as they are" in page
    assert "100.0 % of scenes/train and " in page
    assert "3 of the" in (folder / "log.txt").read_text()
    moved = glove.rename(tmp_path / "elsewhere.txt")
    model = load_run(folder)
    rows = {word: number for number, word in enumerate(model.vocabularies.words.words, start=2)}
    beside = model.module.question.beside.weight.detach()
    np.testing.assert_array_equal(beside[rows["circle"]], drawn_vectors(["the", "is", "circle"], 5)["circle"])
    again = load_run(model.save_pretrained(tmp_path / "given"))
    picture = np.full((64, 64, 3), 99, dtype=np.uint8)
    said_by_both = [one.predict(picture, "What's left of the circle?") for one in (model, again)]
    assert said_by_both[0].words == said_by_both[1].words == ["left", "of", "the", "circle"]
    np.testing.assert_array_equal(said_by_both[0].maps["tokens"], said_by_both[1].maps["tokens"])
    assert said_by_both[0].top == said_by_both[1].top
    short = model.predict(picture, "circle?")
    assert short.maps["tokens"].shape[1] == 1
    np.testing.assert_allclose(short.maps["tokens"].sum(1), 1, rtol=1e-5)
    moved.rename(glove)
    assert resume(folder).reused
