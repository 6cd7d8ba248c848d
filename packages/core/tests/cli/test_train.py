"""``scanpath train``, ``evaluate`` and ``predict``, one after the other as a person calls them."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from scanpath import registry
from scanpath.cli import main, train
from scanpath.data import catalogue
from scanpath.data.catalogue import make_dataset, open_split
from scanpath.data.images import encode_png
from scanpath.errors import ConfigError, RunError, UnknownNameError
from scanpath.method import Method
from scanpath.testing.files.idx import write_mnist

SMALL = [
    "task.model.region_dim=11", "task.model.question_dim=13", "task.model.embedding_dim=3", "task.model.hidden_dim=17",
    "training.batch_size=31", "training.steps=2", "training.evaluate_every=end", "training.device=cpu",
]  # fmt: skip


def call(*words: object) -> None:
    """Call a verb; let its own errors through, so that a test sees their sentences."""
    with contextlib.suppress(SystemExit):  # typer leaves so, also when all went well
        main(["--debug", *map(str, words)])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, images=23, val_images=5, test_images=7, questions=11, workers=1)
    return root


@pytest.fixture
def home(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCANPATH_DATA", str(world))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_a_bare_command_to_a_picture(home: Path, world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("train", *SMALL, "--out", "mine", "--seed", "3")
    said = capsys.readouterr().out
    assert "training in mine" in said
    assert "accuracy/yes/no" in said
    assert "scanpath evaluate mine --split test" in said
    assert "mine/report.html shows" in said
    assert "left out" not in said
    assert "</html>" in (home / "mine" / "report.html").read_text()
    assert yaml.safe_load((home / "mine" / "config.yaml").read_text())["seed"] == 3

    call("train", *SMALL, "--out", "mine", "--seed", "3")
    assert "nothing to train" in capsys.readouterr().out
    call("train", "--resume", "mine")
    assert "nothing to train" in capsys.readouterr().out

    call("evaluate", "mine", "--split", "test", "--metric", "simple", "--json", "scores.json")
    said = capsys.readouterr().out
    assert "77 questions of test, metric simple" in said
    assert "question type" in said
    scores = json.loads((home / "scores.json").read_text())
    assert len(scores["per_question"]) == 77
    assert len(json.loads((home / "mine" / "predictions.test.json").read_text())) == 77

    split = open_split("scenes", "val", world)
    picture = split.image_names[int(split.image_ids[0])]
    (home / picture).write_bytes(split.images.read_bytes(picture))
    call("predict", "mine", picture, "what color is the dinosaur?")
    said = capsys.readouterr().out
    assert "never read: 'dinosaur'" in said
    drawn = home / f"{Path(picture).stem}-attention.png"
    assert drawn.exists()
    with np.load(drawn.with_suffix(".npz")) as content:
        assert content["regions"].shape == (1, 8, 8)


def test_what_comes_next_is_what_the_data_set_has(home: Path) -> None:
    (home / "cup.png").write_bytes(encode_png(np.zeros((4, 4, 3), np.uint8), "a test"))
    lines = ["image,question,answer,split", "cup.png,Is it mine?,no,train", "cup.png,Who's is it?,hers,val"]
    (home / "mine.csv").write_text("\n".join(lines))
    own = {"data": str(home / "mine.csv"), "root": None}
    asked = """predict RUN PICTURE 'Who'"'"'s is it?'"""
    assert train._proposals(own, "val") == ["evaluate RUN --split val", asked]
    (home / "mine.csv").write_text("\n".join([*lines, "cup.png,Is it clean?,yes,test"]))
    assert train._proposals(own, "val") == ["evaluate RUN --split test", asked]
    gone = {"data": "vqa2", "root": None}
    assert train._proposals(gone, "val") == ["evaluate RUN --split val", "predict RUN PICTURE QUESTION"]


def test_folders_are_named_after_what_is_run(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("train", *SMALL, "task.model.attention=null")
    (folder,) = (home / "runs").iterdir()
    assert f"training in runs/{folder.name}" in capsys.readouterr().out
    (home / "own.png").write_bytes(b"")
    with pytest.raises(Exception, match=r"own.png is not a whole picture"):
        call("predict", folder, "own.png", "what?")


def test_questions_left_out_of_training_are_counted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("train", *SMALL, "task.answers=2", "--out", "few")
    (sentence,) = [line for line in capsys.readouterr().out.splitlines() if "left out" in line]
    assert re.fullmatch(
        r"\d+ of the 253 questions of scenes/train are left out of training: none of the 2 .*", sentence
    )
    assert sentence in (home / "few" / "log.txt").read_text()
    assert sentence in (home / "few" / "report.html").read_text()


def test_settings_can_be_shown_without_training(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("train", "--show", "training.epochs=2", "task.model.attention=multi_hop", "task.model.attention.hops=3")
    shown = yaml.safe_load(capsys.readouterr().out)
    assert shown["training"]["epochs"] == 2
    assert shown["training"]["samples"] is None
    assert shown["task"]["model"]["attention"] == {"name": "multi_hop", "hops": 3}
    assert list(home.iterdir()) == []


def test_another_task_begins_with_its_own_recipe(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("train", "--show", "task.name=classification", "task.data=cifar-100", "task.augmentation.pad=4")
    shown = yaml.safe_load(capsys.readouterr().out)["task"]
    assert (shown["name"], shown["data"], shown["augmentation"]["pad"]) == ("classification", "cifar-100", 4)
    with pytest.raises(UnknownNameError, match="brings the task 'clasification'; did you mean 'classification'"):
        call("train", "--show", "task.name=clasification")


def test_a_host_begins_with_the_recipe_that_is_called_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "brought").mkdir()
    (home / "brought" / "__init__.py").touch()
    (home / "brought" / "kazemi.yaml").write_text("task: {model: {name: kazemi}}\ntraining: {steps: 17}\n")
    monkeypatch.syspath_prepend(home)
    known = registry.methods()
    monkeypatch.setattr(
        registry, "methods", lambda: {**known, "aaa": Method(name="aaa", paper="none", recipes="brought")}
    )
    call("train", "--show", "task.model.name=kazemi")
    assert yaml.safe_load(capsys.readouterr().out)["training"]["steps"] == 17


def test_digits_are_learnt_by_one_command(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digits = np.arange(40, dtype=np.uint8) % 10
    for split in ("train", "test"):
        write_mnist(home / "data" / "mnist", split, np.full((40, 28, 28), 9, np.uint8), digits)
    words = ["task.name=classification", "task.root=data", "training.steps=2", "training.device=cpu"]
    call("train", *words, "--out", "mine")
    said = capsys.readouterr().out
    assert "error/top5" in said
    assert "mine/report.html shows curves and measures." in said
    assert "scanpath predict mine PICTURE\n" in said
    call("evaluate", "mine", "--split", "test")
    assert "classification on 40 items of test" in capsys.readouterr().out
    with pytest.raises(RunError, match="mine is a run of 'classification': only 'vqa' answers questions"):
        call("predict", "mine", "picture.png", "what?")


def test_the_folder_of_the_data_sets_has_an_option(
    home: Path, world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCANPATH_DATA", str(home / "empty"))
    call("train", *SMALL, "task.root=nowhere", "--root", world, "--out", "mine")
    assert "Scenes are missing" not in capsys.readouterr().out
    assert yaml.safe_load((home / "mine" / "config.yaml").read_text())["task"]["root"] == str(world)


def test_a_recipe_of_ones_own(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "mine.yaml").write_text("training: {epochs: 1}\nseed: 5\n")
    call("train", "mine.yaml", "--show")
    assert yaml.safe_load(capsys.readouterr().out)["seed"] == 5


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["training.stesp=3"], r"scenes with training.stesp=3: unknown key 'training.stesp'; did you mean 'steps'"),
        (["task.model.attention=dit"], r"scenes with .*'dit'; did you mean 'dot'"),
        (["task.model.attention=multi_hop", "task.model.attention.hosp=3"], r"no option 'hosp'; did you mean 'hops'"),
        (["absent.yaml"], r"absent.yaml cannot be read"),
        (["training.steps=3", "oops"], r"'oops' was given, expected key=value"),
        (["--resume", "x", "--seed", "3"], r"leave out the settings, --out, --seed and --root"),
        (["--resume", "x", "--root", "data"], r"leave out the settings"),
        (
            ["data=vqa2", "features=bundle"],
            r"did you mean 'task.data'\?; unknown key 'features'; .*'task.features'",
        ),
    ],
)
def test_wrong_settings_are_named(home: Path, words: list[str], expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        call("train", *words)


def test_wrong_words_are_one_sentence_and_exit_code_2(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["train", "training.stesp=3"])
    assert leaving.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("scanpath: scenes with training.stesp=3")
    assert len(said.splitlines()) == 1


def test_missing_scenes_are_drawn_after_a_word_about_their_size(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[str] = []
    monkeypatch.setenv("SCANPATH_DATA", str(home / "empty"))
    monkeypatch.setattr(catalogue, "make_dataset", lambda name, root: made.append(name))
    from rich.console import Console

    config = train._config(SMALL, seed=None)
    train._make_data(config, Console())
    said = " ".join(capsys.readouterr().out.split())
    assert made == ["scenes"]
    assert "drawing 13,000 pictures with 130,000 questions, about 358 MB" in said
    train._make_data(train._config(["task.name=captioning"], seed=None), Console())
    assert made == ["scenes"] * 2  # of which the captions are
    monkeypatch.setenv("WORLD_SIZE", "2")
    train._make_data(config, Console())
    assert made == ["scenes"] * 2


def test_evaluate_refuses_what_is_not_there(home: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        call("evaluate", "nowhere")
    with pytest.raises(UnknownNameError, match="there is no checkpoint 'bset'; did you mean 'best'"):
        call("evaluate", "nowhere", "--checkpoint", "bset")
    with pytest.raises(UnknownNameError, match="there is no VQA metric 'offical'; did you mean 'official'"):
        call("evaluate", "nowhere", "--metric", "offical")
