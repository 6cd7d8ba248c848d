"""Exports that wait until they are asked for."""

from __future__ import annotations

import importlib
import sys

import pytest

PACKAGE = """
from scanpath.lazy import exports

__version__ = "7"
__getattr__, __dir__ = exports(__name__, {"Thing": "things", "other": "more.others"})
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "put_off"
    (folder / "more").mkdir(parents=True)
    (folder / "__init__.py").write_text(PACKAGE)
    (folder / "things.py").write_text("class Thing: ...")
    (folder / "more" / "__init__.py").write_text("")
    (folder / "more" / "others.py").write_text("other = 3")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("put_off")
    for name in [name for name in sys.modules if name.partition(".")[0] == "put_off"]:
        del sys.modules[name]


def test_a_module_is_imported_when_its_name_is_asked_for(package):
    assert "put_off.things" not in sys.modules
    assert package.Thing is sys.modules["put_off.things"].Thing
    assert "put_off.more.others" not in sys.modules
    assert package.other == 3


def test_names_are_listed_and_others_refused_as_python_does(package):
    assert dir(package) == ["Thing", "__version__", "other"]
    with pytest.raises(AttributeError, match="module 'put_off' has no attribute 'Thin'"):
        _ = package.Thin
