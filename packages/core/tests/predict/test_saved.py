"""A model is given away as three files, and what is wrong with them is one sentence."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from scanpath import registry
from scanpath.attention import SoftAttention
from scanpath.attention.scorers.dot import DotScorer
from scanpath.errors import ConfigError, DataError, RunError, ScanpathError, UnknownNameError
from scanpath.method import Method
from scanpath.predict import Model, saved


def mirror(*, region_dim: int, query_dim: int | None = None) -> SoftAttention:
    """An attention that a package of somebody's own brings."""
    return SoftAttention(DotScorer(region_dim=region_dim, query_dim=query_dim), region_dim=region_dim)


@pytest.fixture
def folder(untrained, tmp_path: Path) -> Path:
    return untrained(attention={"name": "multi_hop", "hops": 2}).save_pretrained(tmp_path / "mine")


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch):
    """Install a package ``scanpath-mirror`` with one attention; the call takes it away again."""

    class Package:
        name, version = "scanpath-mirror", "2.3.0"

    class Point:
        name, value, dist = "mirror", "mirror:METHOD", Package

        def load(self) -> Method:
            return Method(name="mirror", paper="Mirror", attentions={"mirror": f"{__name__}:mirror"})

    installed = registry.entry_points(group="scanpath.methods")
    monkeypatch.setattr(registry, "entry_points", lambda group: [*installed, Point()])
    monkeypatch.setitem(__import__("sys").modules, __name__, __import__("types").SimpleNamespace(mirror=mirror))
    registry.forget()

    def remove() -> None:
        monkeypatch.undo()
        registry.forget()

    yield remove
    remove()


def changed(folder: Path, **content: object) -> Path:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **content}))
    return folder


@pytest.mark.parametrize(
    "model",
    [
        {"attention": {"name": "multi_hop", "hops": 2}},
        {"attention": None},
        {"attention": None, "co_attention": "affinity"},
        {"attention": {"name": "dot", "fused": {"name": "mcb", "output_dim": 31}}, "fusion": "mlb"},
        {"shape": None, "picture_size": [16, 24]},
    ],
)
def test_what_is_loaded_is_what_was_saved(untrained, tmp_path: Path, model: dict) -> None:
    one = untrained(**model)
    state = torch.get_rng_state()
    other = Model.from_pretrained(one.save_pretrained(tmp_path / "mine"))
    assert torch.equal(torch.get_rng_state(), state)
    assert (other.section, other.vocabularies) == (one.section, one.vocabularies)
    images = torch.rand(3, 8, 8, 64) if model.get("shape", 1) else torch.rand(3, 3, 16, 24)
    tokens = torch.randint(0, 11, (3, 5))
    with torch.no_grad():
        assert torch.equal(one.module(images, tokens).logits, other.module(images, tokens).logits)
    assert not other.module.training


def test_three_files_and_no_pickle(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "config.json", "model.safetensors"]
    assert len({path.stat().st_mode for path in folder.iterdir()}) == 1
    config = json.loads((folder / "config.json").read_text())
    assert (config["format"], config["format_version"], config["scanpath"]) == ("scanpath-vqa", 1, version("scanpath"))
    assert config["model"]["attention"] == {"name": "multi_hop", "hops": 2}
    assert config["backbone"]["name"] == "scenes_cnn"
    assert config["answers"][:2] == ["red", "green"]
    assert config["requires"] == {}


