"""A picture of one's own is classed as the run classes its own, and the sheet shows where the network looked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from scanpath.cli import main
from scanpath.errors import DataError, RunError
from scanpath.experiments.running import RunConfig, run_in
from scanpath.features.preprocessing import HALF
from scanpath.hosts import Encoded, PictureModel
from scanpath.predict import Classifier, is_classifier, load_run
from scanpath.tasks.classification import ModelSettings
from scanpath.tasks.classification.model import ClassifierSection
from scanpath.testing.files.idx import write_mnist


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on digits of 12x12 pixels that looks twice, without the data that it learnt from."""
    root = tmp_path_factory.mktemp("digits")
    random = np.random.default_rng(0)
    for split, count in (("train", 120), ("test", 30)):
        images = random.integers(0, 256, (count, 12, 12), dtype=np.uint8)
        write_mnist(root / "mnist", split, images, np.arange(count, dtype=np.uint8) % 10)
    model = {"attention": {"name": "multi_hop", "hops": 2}, "cnn_channels": [5, 7]}
    task = {"name": "classification", "root": str(root), "model": model}
    training = {"steps": 2, "batch_size": 31, "evaluate_every": "end", "device": "cpu"}
    result = run_in(RunConfig.parse({"task": task, "training": training}), root / "run")
    (root / "mnist").rename(root / "gone")
    return result.folder


def test_it_says_what_its_network_says(folder: Path) -> None:
    classifier = Classifier.from_run(folder)
    grey = np.random.default_rng(1).integers(0, 256, (12, 12), dtype=np.uint8)
    said = classifier.predict(grey)
    output = classifier.module(torch.from_numpy(grey)[None, None])
    sure = output.logits[0].softmax(0)
    assert said.answer == classifier.section.classes[int(sure.argmax())]
    assert said.probability == pytest.approx(sure.max().item(), abs=1e-5)
    assert [one for _, one in said.top] == pytest.approx(sure.sort(descending=True).values[:5].tolist(), abs=1e-5)
    assert (said.question, said.words, said.names, said.kind) == ("digit?", [], {"regions": ["hop 1", "hop 2"]}, "soft")
    np.testing.assert_allclose(said.maps["regions"], output.maps["regions"][0].detach().numpy(), atol=1e-6)
    np.testing.assert_array_equal(said.picture, np.repeat(grey[..., None], 3, 2))


def test_any_picture_is_brought_to_what_it_learnt_from(folder: Path, tmp_path: Path) -> None:
    colours = np.zeros((24, 48, 3), dtype=np.uint8)
    colours[:, 6:42] = (255, 0, 0)
    Image.fromarray(colours).save(tmp_path / "red.png")
    said = Classifier.from_run(folder).predict(tmp_path / "red.png")
    assert said.picture.shape == (12, 12, 3)
    assert set(said.picture.flatten().tolist()) == {76}  # the middle alone, as bright as red is


class Gated(torch.nn.Module):
    def forward(self, pictures: torch.Tensor) -> Encoded:
        regions = pictures.permute(0, 2, 3, 1)
        return Encoded(regions, {"block1": pictures[:, :1].sigmoid(), "block2": pictures[:, :1, ::2, ::2].sigmoid()})


def classifier(shape: tuple[int, int, int]) -> Classifier:
    from scanpath.attention import create_attention

    looks = create_attention("mean", region_dim=3)
    module = PictureModel(encode=Gated(), attention=looks, classifier=torch.nn.Identity(), statistics=HALF)
    section = ClassifierSection(
        model=ModelSettings(), labels="colour", classes=("red", "green", "blue"), mean=HALF.mean,
        deviation=HALF.deviation, picture_shape=shape,
    )  # fmt: skip
    return Classifier(module, section)


def test_gates_come_in_their_own_sizes_by_their_place() -> None:
    picture = np.full((6, 4, 3), (10, 200, 30), dtype=np.uint8)
    said = classifier((3, 6, 4)).predict(picture)
    assert said.answer == "green"
    assert {place: one.shape for place, one in said.maps.items()} == {"block1": (1, 6, 4), "block2": (1, 3, 2)}
    assert (said.names, said.kind) == ({"block1": ["block1"], "block2": ["block2"]}, "gate")
    assert [panel.name for panel in said._panels()] == ["block1", "block2"]
    with pytest.raises(DataError, match="learnt from pictures of 4x6 pixels and got one of 4x4: give one of that size"):
        classifier((3, 6, 4)).predict(picture[:4])


def call(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main(["predict", *map(str, words)])
    return int(left.value.code or 0)


def test_on_the_command_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    Image.fromarray(np.full((12, 12), 99, dtype=np.uint8)).save("grey.png")
    assert call(folder, "grey.png") == 0
    said = Classifier.from_run(folder).predict("grey.png")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{said.answer}  ({said.probability:.1%})"
    assert lines[-2:] == ["written: grey-attention.png", "written: grey-attention.npz"]
    with np.load("grey-attention.npz") as content:
        np.testing.assert_array_equal(content["regions"], said.maps["regions"])
    assert call(folder, "grey.png", "what digit is this?") == 2
    assert "only 'vqa' answers questions; give no question" in capsys.readouterr().err
    assert call(tmp_path, "grey.png") == 2
    assert "is no classifier, so it takes a question: give one in quotes" in capsys.readouterr().err


def test_runs_of_other_tasks_are_told_apart(folder: Path, tmp_path: Path) -> None:
    assert is_classifier(folder)
    assert not is_classifier(tmp_path)
    with pytest.raises(RunError, match=r"only 'vqa' answers questions; .*scanpath\.predict\.Classifier"):
        load_run(folder)
