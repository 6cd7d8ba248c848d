"""What passes between the parts: the shape legend, the results and the protocols.

Shape legend, used in every docstring of the project::

    B   samples in a batch           D   width of a region
    *S  region axes: (K,) for boxes  E   width of a token
        or (H, W) for a grid         Q   width of the query
    K   regions (H * W for a grid)   C   width of the context
    T   tokens of the question       M   maps (glimpses, hops or layers)
    A   answers

``regions (B, *S, D)`` are channels last; ``mask (B, *S)`` is boolean and True where a region is real. What lies
behind False, NaN included, changes no output and receives no gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from torch import Tensor, nn

Kind = Literal["soft", "hard", "gate"]
"""How an Attention's weights read: ``soft`` sums to 1 over *S, ``hard`` is 0 or 1, ``gate`` lies in [0, 1]."""

Axis = Literal["glimpse", "hop", "layer"]
"""What the M maps of an Attention count."""


class Attended(NamedTuple):
    """What an Attention returns."""

    context: Tensor
    """The attended vector, (B, C)."""
    weights: Tensor
    """The maps, (B, M, *S); exactly 0 where the mask is False."""
    extras: dict[str, Tensor]
    """Named intermediates for eyes and tests; no model computes with them. A hard attention names "presence" (B, *S),
    how much of each region it saw before it chose: its weights do not tell which of the kept ones it looked at most."""


class CoAttended(NamedTuple):
    """What a CoAttention returns: one :class:`Attended` a side."""

    regions: Attended
    tokens: Attended


class Question(NamedTuple):
    """What a question encoder returns."""

    vector: Tensor
    """One vector a question, (B, Q)."""
    states: Tensor
    """One vector a token, (B, T, E)."""
    mask: Tensor
    """True where a token is real, (B, T)."""


class Output(NamedTuple):
    """What a host model returns."""

    logits: Tensor
    """Unnormalised scores of the answers, (B, A)."""
    maps: dict[str, Tensor]
    """The attention maps by the place that holds them, each (B, M, *S)."""


@runtime_checkable
class Scorer(Protocol):
    """Scores of regions, any real number; its holder normalises them, never the scorer."""

    maps: int
    """M, the number of maps it scores."""

    def __call__(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S)."""
        ...


@runtime_checkable
class Attention(Protocol):
    """One context vector from many regions, and the maps that tell where it comes from.

    One whose context is its M maps' vectors side by side, in parts of one width, says so by a further fact,
    ``glimpses: int = M``. Without it the context is one vector, whatever its width: a sum of hops, a projection.
    """

    context_dim: int
    """C, the width of the context."""
    kind: Kind
    axis: Axis

    def __call__(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions (B, *S, D), given a query (B, Q) and a mask (B, *S)."""
        ...


@runtime_checkable
class CoAttention(Protocol):
    """Attention over regions and tokens together; ``glimpses``, if it has the fact, are of the regions' context."""

    context_dims: tuple[int, int]
    """Widths of the two contexts: of the regions, of the tokens."""
    kind: Kind
    axis: Axis

    def __call__(
        self,
        regions: Tensor,
        tokens: Tensor,
        query: Tensor | None = None,
        region_mask: Tensor | None = None,
        token_mask: Tensor | None = None,
    ) -> CoAttended:
        """Attend to regions (B, *S, D) and tokens (B, T, E), given a query (B, Q) and a mask for each side."""
        ...


AttentionFactory = Callable[..., Attention]
"""Called once per place with the keywords ``region_dim`` and ``query_dim``."""

CoAttentionFactory = Callable[..., CoAttention]
"""Called once per place with the keywords ``region_dim``, ``token_dim`` and ``query_dim``."""


@runtime_checkable
class Objective(Protocol):
    """A model together with its losses: an ``nn.Module`` whose turns share the optimisers of a training step.

    VQA has one turn; a GAN has two. Losses are computed inside ``forward``, since data-parallel training sees no
    other place.
    """

    def optimised(self) -> Mapping[str, Iterable[nn.Parameter]]:
        """Name the turns and the parameters that each one's optimiser moves."""
        ...

    def turns(self, step: int) -> tuple[str, ...]:
        """Name the turns of training step ``step`` (from 0), in order."""
        ...

    def __call__(self, batch: Any, turn: str) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the scalar loss of one turn and detached scalars to log."""
        ...


class BatchSampler(Protocol):
    """The order of one epoch: lists of item numbers, the same for the same seed and epoch on any machine."""

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next ``iter`` gives."""
        ...

    def __len__(self) -> int:
        """Count the batches of an epoch (of this process)."""
        ...

    def __iter__(self) -> Iterator[list[int]]:
        """Yield the batches of the chosen epoch, from its beginning."""
        ...


class Batches(NamedTuple):
    """A split made ready for a loader: ``collate(dataset.__getitems__(numbers))`` is one batch."""

    dataset: Any
    """A map-style data set; it may offer ``__getitems__`` to read a whole batch at once."""
    sampler: BatchSampler
    collate: Callable[[list[Any]], Any]


Record = Mapping[str, Any]
"""What a model said of one item: plain JSON values, small."""


@runtime_checkable
class Task(Protocol):
    """Data for a split, an Objective, and the measures of a checkpoint; it owns its batch type.

    A measure is computed from the records of *all* items by their keys, never as a mean of batch means, so it is
    exact under any batch size and any number of processes.
    """

    name: str
    headline: str
    """The measure that chooses the best checkpoint."""
    higher_is_better: bool
    """The headline's direction."""

    def objective(self) -> Objective:
        """Build the model and its losses under torch's current random state."""
        ...

    def batches(self, split: str, *, size: int, seed: int | None = None, rank: int = 0, world: int = 1) -> Batches:
        """Give ``split`` in batches of ``size`` items: shuffled by ``seed``, or once each in order without one."""
        ...

    def predict(self, objective: Any, batch: Any) -> Mapping[str, Record]:
        """Run the model on a batch (in eval mode, without gradients): one record an item, by the item's key."""
        ...

    def measures(self, records: Mapping[str, Record], split: str) -> Mapping[str, float]:
        """Judge the records of a whole split."""
        ...
