"""A package of one's own, found by its entry point: it loads by name, and a broken one hurts nobody else."""

from __future__ import annotations

import sys
import textwrap
import warnings

import pytest
import torch

from scanpath import create_attention, create_scorer, list_attentions, registry
from scanpath.errors import ScanpathError, UnknownNameError

MODULE = """
    from torch import nn
    from scanpath.attention import MeanPooling
    from scanpath.method import Method

    class Stare(MeanPooling):
        "A mean under another name."

    METHOD = Method(name="{name}", paper="Stare, A. Author, 2020", attentions={{"{attention}": "{module}:Stare"}})
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Lay a distribution on the path as an installer would: a module and its metadata."""
    installed = []
    monkeypatch.syspath_prepend(tmp_path)

    def lay(module, *, name=None, attention="stare", entry=None, source=None):
        name = name or module.removeprefix("scanpath_")
        code = MODULE.format(name=name, attention=attention, module=module) if source is None else source
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(code))
        info = tmp_path / f"{module}-0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: 0.1\n")
        (info / "entry_points.txt").write_text(f"[scanpath.methods]\n{entry or name} = {module}:METHOD\n")
        installed.append(module)
        registry.forget()

    yield lay
    for module in installed:
        sys.modules.pop(module, None)
    monkeypatch.undo()
    registry.forget()


def test_a_plugin_is_found_and_builds_by_name(install):
    install("scanpath_stare")
    assert "stare" in list_attentions()
    attention = create_attention("stare", region_dim=13)
    assert type(attention).__module__ == "scanpath_stare"
    assert attention(torch.ones(2, 3, 13)).context.shape == (2, 13)


def test_finding_it_imports_it_but_building_another_does_not_need_it(install):
    install("scanpath_broken", source="import no_such_library\n")
    with pytest.warns(registry.BrokenPluginWarning) as caught:
        assert create_attention("mean", region_dim=13) is not None
    sentences = [str(one.message) for one in caught]
    assert len(sentences) == 1
    assert "plugin 'broken' of scanpath-broken cannot be imported (ModuleNotFoundError" in sentences[0]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("METHOD = 3\n", "is a int, expected a scanpath.Method"),
        ("", "cannot be imported .AttributeError"),
        ("raise SystemError('no')\n", "cannot be imported .SystemError: no"),
        (
            textwrap.dedent(MODULE).format(name="other", attention="a", module="m"),
            "calls itself 'other': give both the same",
        ),
    ],
)
def test_a_broken_plugin_is_a_warning_that_names_it(install, source, words):
    install("scanpath_broken", source=source)
    with pytest.warns(registry.BrokenPluginWarning, match=f"plugin 'broken' of scanpath-broken .*{words}"):
        known = registry.methods()
    assert "core" in known
    assert "broken" not in known


def test_a_taken_name_goes_to_the_core(install):
    install("scanpath_stare", attention="mean")
    with pytest.warns(
        registry.BrokenPluginWarning, match=r"'stare' brings attentions 'mean', which is taken by scanpath"
    ):
        assert registry.addresses("attentions")["mean"] == "scanpath.attention.none:MeanPooling"


def test_two_plugins_of_one_name(install):
    install("scanpath_stare")
    install("scanpath_gaze", name="stare", entry="stare", attention="gaze")
    with pytest.warns(registry.BrokenPluginWarning, match="two plugins are called 'stare'; the second is ignored"):
        known = registry.methods()
    assert len([name for name in known if name == "stare"]) == 1


def test_near_names_include_the_plugins(install):
    install("scanpath_stare")
    with pytest.raises(
        UnknownNameError, match=r"no installed package brings the attention 'stair'.*did you mean 'stare'"
    ):
        create_attention("stair", region_dim=13)


@pytest.fixture
def core_alone(monkeypatch):
    """Hide the plugins beside the core, as if their packages were not installed."""
    core = tuple(point for point in registry.plugins() if point.name == "core")
    monkeypatch.setattr(registry, "plugins", lambda: core)
    registry.forget()
    yield
    monkeypatch.undo()
    registry.forget()


KNOWN = [
    (package, part, name)
    for package, brought in registry.KNOWN_PACKAGES.items()
    for part, names in brought.items()
    for name in names
]


@pytest.mark.parametrize(("package", "part", "name"), KNOWN, ids=str)
def test_a_known_package_that_is_not_installed_is_named(core_alone, package, part, name):
    with pytest.raises(UnknownNameError, match=f" '{name}': pip install {package}\\.$"):
        registry.load(part, name)
    with pytest.raises(UnknownNameError, match=f"pip install {package}(\\.$|, then )"):
        create_attention(name, region_dim=13)


@pytest.mark.parametrize(("package", "part", "name"), KNOWN, ids=str)
def test_nobody_is_told_to_install_what_is_there(package, part, name):
    other = "scorers" if part != "scorers" else "tasks"
    said = str(registry.unknown(other, name))
    assert said.startswith(f"{name!r} is a")
    assert said.endswith(f": {registry.USES[part]}.")


@pytest.mark.parametrize(
    ("create", "name", "sentence"),
    [
        (create_attention, "dual_recurrent", "is a co-attention, not an attention: create_co_attention builds it"),
        (create_scorer, "hard", "is an attention, not a scorer: create_attention builds it"),
        (create_attention, "sort-of-clevr", "is a data set of questions, not an attention: task.data names it"),
    ],
)
def test_a_name_of_another_kind_is_told_its_own(create, name, sentence):
    with pytest.raises(UnknownNameError, match=f"^'{name}' {sentence}"):
        create(name, region_dim=13)


def test_tables_of_a_package_that_is_not_installed_name_it(core_alone):
    from scanpath.experiments.tables.loading import find_table

    with pytest.raises(UnknownNameError, match=r"brings the method 'drau': pip install scanpath-drau\.$"):
        find_table("drau", "table1")


@pytest.mark.parametrize("package", registry.KNOWN_PACKAGES)
def test_what_the_core_knows_of_a_package_is_what_it_brings(package):
    """A package that it does not know is as good: only the line to install it is missing where it is absent."""
    (point,) = [point for point in registry.plugins() if point.dist.name == package]
    method = registry.load_plugin(point)
    brought = {part: sorted(getattr(method, part)) for part in registry.PARTS if getattr(method, part)}
    known = {part: sorted(names) for part, names in registry.KNOWN_PACKAGES[package].items()}
    assert known == brought, "correct KNOWN_PACKAGES in scanpath/registry.py"


def test_a_misspelt_option_is_named():
    with pytest.raises(ScanpathError, match="'multi_hop' takes no option 'hop'; did you mean 'hops'"):
        create_attention("multi_hop", region_dim=13, hop=3)


def test_no_warning_where_all_is_well():
    registry.forget()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        registry.methods()
        for part in registry.PARTS:
            registry.addresses(part)
