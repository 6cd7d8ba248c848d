"""``scanpath doctor`` on a machine that is well, and on ones where something is missing or broken."""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanpath import registry
from scanpath.cli import doctor, main
from scanpath.data import catalogue
from scanpath.data.catalogue import make_dataset
from scanpath.errors import missing_extra
from scanpath.method import Kernel, Method
from scanpath.plugin import METHOD


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, no third-party set to read, and a terminal so wide that no sentence is broken."""
    monkeypatch.setattr(catalogue, "dataset_names", lambda: ("scenes",))
    monkeypatch.setenv("SCANPATH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "400")
    return tmp_path / "data"


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch):
    """Put plain objects in the place of installed plugins."""

    class Point:
        dist = None

        def __init__(self, name: str, value: object) -> None:
            self.name, self.value = name, value

        def load(self) -> object:
            if isinstance(self.value, Exception):
                raise self.value
            return self.value

    def fill(**brought: object) -> None:
        monkeypatch.setattr(
            registry, "entry_points", lambda group: [Point(*item) for item in {"core": METHOD, **brought}.items()]
        )
        registry.forget()

    yield fill
    registry.forget()


def examined(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str]]:
    """Return the exit code and the lines, each with single spaces."""
    with pytest.raises(SystemExit) as leaving:
        main(["doctor", *words])
    return int(leaving.value.code or 0), [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_a_machine_that_is_well(plugged, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugged(own=Method(name="own", paper="Own, A. Author [preprint], 2020", scorers={"root": "math:sqrt"}))
    make_dataset("scenes", place, workers=1, images=7, val_images=3, test_images=5, questions=2)
    code, lines = examined(capsys)
    assert code == 0
    assert lines[-1] == "Nothing is wrong."
    assert any(line.startswith("good torch 2.") for line in lines)
    assert "good own Own, A. Author [preprint], 2020" in lines
    assert f"good scenes 15 pictures, 30 questions in {place / 'scenes'}" in lines
    assert any(line.startswith(f"good data folder {place}, ") for line in lines)


def test_quiet_shows_what_is_not_good(plugged, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugged()
    code, lines = examined(capsys, "-q")
    assert code == 0
    assert not [line for line in lines if line.startswith("good")]
    (scenes,) = [line for line in lines if line.startswith("note scenes ")]
    assert "no finished data set in" in scenes
    assert "run scanpath data make scenes" in scenes


def test_missing_libraries(plugged, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    plugged()
    installed = {"torch": "2.9.1", "rich": "14.0", "torchvision": "0.3"}
    asked = [
        "torch (>=2.11)",
        "rich>=13.7",
        "numpy>=1.26",
        'accelerate>=1.10; extra == "train"',
        'torchvision>=0.26; extra == "train"',
    ]

    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(doctor, "requires", lambda package: asked)
    monkeypatch.setattr(doctor, "version", version)
    code, lines = examined(capsys)
    assert code == 1
    assert "wrong torch 2.9.1 is outside >=2.11: pip install 'torch>=2.11'" in lines
    assert "good rich 14.0" in lines
    assert "wrong numpy not installed: pip install --force-reinstall scanpath" in lines
    assert "note accelerate not installed; pip install 'scanpath[train]' brings it" in lines
    assert "wrong torchvision 0.3 is outside >=0.26: pip install 'torchvision>=0.26'" in lines
    assert lines[-1] == "3 wrong: each line above says what to do."


def test_broken_plugins_are_named_and_the_others_are_still_looked_at(
    plugged, capsys: pytest.CaptureFixture[str]
) -> None:
    plugged(
        bad=ImportError("no module named 'nothing'"),
        gone=Method(
            name="gone",
            paper="Gone",
            attentions={"a": "math:no_such", "b": "math:sqrt"},
            measures={"a": "no_such_module:f"},
        ),
        odd=Method(name="odd", paper="Odd", tables="no_such_package.experiments"),
        odder=Method(name="odder", paper="Odder", tables="json.no_such"),
        well=Method(name="well", paper="Well", tables="json"),
    )
    code, lines = examined(capsys)
    assert code == 1
    assert any("plugin 'bad' of" in line and "ImportError: no module named 'nothing'" in line for line in lines)
    faults = [line for line in lines if " gone " in line]
    assert len(faults) == 2
    assert faults[0].startswith("wrong gone 'a' lives in math:no_such, which fails (AttributeError")
    assert faults[1].startswith("wrong gone 'a' lives in no_such_module:f, which fails (ModuleNotFoundError")
    ending = "which is no package: mend or uninstall it"
    assert f"wrong odd its tables should lie in no_such_package.experiments, {ending}" in lines
    assert f"wrong odder its tables should lie in json.no_such, {ending}" in lines
    assert "good well Well" in lines
    assert lines[-1] == "5 wrong: each line above says what to do."


def test_a_name_that_needs_an_extra_is_a_note(
    plugged, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plugged(own=Method(name="own", paper="Own", tasks={"vqa": "own:Task"}))

    def resolve(address: str) -> object:
        raise missing_extra("accelerate", purpose="training")

    monkeypatch.setattr(registry, "resolve", resolve)
    code, lines = examined(capsys)
    assert code == 0
    assert (
        "note own 'vqa': training needs 'accelerate', which is not installed: run pip install 'scanpath[train]'."
    ) in lines


def test_a_full_or_closed_disk(
    plugged, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plugged()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(0, 0, 3 * 2**29))
    code, lines = examined(capsys)
    assert code == 1
    assert f"wrong data folder {place} has 1.5 GiB free, data sets want 2: set SCANPATH_DATA elsewhere" in lines
    monkeypatch.setattr(doctor.os, "access", lambda folder, mode: False)
    code, lines = examined(capsys)
    assert code == 1
    assert f"wrong data folder {place} may not be written: set SCANPATH_DATA to a folder that may" in lines


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from scanpath import environment

    class Properties:
        name, total_memory = "An accelerator", 79 * 2**30

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda index: Properties)
    monkeypatch.setattr(environment, "cpu_runs_bf16", lambda: False)
    found = {finding.subject: (finding.state, finding.text) for finding in doctor.devices()}
    assert found["cuda:1"] == ("good", "An accelerator, 79 GiB")
    assert found["cpu, bf16"][0] == "note"
    assert "gpu" not in found


def test_a_kernel_that_nothing_has_measured_is_off(
    plugged, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = {"asked_by": "kernel='fast'", "command": "scanpath bench cost --method one"}
    brought = {
        "unseen": Kernel(needs="sys", **facts),
        "seen": Kernel(needs="sys", measured="a GPU, results/one.json", **facts),
        "far": Kernel(needs="no_such_library", **facts),
    }
    monkeypatch.setitem(sys.modules, "brought", SimpleNamespace(**brought))
    kernels = {name: f"brought:{name}" for name in brought}
    plugged(one=Method(name="one", paper="A paper", kernels=kernels), broken=ValueError("no"))
    code, lines = examined(capsys)
    assert code == 1, "of the broken plugin"
    off = "since no accelerator has measured it: scanpath bench cost --method one does"
    assert f"note unseen kernel='fast' is off by default, {off}" in lines
    assert "good seen kernel='fast': measured on a GPU, results/one.json" in lines
    assert "note far kernel='fast' needs no_such_library: pip install no_such_library" in lines
