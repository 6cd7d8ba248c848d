"""The check of a catalogue entry: each way in which one can be wrong has its sentence."""

from __future__ import annotations

import sys
import textwrap

import pytest

from scanpath.method import Method
from scanpath.testing import ContractError, check_method
from scanpath.testing.methods import HEAVY, imported_by

MODULE = """
    from dataclasses import replace
    from pathlib import Path
    from safetensors.torch import save_file
    from torch import Tensor, nn
    from scanpath.features.brought import BroughtBackbone
    from scanpath.types import Attended, CoAttended

    class Gaze(nn.Module):
        def __init__(self, *, region_dim, query_dim=None):
            super().__init__()
        def forward(self, regions: Tensor, query=None, mask=None) -> Tensor: ...

    class Look(Gaze):
        def forward(self, regions: Tensor, query=None, mask=None) -> Attended: ...

    class Both(nn.Module):
        def __init__(self, *, region_dim, token_dim, query_dim=None):
            super().__init__()
        def forward(self, regions, tokens, query=None, region_mask=None, token_mask=None) -> CoAttended: ...

    class Positional(Gaze):
        def __init__(self, region_dim, *, query_dim=None):
            super().__init__()

    class NoQuery(Gaze):
        def __init__(self, *, region_dim):
            super().__init__()

    class Plain:
        def __init__(self, *, region_dim, query_dim=None): ...

    def build(**options):
        return Look(**options)

    class Job:
        def objective(self): ...
        def batches(self): ...
        def predict(self): ...
        def measures(self): ...
        Settings = None
        def load(cls): ...
        def save(self): ...
        def fingerprint(self): ...
        def results(self): ...
        def remarks(self): ...
        def measure_names(self): ...

    class Pictures:
        summary = "pictures"
        def __init__(self, root):
            self.folder = root / "pictures"
        def open(self, split): ...
        def make(self, *, workers=None, progress=None, **options): ...
        def checksum(self): ...
        def counts(self): ...
        def damaged(self): ...

    class Folderless:
        summary = "pictures"
        def __init__(self, root): ...
        def open(self, split): ...
        def checksum(self): ...
        def counts(self): ...
        def damaged(self): ...

    class Rootless(Pictures):
        def __init__(self): ...

    class Patches(nn.Conv2d):
        def __init__(self):
            super().__init__(3, 5, 2)

    save_file(Patches().state_dict(), Path(__file__).parent / "patches.safetensors")
    PATCHES = BroughtBackbone(network=Patches, weights=Path(__file__).parent / "patches.safetensors", size=32)
    OTHERS = replace(PATCHES, network=lambda: nn.Conv2d(3, 5, 4))
    WEIGHTLESS = replace(PATCHES, weights=Path(__file__).parent / "none.safetensors")

    def bench(*, device, batch, repeats): ...

    def host(*, classes, statistics, attention, width=3): ...

    def sized(*, device, batch, repeats, width): ...

    NUMBER = 3
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of a method on the path; its name is unique to the test, since modules are cached."""
    name = f"gaze_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "attention.py").write_text(textwrap.dedent(MODULE))
    (folder / "heavy.py").write_text("import yaml\nfrom " + name + ".attention import Gaze\n")
    (folder / "broken.py").write_text("import no_such_library\n")
    for part, files in {"experiments": ["table1.yaml"], "empty": []}.items():
        (folder / part).mkdir()
        (folder / part / "__init__.py").write_text("")
        for file in files:
            (folder / part / file).write_text("{}")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def entry(package, **parts):
    parts = {
        part: {name: f"{package}.{address}" for name, address in entries.items()} for part, entries in parts.items()
    }
    return Method(name="gaze", paper="Gaze, A. Author, Venue 2020, example.org", **parts)


def test_a_correct_method_passes(package):
    method = entry(
        package,
        scorers={"gaze": "attention:Gaze"},
        attentions={"look": "attention:Look", "built": "attention:build"},
        co_attentions={"both": "attention:Both"},
        datasets={"pictures": "attention:Pictures"},
        backbones={"patches": "attention:PATCHES"},
        tasks={"job": "attention:Job"},
        measures={"builder": "attention:build"},
        benches={"saving": "attention:bench"},
        classifiers={"host": "attention:host"},
    )
    check_method(method)
    check_method(Method(name="gaze", paper="Gaze", tables=f"{package}.experiments"))


