"""The catalogue: entry points read once, the core first, broken ones named, unknown names answered."""

from __future__ import annotations

import warnings
from importlib.metadata import EntryPoint

import pytest

from scanpath import registry
from scanpath.errors import ScanpathError, UnknownNameError
from scanpath.method import Method

CORE = Method(name="core", paper="Core", scorers={"dot": "json:loads"}, attentions={"mean": "json:dumps"})
ALPHA = Method(
    name="alpha", paper="Alpha", scorers={"dot": "math:sqrt", "angle": "math:sin"}, measures={"m": "math:cos"}
)


@pytest.fixture
def catalogue(monkeypatch):
    """Put plain objects in the place of installed entry points."""

    def fill(**brought):
        class Point:
            dist = None

            def __init__(self, name, value):
                self.name, self.value = name.rstrip("_"), value

            def load(self):
                if isinstance(self.value, Exception):
                    raise self.value
                return self.value

        monkeypatch.setattr(registry, "entry_points", lambda group: [Point(*item) for item in brought.items()])
        registry.forget()

    yield fill
    monkeypatch.undo()
    registry.forget()


def test_the_core_comes_first_whatever_its_name_sorts_to(catalogue):
    catalogue(alpha=ALPHA, core=CORE)
    with pytest.warns(
        registry.BrokenPluginWarning, match=r"'alpha' brings scorers 'dot', which is taken by json:loads"
    ):
        assert registry.addresses("scorers") == {"dot": "json:loads", "angle": "math:sin"}
    assert registry.addresses("measures") == {"m": "math:cos"}
    assert registry.load("scorers", "angle")(0) == 0


def test_what_is_handed_out_cannot_be_changed(catalogue):
    catalogue(core=CORE)
    with pytest.raises(TypeError):
        registry.methods()["other"] = CORE
    with pytest.raises(TypeError):
        registry.addresses("scorers")["other"] = "a:b"


def test_it_is_read_once_until_forgotten(catalogue):
    catalogue(core=CORE)
    assert registry.methods() is registry.methods()
    catalogue(core=CORE, alpha=ALPHA)
    assert set(registry.methods()) == {"core", "alpha"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (ImportError("no such"), r"the plugin 'bad' of .* cannot be imported .ImportError: no such"),
        (SystemError("odd"), "SystemError: odd"),
        ({"name": "bad"}, r"is a dict, expected a scanpath\.Method"),
        (Method(name="good", paper="Good"), "calls itself 'good': give both the same name"),
    ],
)
def test_a_broken_plugin_is_named_and_the_others_stay(catalogue, value, words):
    catalogue(core=CORE, bad=value)
    with pytest.warns(registry.BrokenPluginWarning, match=words):
        assert set(registry.methods()) == {"core"}
    (point,) = [point for point in registry.plugins() if point.name == "bad"]
    with pytest.raises(ScanpathError, match=words):
        registry.load_plugin(point)


def test_two_of_one_name(catalogue):
    catalogue(core=CORE, core_=CORE)
    with pytest.warns(registry.BrokenPluginWarning, match="two plugins are called 'core'"):
        assert set(registry.methods()) == {"core"}


def test_unknown_names(catalogue):
    catalogue(core=CORE, alpha=Method(name="alpha", paper="Alpha", scorers={"angle": "math:sin"}))
    with pytest.raises(
        UnknownNameError, match=r"^no installed package brings the scorer 'angel'; did you mean 'angle'\?$"
    ):
        registry.load("scorers", "angel")
    with pytest.raises(UnknownNameError, match=r"brings the scorer 'zzz'; installed are angle, dot\.$"):
        registry.load("scorers", "zzz")
    with pytest.raises(UnknownNameError, match=r"brings the co-attention 'x'; installed are none\.$"):
        registry.load("co_attentions", "x")
    said = str(registry.unknown("scorers", "maen", also=("attentions",)))
    assert said == "no installed package brings the scorer 'maen'; did you mean 'mean'?"


@pytest.mark.parametrize(
    ("part", "name", "sentence"),
    [
        (
            "scorers",
            "mean",
            "'mean' is an attention, not a scorer: create_attention builds it, and task.model.attention names it.",
        ),
        ("datasets", "m", "'m' is a measure, not a data set of questions: a task computes it."),
        (
            "benches",
            "dot",
            "'dot' is a scorer, not a bench: create_scorer builds it, and create_attention with a softmax.",
        ),
    ],
)
def test_a_name_of_another_part_is_told_which(catalogue, part, name, sentence):
    catalogue(core=CORE, alpha=Method(name="alpha", paper="Alpha", measures={"m": "math:cos"}))
    assert str(registry.unknown(part, name)) == sentence


