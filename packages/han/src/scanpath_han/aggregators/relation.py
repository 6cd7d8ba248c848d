"""A small network reads every pair of kept cells together with the question, and what it says is added up.

Source: A simple neural network module for relational reasoning (Santoro 2017, https://arxiv.org/abs/1706.01427), Eq. 1,
with the sizes of its CLEVR model; HAN, sec. 4.8, puts it behind hard attention.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from scanpath.attention.checks import check_positive, check_query, check_switch
from scanpath.attention.query import QueryProjection
from scanpath.errors import ConfigError
from scanpath_han.checks import check_above_zero, is_number
from scanpath_han.initialisation import keep_variance
from scanpath_han.ops import pairs, summed, taken
from scanpath_han.selection import Selection

PAIRS_AT_ONCE = {"cpu": 4096}
"""Pairs that go through g together: on a CPU as many as its caches hold (a third faster than all at once, measured),
elsewhere :data:`MANY_PAIRS`."""
MANY_PAIRS = 2**18


class RelationNetwork(nn.Module):
    """Context = f(sum_ij g([o_i; o_j; q])) over all ordered pairs of kept cells, o_i = [m_i; its coordinates].

    g is a network of ``layers`` layers, f one of two, with dropout behind the second; each has a ReLU. The last layer
    of the paper's f is the classifier, which is the host's. The first layer of g is linear in its three parts, so it
    is computed once a cell and once a question, W_a o_i + W_b o_j + W_q q, and only sums are made for every pair.

    Read thus: HAN's m holds the question already, and g is given it again, as the relation network is. Coordinates are
    row and column in [-1, 1]; boxes have none, and zeros in their place.

    Args:
        input_dim: d.
        query_dim: Q; None leaves the question out.
        hidden_dim: Width of all layers, which is C too.
        layers: Of g.
        dropout: Behind f's second layer.
        factor: Multiplies the sum over pairs; 1 is the paper's. Thousands of pairs make f's dropout the loudest voice
            in the network until the weights have shrunk: with about one over their number it learns at once.
        coordinates: Whether o_i has them.
        question: Whether g is given the query.
        recompute: Keep no activation of a pair and compute g again in the backward pass: a third more operations, a
            small part of the memory, and about a quarter more time (measured on a CPU).
    """

    differentiates_gates = True

    def __init__(
        self,
        *,
        input_dim: int,
        query_dim: int | None = None,
        hidden_dim: int = 256,
        layers: int = 4,
        dropout: float = 0.5,
        factor: float = 1.0,
        coordinates: bool = True,
        question: bool = True,
        recompute: bool = False,
    ) -> None:
        super().__init__()
        check_positive("RelationNetwork", input_dim=input_dim, hidden_dim=hidden_dim, layers=layers)
        if not is_number(dropout) or not 0 <= dropout < 1:
            raise ConfigError(f"RelationNetwork got dropout={dropout!r}, expected a number in [0, 1).")
        check_above_zero("RelationNetwork", factor=factor)
        check_switch("RelationNetwork", coordinates=coordinates, question=question, recompute=recompute)
        asked = query_dim if question else None
        width = input_dim + 2 * coordinates
        self.query_dim = query_dim
        self.context_dim = hidden_dim
        self.coordinates = coordinates
        self.question = question
        self.recompute = recompute
        self.factor = factor
        self.left = nn.Linear(width, hidden_dim, bias=False)  # W_a
        self.right = nn.Linear(width, hidden_dim, bias=False)  # W_b
        self.query = QueryProjection(query_dim=asked, output_dim=hidden_dim)  # W_q and the layer's bias
        self.g = nn.ModuleList(nn.Linear(hidden_dim, hidden_dim) for _ in range(layers - 1))
        self.f = nn.Sequential(
            nn.Linear(hidden_dim, hidden_dim), nn.ReLU(), nn.Linear(hidden_dim, hidden_dim), nn.ReLU(),
            nn.Dropout(dropout),
        )  # fmt: skip
        keep_variance([self.g, self.f])
        keep_variance([self.left, self.right, self.query], fan_in=2 * width + (asked or 0))  # they are one layer

    def forward(self, selection: Selection, query: Tensor | None = None) -> Tensor:
        """Aggregate a selection, given a query (B, Q) if it was built for one: (B, C)."""
        if self.question:
            check_query(self, query, self.query_dim)
        objects = selection.cells
        if self.coordinates:
            objects = torch.cat([objects, selection.coordinates().to(objects.dtype)], 1)  # (N, d + 2)
        asked = self.query(query if self.question else None, len(selection.counts))  # (B, C)
        left = self.left(objects) + taken(asked, selection.samples)  # (N, C)
        right = self.right(objects)  # (N, C)
        add = self._packed if selection.slots is None else self._fixed
        found: Tensor = self.f((self.factor * add(left, right, selection)).to(left.dtype))
        return found

    def _relate(self, first: Tensor) -> Tensor:
        """Run g from the sums of its first layer on, (P, C), which are overwritten."""
        hidden = first.relu_()
        for layer in self.g:
            hidden = layer(hidden).relu_()
        return hidden

    def _fixed(self, left: Tensor, right: Tensor, selection: Selection) -> Tensor:
        """Add up the pairs of samples that keep equally many cells, some samples at a time: (B, C)."""
        batch, slots = len(selection.counts), selection.slots or 1
        sides = [side.view(batch, slots, side.shape[1]) for side in (left, right)]  # (B, k, C)
        gates = None if selection.gates is None else selection.gates.view(batch, slots)  # (B, k)

        def related(start: int, stop: int) -> Tensor:
            one, other = (side[start:stop] for side in sides)
            found = self._relate((one.unsqueeze(2) + other.unsqueeze(1)).flatten(0, 2))  # (n * k * k, C)
            found = found.view(len(one), slots * slots, found.shape[1])  # (n, k * k, C)
            if gates is None:
                return found.sum(1)
            gate = gates[start:stop]
            weights = (gate.unsqueeze(2) * gate.unsqueeze(1)).flatten(1)  # (n, k * k)
            return torch.bmm(weights.unsqueeze(1).to(found.dtype), found).squeeze(1)

        at_once = max(1, self._at_once(left) // slots**2)
        return torch.cat([self._piece(related, *span) for span in _spans(batch, at_once)])

    def _packed(self, left: Tensor, right: Tensor, selection: Selection) -> Tensor:
        """Add up the pairs of samples that keep different numbers of cells, some pairs at a time: (B, C)."""
        lengths, samples = selection.lengths, selection.samples
        batch = len(selection.counts)

        def related(start: int, stop: int) -> Tensor:
            one, other = pairs(start, stop, lengths, samples)  # (P,)
            gathered = taken(left, one) + taken(right, other)  # (P, C)
            return summed(self._relate(gathered), samples[one], batch)

        if torch.compiler.is_compiling():
            return self._piece(related, 0, sum(count * count for count in selection.counts))
        total = left.new_zeros(batch, left.shape[1], dtype=torch.promote_types(left.dtype, torch.float32))
        for span in _spans(sum(count * count for count in selection.counts), self._at_once(left)):
            total = total + self._piece(related, *span)
        return total

    def _piece(self, related: Callable[[int, int], Tensor], start: int, stop: int) -> Tensor:
        if not self.recompute:
            return related(start, stop)
        # nothing in g is random
        found: Tensor = checkpoint(related, start, stop, use_reentrant=False, preserve_rng_state=False)
        return found

    def _at_once(self, like: Tensor) -> int:
        return PAIRS_AT_ONCE.get(like.device.type, MANY_PAIRS)


def _spans(count: int, at_once: int) -> list[tuple[int, int]]:
    """Cut ``count`` things into runs of at most so many: [(start, stop), ..], of nothing an empty one.

    The empty run leaves every parameter a gradient of zero, which data-parallel training waits for.
    """
    return [(start, min(start + at_once, count)) for start in range(0, max(count, 1), at_once)]
