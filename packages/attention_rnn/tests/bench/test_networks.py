"""The networks differ in where and how they look alone."""

from __future__ import annotations

from functools import partial

from scanpath.attention import create_scorer
from scanpath_attention_rnn.bench.networks import _network, networks


def test_they_differ_in_where_and_how_they_look_alone():
    """All else has the same parameters, whatever the scorers are."""

    def beside_scorers(scorer, places="all"):
        model = _network(scorer, places)
        names = {name: one.shape for name, one in model.named_parameters() if not name.startswith("scorers.")}
        return [*model.scorers], names

    everywhere = ["pool1", "pool2", "pool3", "pool4"]
    last, of_san = beside_scorers(partial(create_scorer, "additive"), "last")
    assert last == ["pool4"]
    for name in ("conv", "local", "attention_rnn"):
        assert beside_scorers(partial(create_scorer, name)) == (everywhere, of_san)


def test_structure_has_parameters_of_its_own():
    group = networks(device="cpu", batch=2, repeats=1, side=32)
    sizes = {line.name: line.cost.parameters for line in group.lines}
    assert sizes["SAN"] < sizes["notCTX"] < sizes["CTX"] < sizes["ARNN, t = 32, sweep"]
    assert sizes["ARNN, t = 16, sweep"] < sizes["ARNN, t = 32, sweep"]
    assert [one.what for line in group.lines for one in line.asked] == ["at most 3x the time"]