@pytest.mark.parametrize(
    ("part", "name", "address", "words"),
    [
        ("scorers", "gaze", "attention:Gase", r"scorers 'gaze' does not load from .*Gase .AttributeError"),
        ("scorers", "gaze", "broken:Gaze", "does not load .*no_such_library"),
        ("scorers", "Gaze", "attention:Gaze", "'Gaze' is not a lower-case name"),
        ("scorers", "gaze", "attention.Gaze", "has the address .*write 'module:Name'"),
        (
            "scorers",
            "gaze",
            "attention:Look",
            "returns Attended, but a Scorer returns Tensor; list it where",
        ),
        ("attentions", "look", "attention:Gaze", "returns Tensor, but an Attention returns Attended"),
        (
            "attentions",
            "look",
            "attention:Both",
            "called with .regions, tokens.*but an Attention with .regions",
        ),
        ("co_attentions", "both", "attention:Look", "is built without token_dim"),
        ("scorers", "gaze", "attention:Positional", "takes region_dim by position; put . first: keyword-only"),
        ("scorers", "gaze", "attention:NoQuery", "is built without query_dim; add the keywords"),
        ("scorers", "gaze", "attention:Plain", r"is no nn\.Module"),
        ("scorers", "gaze", "attention:NUMBER", "is a int; name a class or a builder"),
        ("datasets", "pictures", "attention:build", "is a function; name a class"),
        ("datasets", "pictures", "attention:Rootless", "is not built with a folder .*take root alone"),
        ("datasets", "pictures", "attention:Job", "is not built with a folder"),
        ("datasets", "pictures", "attention:Folderless", "has no folder, make; give it all of scanpath.data"),
        (
            "captions",
            "told",
            "attention:Folderless",
            "pictures.*give it all of .*caption_catalogue.CaptionData",
        ),
        ("labelled", "pictures", "attention:build", "labelled .*is a function; name a class"),
        ("labelled", "pictures", "attention:Folderless", "splits.*give it all of scanpath.data.labelled.LabelledData"),
        (
            "tasks",
            "job",
            "attention:Gaze",
            "has no objective, batches, predict, measures, .*measure_names",
        ),
        ("tasks", "job", "attention:NUMBER", "is a int; name a class or a builder"),
        ("kernels", "k", "attention:NUMBER", "is a int; name a scanpath.method.Kernel"),
        ("measures", "m", "attention:NUMBER", "is a int; name something that can be called"),
        ("backbones", "p", "attention:Patches", r"is a type; name a scanpath\.features\.brought\.BroughtBackbone"),
        (
            "backbones",
            "p",
            "attention:OTHERS",
            "cannot be built .*do not fit p: 1 of its 2 tensors.*; ship the weights of",
        ),
        ("backbones", "p", "attention:WEIGHTLESS", "cannot be built .there is no file of weights"),
        ("classifiers", "h", "attention:NUMBER", "is a int; name a builder"),
        (
            "classifiers",
            "h",
            "attention:bench",
            "is not built with classes, statistics, attention .*; see ClassifierBuilder in",
        ),
        ("captioners", "h", "attention:NUMBER", "is a int; name a builder"),
        (
            "captioners",
            "h",
            "attention:bench",
            "is not built with vocabulary_size, feature_dim, attention .*; see CaptionerBuilder in",
        ),
        ("benches", "b", "attention:NUMBER", "is a int; name a function"),
        ("benches", "b", "attention:sized", "is not called with device, batch, repeats .*'width'.*; see Bench in"),
    ],
)
def test_a_wrong_entry_is_named(package, part, name, address, words):
    with pytest.raises(ContractError, match=f"Method 'gaze': .*{words}"):
        check_method(entry(package, **{part: {name: address}}))


def test_what_is_no_method():
    with pytest.raises(ContractError, match=r"METHOD is a dict; build a scanpath\.Method"):
        check_method({})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Gaze"}, "the name is not lower_case"),
        ({"paper": " "}, "paper is empty"),
        ({"tables": 3}, "tables is a int; give a string"),
        ({"tables": "no_such_package.experiments"}, "'no_such_package.experiments', which is no package"),
        ({"scorers": {"gaze": len}}, "has the address <built-in function len>"),
    ],
)
def test_wrong_fields(fields, words):
    with pytest.raises(ContractError, match=words):
        check_method(Method(**{"name": "gaze", "paper": "Gaze", **fields}))


def test_a_folder_without_tables(package):
    with pytest.raises(ContractError, match=r"empty holds no \.yaml file"):
        check_method(Method(name="gaze", paper="Gaze", tables=f"{package}.empty"))


def test_luggage(package):
    with pytest.raises(ContractError, match=r"importing .*heavy brings yaml; import these inside the functions"):
        check_method(entry(package, scorers={"gaze": "heavy:Gaze"}))


def test_imported_by_a_fresh_interpreter():
    assert "json" in imported_by("json")
    assert not imported_by("json") & (HEAVY | {"torch"})
    with pytest.raises(ContractError, match=r"cannot import no_such_module .ModuleNotFoundError"):
        imported_by("no_such_module")
