"""The equations once more as plain loops over samples and places: slow, clear, used by tests only.

Written from the paper's words and from what the authors' code (https://github.com/ahmedmagdiosman/compress-vqa)
computes. A sample's places come as a list of vectors, its masked ones left out by who calls; parameters come by the
names that the modules have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

Parameters = Mapping[str, Tensor]
Places = list[Tensor]


def prelu(x: Tensor, slope: Tensor | float) -> Tensor:
    """Keep x where it is positive, else give slope * x."""
    return torch.where(x > 0, x, slope * x)


def layer(p: Parameters, name: str, x: Tensor) -> Tensor:
    """PReLU(W x + b) of a layer ``name``, of one vector."""
    return prelu(p[f"{name}.0.weight"] @ x + p[f"{name}.0.bias"], p[f"{name}.1.weight"])


def joined(p: Parameters, maps: Sequence[Places], *, stack: bool) -> Places:
    """c_n = PReLU(W_a x_n), with W_a of one number a map, or of all channels of all maps."""
    found = []
    for vectors in zip(*maps, strict=True):
        if stack:
            total = sum(p["join.weight"][0, number] * one for number, one in enumerate(vectors)) + p["join.bias"][0]
        else:
            total = p["join.weight"] @ torch.cat(vectors) + p["join.bias"]
        found.append(prelu(total, p["join.activation.weight"]))
    return found


def cell(gates: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """i, f, o = sigmoid(..), g = tanh(..), c <- f c + i g, h = o tanh(c)."""
    i, f, g, o = gates.chunk(4)
    memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(memory), memory


def lstm(p: Parameters, places: Places) -> Places:
    """h_n of each place, from a state of zeros on."""
    w_x, w_h = p["recurrence.weight_ih_l0"], p["recurrence.weight_hh_l0"]
    bias = p["recurrence.bias_ih_l0"] + p["recurrence.bias_hh_l0"]
    h = c = w_h.new_zeros(w_h.shape[1])
    found = []
    for x in places:
        h, c = cell(w_x @ x + w_h @ h + bias, c)
        found.append(h)
    return found


def grid_lstm(p: Parameters, x: Tensor, real: Tensor) -> Tensor:
    """States of a grid (H, W, E) with a mask (H, W), cell by cell in reading order: (H, W, h), 0 where masked."""
    w_x, w_h, bias = p["from_input"], p["from_state"], p["bias"]
    half = w_h.shape[1] // 2
    nothing = (x.new_zeros(half), x.new_zeros(half))
    row: dict[tuple[int, int], tuple[Tensor, Tensor]] = {}
    column: dict[tuple[int, int], tuple[Tensor, Tensor]] = {}
    rows = []
    for i in range(x.shape[0]):
        states = []
        for j in range(x.shape[1]):
            before, above = row.get((i, j - 1), nothing), column.get((i - 1, j), nothing)
            row[i, j], column[i, j] = before, above
            if real[i, j]:
                gates = w_x @ x[i, j] + w_h @ torch.cat([before[0], above[0]]) + bias
                row[i, j] = cell(gates[: 4 * half], before[1])
                column[i, j] = cell(gates[4 * half :], above[1])
            seen = torch.cat([row[i, j][0], column[i, j][0]])
            states.append(seen if real[i, j] else torch.zeros_like(seen))
        rows.append(torch.stack(states))
    return torch.stack(rows)


def scores(p: Parameters, maps: Sequence[Places], *, stack: bool) -> Tensor:
    """s_gn = W_g h_n + b_g, around it PReLU where the parameters have one: (G, places)."""
    found = [p["glimpses.weight"] @ h + p["glimpses.bias"] for h in lstm(p, joined(p, maps, stack=stack))]
    if "activation.weight" in p:
        found = [prelu(one, p["activation.weight"]) for one in found]
    return torch.stack(found, 1)


def softmax(numbers: Tensor) -> list[Tensor]:
    """exp(s_n) / sum_m exp(s_m)."""
    powers = [torch.exp(one) for one in numbers]
    return [power / sum(powers) for power in powers]


def unit(p: Parameters, maps: Sequence[Places], features: Places, *, stack: bool = True) -> tuple[Tensor, Tensor]:
    """A recurrent attention unit: its context (C,) and its weights (G, places)."""
    of_scores = part(p, "scores")
    weights = [softmax(one) for one in scores(of_scores, maps, stack=stack)]
    sums = [torch.stack([w * f for w, f in zip(one, features, strict=True)]).sum(0) for one in weights]
    return layer(p, "project", torch.cat(sums)), torch.stack([torch.stack(one) for one in weights])


def resampled(places: Places, weight: Tensor, bias: Tensor, slope: Tensor) -> Places:
    """r_n = PReLU(sum_l W_nl s_l + b_n)."""
    return [
        prelu(torch.stack([w * one for w, one in zip(row, places, strict=True)]).sum(0) + b, slope)
        for row, b in zip(weight, bias, strict=True)
    ]


def dual(
    p: Parameters, regions: Places, words: Places, query: Tensor, *, exchange: str, stack: bool = True
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Both units of one sample: y_vis and the regions' weights, y_text and the words' weights."""
    seen = [layer(p, "regions", v) for v in regions]
    said = [layer(p, "tokens", w) for w in words]
    picture, sentence = torch.stack(seen).mean(0), torch.stack(said).mean(0)
    if exchange == "tied":
        e = part(p, "exchange")
        slopes = e["to_regions_activation.weight"], e["to_words_activation.weight"]
        to_regions = resampled(said, e["to_regions"], e["to_regions_bias"], slopes[0])
        to_words = resampled(seen, e["to_words"], e["to_words_bias"], slopes[1])
    else:
        told = layer(p, "exchange.query", query) if exchange == "query" else sentence
        to_regions, to_words = [told] * len(seen), [picture] * len(said)
    look = unit(part(p, "rvau"), [seen, to_regions], regions, stack=stack)
    read = unit(part(p, "rtau"), [said, to_words], words, stack=stack)
    return *look, *read


def part(p: Parameters, name: str) -> Parameters:
    """Give the parameters of one part, by the names that it has for them itself."""
    return {key.removeprefix(f"{name}."): one for key, one in p.items() if key.startswith(f"{name}.")}