def test_what_an_absent_package_brings_is_told_with_its_name(catalogue, monkeypatch):
    known = {"scanpath-gaze-rnn": {"attentions": ("gaze",), "datasets": ("eyes",)}}
    monkeypatch.setattr(registry, "KNOWN_PACKAGES", known)
    catalogue(core=CORE)
    with pytest.raises(UnknownNameError, match=r"brings the data set 'eyes': pip install scanpath-gaze-rnn\.$"):
        registry.load("datasets", "eyes")
    with pytest.raises(UnknownNameError, match=r"brings the attention 'gazes'; did you mean 'gaze'\?$"):
        registry.load("attentions", "gazes")
    said = str(registry.unknown("scorers", "gaze"))
    assert said.startswith("'gaze' is an attention of scanpath-gaze-rnn, not a scorer: pip install scanpath-gaze-rnn, ")
    assert said.endswith(f", then {registry.USES['attentions']}.")
    assert str(registry.unknown("scorers", "gaze", also=("attentions",))).endswith(": pip install scanpath-gaze-rnn.")
    said = str(registry.unknown_method("gaze_rnn"))
    assert said == "no installed package brings the method 'gaze_rnn': pip install scanpath-gaze-rnn."


@pytest.mark.parametrize("brought", [Method(name="gaze", paper="Gaze"), ImportError("no such")])
def test_a_package_that_is_there_need_not_be_installed(catalogue, monkeypatch, brought):
    monkeypatch.setattr(registry, "KNOWN_PACKAGES", {"scanpath-gaze": {"attentions": ("gaze",)}})
    catalogue(core=CORE, gaze=brought)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", registry.BrokenPluginWarning)
        assert str(registry.unknown("attentions", "gaze")).endswith("; installed are mean.")


def test_unknown_methods(catalogue):
    catalogue(core=CORE, alpha=ALPHA)
    assert str(registry.unknown_method("cor")) == "no installed package brings the method 'cor'; did you mean 'core'?"
    assert str(registry.unknown_method("zzz")).endswith("; installed are alpha, core.")


def test_every_part_is_told_how_it_is_used():
    assert set(registry.USES) == set(registry.PARTS)


def test_what_cannot_be_imported_says_why(catalogue):
    catalogue(
        core=CORE, alpha=Method(name="alpha", paper="Alpha", scorers={"angle": "math:sine", "gone": "no_such:It"})
    )
    with pytest.raises(ScanpathError, match=r"'angle' cannot be imported from math:sine \(AttributeError: .*doctor"):
        registry.load("scorers", "angle")
    with pytest.raises(ScanpathError, match=r"'gone' cannot be imported from no_such:It \(ModuleNotFoundError: "):
        registry.load("scorers", "gone")


def test_listing(catalogue):
    catalogue(core=CORE, alpha=Method(name="alpha", paper="Alpha", scorers={"angle": "math:sin"}))
    assert [(one.part, one.name, one.method) for one in registry.listing()] == [
        ("scorers", "angle", "alpha"),
        ("scorers", "dot", "core"),
        ("attentions", "mean", "core"),
    ]
    assert [one.name for one in registry.listing("*an*")] == ["angle", "mean"]
    assert registry.listing("zzz") == []


def test_the_core_registers_itself_as_everybody_does():
    points = {point.name: point for point in registry.plugins()}
    assert isinstance(points["core"], EntryPoint)
    assert registry.methods()["core"].name == "core"
    assert registry.resolve("scanpath.method:GROUP") == "scanpath.methods"


@pytest.mark.parametrize(
    ("part", "noun"), [("scorers", "scorer"), ("co_attentions", "co-attention"), ("datasets", "data set"),
                       ("captions", "data set of captions"), ("backbones", "backbone"), ("benches", "bench"),
                       ("classifiers", "classifier"), ("captioners", "captioner")]
)  # fmt: skip
def test_one_name_of_a_part_has_a_noun(part, noun):
    assert registry.noun(part) == noun
