"""What hard attention keeps of a batch: the cells themselves, packed, and where they come from."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from scanpath.types import Attended
from scanpath_han import ops


class Selection(NamedTuple):
    """The kept cells of all samples, one sample after another in raster order, nothing between them.

    An aggregator computes with ``cells`` and what tells them apart; what was not kept is not here. ``counts`` is known
    to the host, so that nothing that follows has to ask the device for a size.
    """

    cells: Tensor
    """Their joint embeddings m_l, (N, d)."""
    positions: Tensor
    """Raster index of each within its picture, (N,)."""
    samples: Tensor
    """Which sample each belongs to, (N,), ascending."""
    lengths: Tensor
    """How many rows a sample has, (B,); together N."""
    counts: tuple[int, ...]
    """The same as numbers of the host."""
    slots: int | None
    """How many rows every sample has, where that is fixed: then (N, d) is (B, slots, d), else None."""
    gates: Tensor | None
    """What each counts, (N,), 0 or 1, with a gradient: of straight-through, which hands over all cells, those behind a
    mask too. None where nothing but what is kept is here."""
    presence: Tensor
    """p, (B, *S); 0 behind the mask."""

    @property
    def offsets(self) -> Tensor:
        """Where each sample begins, and where the last one ends, (B + 1,)."""
        return torch.nn.functional.pad(self.lengths.cumsum(0), (1, 0))

    def kept(self) -> Tensor:
        """Count the cells that each sample keeps, (B,)."""
        if self.gates is None:
            return self.lengths
        return self.gates.detach().view(len(self.counts), self.slots or 0).sum(1).long()

    def weights(self) -> Tensor:
        """Draw the map: (B, 1, *S), 1 where a cell is kept."""
        shape = self.presence.shape
        values = torch.ones_like(self.positions, dtype=torch.float32)
        if self.gates is not None:
            values = self.gates.detach().to(values.dtype)
        flat = values.new_zeros(shape.numel()).index_copy(0, self.places(), values)
        return flat.view(shape).unsqueeze(1)

    def places(self) -> Tensor:
        """Number each cell within the whole batch, (N,): sample * K + raster index."""
        return self.samples * self.presence.shape[1:].numel() + self.positions

    def attended(self, context: Tensor) -> Attended:
        """Join the context (B, C) that was made of it with its map, and the "presence" and number "kept" as extras."""
        return Attended(context, self.weights(), {"presence": self.presence, "kept": self.kept()})

    def coordinates(self) -> Tensor:
        """Place each cell of a grid in [-1, 1]: (N, 2), row and column; 0 for boxes, whose order says nothing."""
        axes = self.presence.shape[1:]
        if len(axes) == 1:
            return self.presence.new_zeros(len(self.positions), 2)
        rows, columns = (_ticks(size, self.presence) for size in axes)
        return torch.stack([rows[self.positions // axes[1]], columns[self.positions % axes[1]]], 1)


class Aggregator(Protocol):
    """One vector of what was kept; built with the keywords ``input_dim`` (d) and ``query_dim`` (Q or None)."""

    context_dim: int
    """C, the width of the vector."""
    differentiates_gates: bool
    """Whether it multiplies what each cell gives by ``selection.gates`` where they are not None, and so passes them
    their gradient. It is handed gates if this is True alone; without the attribute it never is."""

    def __call__(self, selection: Selection, query: Tensor | None = None) -> Tensor:
        """Aggregate a selection, given the query (B, Q) if there is one: (B, C)."""
        ...


def pick(joint: Tensor, positions: Tensor, gates: Tensor | None, presence: Tensor) -> Selection:
    """Gather as many cells from every sample; nothing is asked of the device.

    Args:
        joint: m, (B, K, d).
        positions: Raster indices (B, k).
        gates: (B, k), what each counts, see :attr:`Selection.gates`; None when all count 1.
        presence: p, (B, *S).
    """
    batch, count, _ = joint.shape
    slots = positions.shape[1]
    samples = torch.arange(batch, device=joint.device).unsqueeze(1)  # (B, 1)
    cells = joint.flatten(0, 1)  # (B * K, d)
    if slots < count:
        cells = ops.taken(cells, (samples * count + positions).flatten())  # (B * k, d)
    return Selection(
        cells=cells,
        positions=positions.flatten(),
        samples=samples.expand(-1, slots).flatten(),
        lengths=torch.full((batch,), slots, device=joint.device),
        counts=(slots,) * batch,
        slots=slots,
        gates=None if gates is None else gates.flatten().to(presence.dtype),
        presence=presence,
    )


def pack(joint: Tensor, kept: Tensor, presence: Tensor) -> Selection:
    """Gather what each sample keeps, as many as that is; the host waits once, for those numbers.

    Args:
        joint: m, (B, K, d).
        kept: (B, K) bool.
        presence: p, (B, *S).
    """
    lengths = kept.sum(1)  # (B,)
    counts = lengths.tolist()  # the one synchronisation
    places = torch.nonzero_static(kept.flatten(), size=sum(counts)).squeeze(1)  # (N,)
    return Selection(
        cells=ops.taken(joint.flatten(0, 1), places),
        positions=places % kept.shape[1],
        samples=places // kept.shape[1],
        lengths=lengths,
        counts=tuple(counts),
        slots=None,
        gates=None,
        presence=presence,
    )


def _ticks(size: int, like: Tensor) -> Tensor:
    return torch.linspace(-1, 1, size, dtype=like.dtype, device=like.device) if size > 1 else like.new_zeros(1)