def test_the_folder_one_is_in(untrained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert untrained().save_pretrained(".") == Path()
    assert Model.from_pretrained(tmp_path / "here").card.count('from_pretrained("here")') == 1


def test_only_what_it_wrote_itself_is_replaced(untrained, folder: Path, tmp_path: Path) -> None:
    model = untrained(attention="mean")
    model.save_pretrained(folder)
    assert Model.from_pretrained(folder).section.model.attention == "mean"
    (folder / "notes.txt").write_text("mine")
    beside = folder.with_name(f".{folder.name}.old")
    beside.mkdir()  # as a kill leaves it, but beside a folder that is nobody's of ours
    with pytest.raises(ConfigError, match=r"mine holds 'notes.txt' and is not overwritten: name a new or an empty"):
        model.save_pretrained(folder)
    assert beside.exists()
    (tmp_path / "other").mkdir()
    model.save_pretrained(tmp_path / "other")
    (tmp_path / "other" / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ConfigError, match="holds no model of ours and is not overwritten"):
        model.save_pretrained(tmp_path / "other")
    with pytest.raises(ConfigError, match="is a file and is not overwritten"):
        model.save_pretrained(folder / "notes.txt")


def test_a_failure_leaves_what_was_there(untrained, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(saved, "save_file", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space left"):
        untrained(attention="mean").save_pretrained(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_a_mechanism_of_another_package(untrained, foreign, tmp_path: Path) -> None:
    one = untrained(attention="mirror")
    folder = one.save_pretrained(tmp_path / "mine")
    assert json.loads((folder / "config.json").read_text())["requires"] == {"scanpath-mirror": "2.3.0"}
    assert 'pip install "scanpath[train]" scanpath-mirror`' in (folder / "README.md").read_text()
    images, tokens = torch.rand(3, 8, 8, 64), torch.randint(0, 11, (3, 5))
    loaded = Model.from_pretrained(folder)
    assert torch.equal(loaded.module(images, tokens).logits, one.module(images, tokens).logits)
    foreign()
    with pytest.raises(
        UnknownNameError, match="'scanpath-mirror', which is not installed: pip install scanpath-mirror"
    ):
        Model.from_pretrained(folder)


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        ({"format_version": 2, "scanpath": "9.1"}, DataError, "has the format 2, written by scanpath '9.1', and this"),
        ({"format": "other"}, DataError, r"is no model of scanpath \(config.json does not say format 'scanpath-vqa'\)"),
        ({"model": {"attention": "multi_hopp"}}, ConfigError, "no installed package brings .*did you mean 'multi_hop'"),
        ({"model": {"attention": "elsewhere"}}, ConfigError, "pip install scanpath-other"),
        ({"requires": {"-r evil": "1"}, "model": {"attention": "x"}}, ConfigError, "no installed package brings the"),
        ({"wrods": []}, ConfigError, "config.json of .*mine: unknown key 'wrods'"),
        ({"answers": ["a", "a"]}, DataError, "needs a list 'answers' of unique texts"),
        ({"answers": ["a", "b", "c"]}, RunError, "the model expects"),
    ],
)
def test_a_changed_config_is_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: dict, error: type, sentence: str
) -> None:
    monkeypatch.setattr(registry, "KNOWN_PACKAGES", {"scanpath-other": {"attentions": ("elsewhere",)}})
    with pytest.raises(error, match=sentence) as raised:
        Model.from_pretrained(changed(folder, **content))
    assert isinstance(raised.value, ScanpathError)
    assert "\n" not in str(raised.value)


def test_files_that_are_missing_or_damaged(folder: Path) -> None:
    weights = folder / "model.safetensors"
    tensors = load_file(weights)
    save_file(dict(list(tensors.items())[1:]), weights)
    with pytest.raises(RunError, match=r"mine/model.safetensors lacks the weights"):
        Model.from_pretrained(folder)
    weights.write_bytes(weights.read_bytes()[:99])
    with pytest.raises(RunError, match=r"model.safetensors of .*mine cannot be read"):
        Model.from_pretrained(folder)
    weights.unlink()
    with pytest.raises(DataError, match=r"mine holds no saved model \(model.safetensors is missing\)"):
        Model.from_pretrained(folder)
    with pytest.raises(DataError, match=r"absent holds no saved model \(config.json is missing\)"):
        Model.from_pretrained(folder.parent / "absent")


def test_a_card_is_no_part_of_the_model(folder: Path) -> None:
    (folder / "README.md").unlink()
    assert Model.from_pretrained(folder).card is None
