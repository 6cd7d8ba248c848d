"""What a network sees of each layer, which networks are taken, and what they are called."""

from __future__ import annotations

import contextlib

import pytest
import torch

from scanpath.errors import ConfigError, RunError
from scanpath.metrics.looking import product_of_layers
from scanpath_attention_rnn import AttentionRNN
from scanpath_attention_rnn.figures import networks

ARNN = {"name": "attention_rnn", "hidden": 2}


@pytest.mark.parametrize("places", ["all", "later", "last"])
def test_features_are_those_of_each_layer_times_its_map(network, drawn, places):
    """Of two questions about the second picture of two, and one about the first."""
    net = network(ARNN, places=places)
    pictures = [drawn.picture, drawn.picture[:, ::-1].copy()]
    looks = net.look(pictures, ["3", "1", "3"], [1, 1, 0])
    assert list(looks.maps) == ["pool1", "pool2", "pool3"][{"all": 0, "later": 1, "last": 2}[places] :]
    alone = net.look([pictures[1]], ["1"], [0])
    for one, other in zip(looks.features, alone.features, strict=True):
        torch.testing.assert_close(one[1], other[0], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(looks.product, product_of_layers(list(looks.maps.values()))[:, 0])
    torch.testing.assert_close(looks.attended, product_of_layers([one[:, None] for one in looks.features])[:, 0])
    torch.testing.assert_close(looks.attended.sum((1, 2)), torch.ones(3))
    with torch.no_grad():
        grid = torch.stack([torch.from_numpy(one).permute(2, 0, 1) / 255 for one in pictures])[[1, 1, 0]]
        for number, stage in enumerate(net.module.stages, 1):
            grid = stage(grid)
            if f"pool{number}" in looks.maps:
                seen = grid * looks.maps[f"pool{number}"]
                torch.testing.assert_close(looks.features[number - 4], seen.mean(1), rtol=1e-4, atol=1e-5)
                grid = seen
    assert set(looks.answers) <= {"green", "yellow", "white", "red", "blue"}


def test_words_that_were_never_read(network):
    net = network()
    net.check_words(["0", "9", "9"])
    with pytest.raises(ConfigError, match=r"has never read 'green', only 0, 1, 2, .*: give --data what it was"):
        net.check_words(["0", "green"])


def test_layers_that_draw_are_spread_for_a_while(network):
    net = network({**ARNN, "sample": True}, first={"name": "block_attention_rnn", "hidden": 2, "sample": True})
    layers = net.layers()
    assert list(layers) == ["pool1", "pool2", "pool3"]
    assert all(isinstance(layer, AttentionRNN) for layer in layers.values())
    with net.spread_by(3.5):
        assert [layer.spread for layer in layers.values()] == [3.5] * 3
    with contextlib.suppress(KeyError), net.spread_by(2):
        raise KeyError
    assert [layer.spread for layer in layers.values()] == [1.0] * 3


def test_a_network_that_was_trained_with_a_spread_is_itself_at_factor_1(network):
    net = network({**ARNN, "sample": True, "spread": 2.0})
    with net.spread_by(1):
        assert [layer.spread for layer in net.layers().values()] == [2.0] * 3
    with net.spread_by(4):
        assert [layer.spread for layer in net.layers().values()] == [8.0] * 3
    assert [layer.spread for layer in net.layers().values()] == [2.0] * 3


def test_networks_that_draw_nothing_are_refused(network):
    with pytest.raises(ConfigError, match="draws no values at pool1: name a run of ARNN~"):
        network(ARNN).layers()
    with pytest.raises(ConfigError, match="draws no values at pool2"):
        network("local", first={**ARNN, "sample": True}).layers()


def test_other_hosts_are_refused(model):
    with pytest.raises(ConfigError, match="is no network of the host progressive"):
        networks.Network("x", model(attention="dot", cnn_channels=[3]))


def test_runs_are_called_as_they_are_told_or_as_they_are(model, tmp_path):
    folder = tmp_path / "a=b"
    model(name="progressive", scorer=ARNN, channels=[3]).save_pretrained(folder)
    assert networks.load(f"mine={folder}").name == "mine"
    assert (networks.load(str(folder)).name, networks.load(str(folder)).origin) == ("attention_rnn, hidden 2", "a=b")
    with pytest.raises(ConfigError, match="a=b and a=b are both called 'attention_rnn, hidden 2': give names"):
        networks.load_all([str(folder), str(folder)])
    assert [one.name for one in networks.load_all([f"x={folder}", str(folder)])] == ["x", "attention_rnn, hidden 2"]
    with pytest.raises(RunError, match="holds neither a run"):
        networks.load(str(tmp_path))


def test_a_scorer_without_options_is_its_name(model, tmp_path):
    model(name="progressive", scorer="local", channels=[3]).save_pretrained(tmp_path / "run")
    assert networks.load(str(tmp_path / "run")).name == "local"
