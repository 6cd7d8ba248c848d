"""All networks on a few pictures: which there are, which are one, what is written."""

from __future__ import annotations

import json

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_han.premise import result
from scanpath_han.premise.drawing import GAP, MARGIN
from scanpath_han.premise.networks import Group, untrained
from scanpath_han.premise.result import Chosen, Missing


@pytest.fixture(scope="module")
def measured(subject):
    """What is written of the default networks under two seeds, and what was said."""
    said = []
    chosen = Chosen(backbones=("scenes_cnn@32", "resnet101@320"), seeds=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.hub, "get_dir", lambda: "/nowhere")
        found, drawing = result.premise(chosen, subject, say=said.append)
    return found, drawing, said


def test_every_schooling_is_there_and_what_is_missing_is_told(measured):
    found, _, said = measured
    assert [(network["kind"], network["grid"], len(network["members"])) for network in found["networks"]] == [
        ("none", [8, 8], 1),
        ("untrained", [10, 10], 2),
        ("untrained", [10, 10], 2),
        ("untrained", [4, 4], 2),
        ("pretrained", [4, 4], 2),
    ]
    (missing,) = found["missing"]
    assert missing["name"] == "resnet101@320, pre-trained"
    assert missing["reason"].endswith("give --weights resnet101=FILE.")
    assert "/nowhere" not in json.dumps(found)  # no paths of a machine
    assert len(said) == 6


def test_figures_are_areas_with_their_intervals(measured):
    found, *_ = measured
    assert (found["data"], found["split"], found["pictures"], found["questions"], found["asked"]) == (
        "sort-of-clevr", "test", 11, 66, 33,
    )  # fmt: skip
    nothing, *networks = found["networks"]
    assert {key.partition("/")[0] for key in nothing["figures"]} == {"norm", "place", "best"}
    assert nothing["figures"]["norm/any"]["value"] > 0.9  # coloured shapes on white
    for network in networks:
        assert len(network["figures"]) == 18
        for key, figure in network["figures"].items():
            assert figure["low"] <= figure["value"] <= figure["high"], key
            assert len(figure["seeds"]) == 2
        for target in ("any", "asked", "which"):
            assert network["figures"][f"norm/{target}"]["value"] <= network["figures"][f"best/{target}"]["value"]


def test_the_drawing_has_a_column_a_network(measured):
    found, drawing, _ = measured
    side = 3 * 75  # a whole multiple
    assert drawing.width == 2 * MARGIN + 6 * (side + GAP) - GAP
    assert len(found["networks"]) == 5


def test_heads_are_the_same_on_learnt_and_unlearnt_features(subject):
    *_, plain, learnt = result.groups(Chosen(backbones=("scenes_cnn@32",), seeds=1), subject)
    assert plain.networks is learnt.networks
    picture = subject.pictures[0]
    assert not torch.equal(plain.see(picture), learnt.see(picture))


def test_runs_that_differ_in_their_seed_alone_are_one_line(monkeypatch, subject, words, tmp_path):
    """Three settings, of which two say the same of themselves."""
    settings = {"a0": ("words", "1"), "b0": ("words", "2"), "a1": ("words", "1"), "c0": ("other words", "3")}

    def load(path):
        name, identity = settings[path.name]
        network = untrained(0, words)._replace(origin=path.name)
        return Group(name, "trained", result.pixels, [network], identity)

    monkeypatch.setattr(result, "trained", load)
    chosen = Chosen(runs=[tmp_path / name for name in settings], backbones=(), seeds=1)
    _, _, _, *runs = result.groups(chosen, subject)
    assert [(run.name, [one.origin for one in run.networks]) for run in runs] == [
        ("words, a0", ["a0", "a1"]),
        ("words, b0", ["b0"]),
        ("other words", ["c0"]),
    ]


def test_weights_of_nothing_are_refused(subject):
    with pytest.raises(ConfigError, match="weights were given for 'resnet50', which is not measured: add --backbone"):
        result.premise(Chosen(weights={"resnet50": "file"}), subject, say=lambda _: None)


def test_what_is_missing_is_no_group(monkeypatch, subject):
    monkeypatch.setattr(result, "lacking", lambda name: f"{name} is elsewhere.")
    *_, last = result.groups(Chosen(seeds=1), subject)
    assert last == Missing("resnet101@320, pre-trained", "resnet101 is elsewhere.")
