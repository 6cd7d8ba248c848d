"""The authors' published network, transcribed from its description in plain numpy loops, is ours with its options.

Source: https://github.com/ahmedmagdiosman/compress-vqa. Everything there is channels first, C x K and C x T; layers
are 1x1 convolutions, weights (out, in, 1) or (out, in, 1, 1), of which the last axes are dropped here. Nothing of ours
is called in it.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from scanpath_drau import DualRecurrentAttention

K, T, C_V, C_Q, E, H, OUT, G = 7, 5, 11, 13, 3, 2, 17, 2


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def prelu(x, slope):
    return np.where(x >= 0, x, slope * x)


def conv1x1(x, weight, bias):
    """Each output channel a weighted sum of the input's, at each place: (in, places) to (out, places)."""
    out = np.zeros((len(weight), x.shape[1]))
    for o in range(len(weight)):
        for place in range(x.shape[1]):
            out[o, place] = bias[o]
            for i in range(len(x)):
                out[o, place] += weight[o, i] * x[i, place]
    return out


def lstm(x, w_ih, w_hh, b_ih, b_hh):
    """States along the places of x (in, L), from zeros: (H, L); gates stand i, f, g, o."""
    size = w_hh.shape[1]
    h, c = np.zeros(size), np.zeros(size)
    states = np.zeros((size, x.shape[1]))
    for place in range(x.shape[1]):
        gates = w_ih @ x[:, place] + b_ih + w_hh @ h + b_hh
        i, f = sigmoid(gates[:size]), sigmoid(gates[size : 2 * size])
        g, o = np.tanh(gates[2 * size : 3 * size]), sigmoid(gates[3 * size :])
        c = f * c + i * g
        h = o * np.tanh(c)
        states[:, place] = h
    return states


def rau(stack, features, w):
    """Two channels of E x L to one, LSTM, G scores with a PReLU, softmax, sums of the features, FC with a PReLU."""
    places = stack.shape[2]
    x = np.zeros(stack.shape[1:])
    for channel in range(2):
        x += w["join_weight"][0, channel] * stack[channel]
    x = prelu(x + w["join_bias"][0], w["join_slope"])
    states = lstm(x, w["w_ih"], w["w_hh"], w["b_ih"], w["b_hh"])
    scores = prelu(conv1x1(states, w["glimpse_weight"], w["glimpse_bias"]), w["glimpse_slope"])
    weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    sums = []
    for glimpse in range(G):
        total = np.zeros(len(features))
        for place in range(places):
            total += weights[glimpse, place] * features[:, place]
        sums.append(total)
    return prelu(w["fc_weight"] @ np.concatenate(sums) + w["fc_bias"], w["fc_slope"]), weights


def network(v, q, w):
    """Take v (C, K) and q (C, T) of one sample, as they come from the detector and the question's LSTMs."""
    p_v = prelu(conv1x1(v, w["v_weight"], w["v_bias"]), w["v_slope"])  # E x K
    p_q = prelu(conv1x1(q, w["q_weight"], w["q_bias"]), w["q_slope"])  # E x T
    # the places become the channels of a 1x1 convolution
    v_at_words = prelu(conv1x1(p_v.T, w["kt_weight"], w["kt_bias"]), w["kt_slope"]).T  # E x T
    q_at_regions = prelu(conv1x1(p_q.T, w["tk_weight"], w["tk_bias"]), w["tk_slope"]).T  # E x K
    return rau(np.stack([p_v, q_at_regions]), v, w["rvau"]), rau(np.stack([p_q, v_at_words]), q, w["rtau"])


def names_of_a_unit(name):
    return {
        "join_weight": f"{name}.scores.join.weight",
        "join_bias": f"{name}.scores.join.bias",
        "join_slope": f"{name}.scores.join.activation.weight",
        "w_ih": f"{name}.scores.recurrence.weight_ih_l0",
        "w_hh": f"{name}.scores.recurrence.weight_hh_l0",
        "b_ih": f"{name}.scores.recurrence.bias_ih_l0",
        "b_hh": f"{name}.scores.recurrence.bias_hh_l0",
        "glimpse_weight": f"{name}.scores.glimpses.weight",
        "glimpse_bias": f"{name}.scores.glimpses.bias",
        "glimpse_slope": f"{name}.scores.activation.weight",
        "fc_weight": f"{name}.project.0.weight",
        "fc_bias": f"{name}.project.0.bias",
        "fc_slope": f"{name}.project.1.weight",
    }


NAMES = {
    "v_weight": "regions.0.weight",
    "v_bias": "regions.0.bias",
    "v_slope": "regions.1.weight",
    "q_weight": "tokens.0.weight",
    "q_bias": "tokens.0.bias",
    "q_slope": "tokens.1.weight",
    "kt_weight": "exchange.to_words",
    "kt_bias": "exchange.to_words_bias",
    "kt_slope": "exchange.to_words_activation.weight",
    "tk_weight": "exchange.to_regions",
    "tk_bias": "exchange.to_regions_bias",
    "tk_slope": "exchange.to_regions_activation.weight",
}
UNITS = {name: names_of_a_unit(name) for name in ("rvau", "rtau")}


@pytest.fixture
def module():
    return DualRecurrentAttention(
        region_dim=C_V, token_dim=C_Q, joint_dim=E, hidden_dim=H, context_dim=OUT, glimpses=G, exchange="tied",
        positions=(K, T), activate_scores=True, read_padding=True, slope=0.0,
    )  # fmt: skip


def test_ours_equals_theirs(module, drawn):
    state = {name: one.numpy() for name, one in drawn(module).state_dict().items()}
    weights = {key: state[name] for key, name in NAMES.items()}
    for unit, names in UNITS.items():
        weights[unit] = {key: state[name] for key, name in names.items()}
    source = np.random.default_rng(0)
    v, q = source.normal(size=(3, C_V, K)), source.normal(size=(3, C_Q, T))
    # their padded words have states too, and are attended to: no mask reaches the network
    found = module(torch.tensor(v).transpose(1, 2), torch.tensor(q).transpose(1, 2))
    for row in range(3):
        for side, (context, maps) in zip(found, network(v[row], q[row], weights), strict=True):
            torch.testing.assert_close(side.context[row].detach(), torch.tensor(context))
            torch.testing.assert_close(side.weights[row].detach(), torch.tensor(maps))


def test_every_parameter_of_ours_is_one_of_theirs(module):
    named = {*NAMES.values(), *(name for unit in UNITS.values() for name in unit.values())}
    assert named == set(module.state_dict())


def test_first_weights_are_theirs(module):
    """Biases 0, everything called prelu 0, recurrent weights within 0.08."""
    for name, one in module.state_dict().items():
        slope = name.endswith(("activation.weight", "1.weight"))
        if "bias" in name or slope:
            assert not one.any(), name
        elif "recurrence" in name:
            assert one.abs().max() <= 0.08, name
