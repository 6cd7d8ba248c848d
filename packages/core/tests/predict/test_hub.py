"""Models on the hub, without the hub: what is asked of its library, and what is said when it fails."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from scanpath.errors import ConfigError, DataError, MissingExtraError
from scanpath.predict import Model, hub


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stand in the place of huggingface_hub."""
    found = SimpleNamespace()
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", found)
    return found


@pytest.mark.parametrize("name", ["owner/name", "o/v1.0_a-b"])
def test_names_of_the_hub(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert hub.is_name(name)
    assert not hub.is_name(Path(name))
    (tmp_path / name.partition("/")[0]).mkdir()
    assert not hub.is_name(name)  # a folder whose name was mistyped is not asked of the hub


@pytest.mark.parametrize("name", ["name", "/owner/name", "./name", "../name", "a/b/c", "a/b ", "a\\b"])
def test_names_of_folders(name: str) -> None:
    assert not hub.is_name(name)


def test_a_model_is_fetched_by_name(untrained, tmp_path: Path, library: SimpleNamespace) -> None:
    one = untrained()
    one.save_pretrained(tmp_path / "mine")
    asked = []

    def download(name: str, **options: object) -> str:
        asked.append((name, options))
        return str(tmp_path / "mine")

    library.snapshot_download = download
    loaded = Model.from_pretrained("owner/name", revision="v2")
    files = ["config.json", "model.safetensors", "README.md"]
    assert asked == [("owner/name", {"revision": "v2", "allow_patterns": files})]
    assert (loaded.section, loaded.origin) == (one.section, "owner/name")


def test_what_the_hub_lacks_is_one_sentence(tmp_path: Path, library: SimpleNamespace) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise ConnectionError("404 Client Error.\nRequest ID: 7")

    library.snapshot_download = refuse
    with pytest.raises(DataError, match=r"^'owner/name' is no folder here, .*\(ConnectionError: 404 Client Error\)"):
        Model.from_pretrained("owner/name")
    library.snapshot_download = lambda *_, **__: str(tmp_path)
    with pytest.raises(DataError, match=r"owner/name holds no saved model \(config.json is missing\)"):
        Model.from_pretrained("owner/name")


def test_a_model_is_pushed(untrained, library: SimpleNamespace) -> None:
    done = []
    library.create_repo = lambda name, **options: done.append((name, options)) or f"https://hub/{name}"
    library.HfApi = lambda: SimpleNamespace(model_info=lambda _: SimpleNamespace(private=True))

    def upload(*, repo_id: str, folder_path: Path, allow_patterns: list[str], commit_message: str) -> None:
        card = (folder_path / "README.md").read_text()
        done.append((repo_id, sorted(path.name for path in folder_path.iterdir()), "license: mit" in card))
        assert 'from_pretrained("owner/name")' in card

    library.upload_folder = upload
    assert untrained().push_to_hub("owner/name", private=True, licence="mit") == "https://hub/owner/name"
    assert done == [
        ("owner/name", {"private": True, "exist_ok": True}),
        ("owner/name", ["README.md", "config.json", "model.safetensors"], True),
    ]


def test_nothing_private_goes_where_everybody_sees_it(untrained, library: SimpleNamespace) -> None:
    library.create_repo = lambda name, **_: f"https://hub/{name}"
    library.HfApi = lambda: SimpleNamespace(model_info=lambda _: SimpleNamespace(private=False))
    library.upload_folder = lambda **_: pytest.fail("it was uploaded")
    with pytest.raises(ConfigError, match="everybody can see it"):
        untrained().push_to_hub("owner/name", private=True)


def test_a_push_that_is_refused(untrained, library: SimpleNamespace) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError

    library.create_repo = refuse
    with pytest.raises(DataError, match=r"the hub did not take 'owner/name' \(PermissionError\): log in"):
        untrained().push_to_hub("owner/name")


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(MissingExtraError, match=r"a model on the hub needs 'huggingface_hub'"):
        hub.fetch("owner/name")
