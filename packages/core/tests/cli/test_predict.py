"""``scanpath predict``: the answer it prints, the maps it draws, and what it says when there are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scanpath.cli import main
from scanpath.data.catalogue import open_split
from scanpath.predict import predict

QUESTION = "what color is the large circle?"


@pytest.fixture(autouse=True)
def place(run_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one picture in it, and a terminal wide enough for one line a sentence."""
    split = open_split("scenes", "val", run_world)
    Image.fromarray(split.images.read(split.image_names[int(split.image_ids[0])])).save(tmp_path / "scene.png")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[str], str]:
    code = 0
    try:
        main(["predict", *map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_answers_and_maps(trained_folder: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, _ = asked(capsys, trained_folder, "scene.png", QUESTION)
    assert code == 0
    expected = predict(trained_folder, place / "scene.png", QUESTION)
    assert lines[0] == f"{expected.answer}  ({expected.probability:.1%})"
    assert lines[1].split() == ["answer", "probability"]
    shown = [tuple(line.rsplit(maxsplit=1)) for line in lines[2:7]]
    assert [(answer.strip(), float(sure)) for answer, sure in shown] == [(a, round(p, 3)) for a, p in expected.top]
    assert lines[7:] == ["written: scene-attention.png", "written: scene-attention.npz"]
    with np.load(place / "scene-attention.npz") as content:
        assert content["regions"].shape == (2, 8, 8)
        np.testing.assert_array_equal(content["regions"], expected.maps["regions"])


def test_words_that_were_never_read_are_named_once(trained_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = "what color is the dinosaur near the dinosaur, mostly?"
    code, lines, _ = asked(capsys, trained_folder, "scene.png", question, "--out", "d [x].png")
    assert code == 0
    assert lines[0] == "Words that the model has never read: 'dinosaur', 'near', 'mostly'. Its answer may mean little."
    assert lines[-2:] == ["written: d [x].png", "written: d [x].npz"]
    assert Path("d [x].png").exists()


def test_a_model_that_does_not_look_draws_nothing(train_small, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, _ = asked(capsys, train_small(attention=None), "scene.png", QUESTION)
    assert code == 0
    assert lines[-1] == "The model has no maps over the picture, so nothing was drawn."
    assert [file.name for file in place.iterdir()] == ["scene.png"]


def test_features_of_others(trained_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("own.npz", features=np.ones((8, 8, 64), np.float32))
    assert asked(capsys, trained_folder, "scene.png", QUESTION, "--features", "own.npz")[0] == 0
    np.savez("none.npz", boxes=np.ones((3, 4)))
    Path("text.npz").write_text("no array")
    np.savez("pickled.npz", features=np.array([{}]))
    for name, sentence in {
        "none.npz": "none.npz has no array 'features'",
        "text.npz": "text.npz cannot be read",
        "pickled.npz": "pickled.npz cannot be read (Object arrays cannot be loaded",
        "absent.npz": "absent.npz cannot be read",
    }.items():
        code, lines, err = asked(capsys, trained_folder, "scene.png", QUESTION, "--features", name)
        assert (code, lines) == (2, [])
        assert err.startswith(f"scanpath: {sentence}")


@pytest.mark.parametrize(
    ("image", "question", "sentence"),
    [
        ("absent.png", QUESTION, "the picture absent.png cannot be read (No such file or directory): check the path."),
        ("text.png", QUESTION, "the picture text.png is not a whole picture"),
        ("scene.png", "?!", "the question '?!' has no words"),
    ],
)
def test_mistakes_are_one_sentence(
    trained_folder: Path, place: Path, capsys: pytest.CaptureFixture[str], image: str, question: str, sentence: str
) -> None:
    (place / "text.png").write_text("no picture")
    code, lines, err = asked(capsys, trained_folder, image, question)
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert err.startswith(f"scanpath: {sentence}")


def test_a_folder_that_holds_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = asked(capsys, "nowhere", "scene.png", QUESTION)
    assert code == 2
    assert err.startswith("scanpath: nowhere holds no run")
