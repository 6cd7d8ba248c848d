"""What the checks work on: a mechanism built small with random parameters, its inputs, and what came out.

All sizes are distinct primes, so that a swapped axis cannot pass.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.types import CoAttended

BATCH, TOKENS, BOXES = 3, 5, 11
GRID = (2, 7)
REGION_DIM, QUERY_DIM, TOKEN_DIM = 13, 17, 19
DRAWS = (0, 1, 2)
"""Seeds of the parameters and inputs where one draw could hide something, such as a dead ReLU."""

Role = Literal["Scorer", "Attention", "CoAttention"]
Shape = Literal["boxes", "grid"]
QueryUse = bool | Literal["ignored"]


class ContractError(AssertionError):
    """A mechanism breaks the contract; the sentence says how, where, and what to do."""


class Inputs(NamedTuple):
    """One call's arguments; ``tokens`` and ``token_mask`` are for a CoAttention only."""

    regions: Tensor
    tokens: Tensor | None
    query: Tensor | None
    region_mask: Tensor | None
    token_mask: Tensor | None

    def rows(self, choose: Callable[[Tensor], Tensor]) -> Inputs:
        """Apply one choice of rows to all that is there."""
        regions, *others = (None if tensor is None else choose(tensor) for tensor in self)
        if regions is None:
            raise TypeError("regions are never None")
        return Inputs(regions, *others)


class Side(NamedTuple):
    """What came out for one side: a Scorer has no context, a CoAttention has two sides."""

    name: Literal["region", "token"]
    context: Tensor | None
    maps: Tensor
    mask: Tensor | None

    def visible(self) -> dict[str, Tensor]:
        """Return what a host may see: the context, all weights, and of a Scorer the scores of real regions."""
        if self.context is not None:
            return {f"{self.name} context": self.context, f"{self.name} weights": self.maps}
        scores = self.maps if self.mask is None else torch.where(self.mask.unsqueeze(1), self.maps, 0)
        return {"scores": scores}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A mechanism under test, at one shape of its regions."""

    factory: Callable[..., nn.Module]
    role: Role
    axes: tuple[int, ...] = (BOXES,)
    tokens: int = TOKENS
    query: QueryUse = True
    positions: bool = False
    zero_gradients: tuple[str, ...] = ()
    tolerance: float = 1e-4
    backend: str | None = "aot_eager"
    device: str = "cpu"
    shapes: tuple[Shape, ...] = ("boxes", "grid")

    @property
    def name(self) -> str:
        """The name that a sentence calls the mechanism by."""
        factory: Any = self.factory
        given = ""
        while isinstance(factory, functools.partial):
            given = f"({', '.join(map(repr, factory.args))})" if factory.args else given
            factory = factory.func
        return str(getattr(factory, "__name__", type(factory).__name__)) + given

    @property
    def place(self) -> str:
        """The words for the regions' shape."""
        return f"{self.axes[0]} boxes" if len(self.axes) == 1 else f"a grid of {self.axes[0]} x {self.axes[1]}"

    def fault(self, what: str, remedy: str) -> ContractError:
        """Build the error for this mechanism."""
        return ContractError(f"{self.role} {self.name} on {self.place}: {what}; {remedy}.")

    def resized(self, *, axes: tuple[int, ...] | None = None, tokens: int | None = None) -> Subject:
        """Return the same mechanism at another number of regions or tokens."""
        return replace(self, axes=axes or self.axes, tokens=tokens or self.tokens)

    def build(self, seed: int = 0, *, scale: float = 1.0) -> nn.Module:
        """Build the mechanism in eval mode; its parameters are drawn at random, so that a zero init hides nothing."""
        keywords: dict[str, Any] = {
            "region_dim": REGION_DIM,
            "query_dim": None if self.query is False else QUERY_DIM,
        }
        if self.role == "CoAttention":
            keywords["token_dim"] = TOKEN_DIM
        if self.positions:
            count = math.prod(self.axes)
            keywords["positions"] = (count, self.tokens) if self.role == "CoAttention" else count
        with (
            seeded(seed),
            self.attempt(
                "cannot be built", f"take the keywords {', '.join(keywords)}, or bind the other ones with a partial"
            ),
        ):
            module = self.factory(**keywords)
        if not isinstance(module, nn.Module):
            raise self.fault(f"the factory returns a {type(module).__name__}", "return an nn.Module")
        randomise(module, seed, scale=scale)
        return module.to(self.device).eval()

    def inputs(self, seed: int = 0, *, batch: int = BATCH, masked: bool = False, scale: float = 1.0) -> Inputs:
        """Draw a batch; a grid comes as the view that a convolution's output gives, so it is not contiguous."""
        source = torch.Generator().manual_seed(1000 + seed)

        def draw(*shape: int) -> Tensor:
            return (torch.randn(shape, generator=source) * scale).to(self.device)

        regions = draw(batch, REGION_DIM, *self.axes).movedim(1, -1)
        tokens = draw(batch, self.tokens, TOKEN_DIM) if self.role == "CoAttention" else None
        query = draw(batch, QUERY_DIM) if self.query else None
        if not masked:
            return Inputs(regions, tokens, query, None, None)
        region_mask = draw_mask(batch, self.axes, source).to(self.device)
        token_mask = None if tokens is None else draw_mask(batch, (self.tokens,), source).to(self.device)
        return Inputs(regions, tokens, query, region_mask, token_mask)

    def run(self, module: Any, inputs: Inputs, situation: str, remedy: str) -> tuple[Side, ...]:
        """Call the mechanism; a crash becomes a fault that names the ``situation``."""
        with self.attempt(f"crashes {situation}", remedy):
            return self.call(module, inputs)

    def call(self, module: Any, inputs: Inputs) -> tuple[Side, ...]:
        """Call the mechanism as its role is called and sort what comes out by side."""
        regions, tokens, query, region_mask, token_mask = inputs
        if self.role == "CoAttention":
            out: CoAttended = module(regions, tokens, query, region_mask, token_mask)
            return (
                Side("region", out.regions.context, out.regions.weights, region_mask),
                Side("token", out.tokens.context, out.tokens.weights, token_mask),
            )
        result = module(regions, query, region_mask)
        if self.role == "Scorer":
            return (Side("region", None, result, region_mask),)
        return (Side("region", result.context, result.weights, region_mask),)

    @contextlib.contextmanager
    def attempt(self, what: str, remedy: str) -> Iterator[None]:
        """Turn whatever the mechanism raises into a fault that keeps the first line of its reason."""
        try:
            yield
        except ContractError:
            raise
        except Exception as error:  # the mechanism is foreign code: whatever it raises is the finding
            reason = next(iter(str(error).strip().splitlines()), "").rstrip(".")
            raise self.fault(f"{what} ({type(error).__name__}: {reason[:200]})", remedy) from error


def visible(sides: tuple[Side, ...]) -> dict[str, Tensor]:
    """Collect what a host may see of all sides, by name."""
    return {name: tensor for side in sides for name, tensor in side.visible().items()}


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Run under a seed of torch's own and leave the caller's random state as it was."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield


def randomise(module: nn.Module, seed: int, *, scale: float = 1.0) -> None:
    """Draw every parameter from a normal distribution that keeps a layer's output near the size of its input."""
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            fan_in = parameter.numel() // len(parameter) if parameter.dim() > 1 else 1
            draw = torch.randn(parameter.shape, generator=source) * scale / math.sqrt(fan_in)
            parameter.copy_(draw)


def draw_mask(batch: int, axes: tuple[int, ...], source: torch.Generator) -> Tensor:
    """Draw a mask (B, *axes) with at least one real and, if there is room, one masked cell in every row."""
    count = math.prod(axes)
    mask = torch.rand(batch, count, generator=source) > 0.4
    rows = torch.arange(batch)
    mask[rows, (rows + 1) % count] = False
    mask[rows, rows % count] = True
    return mask.view(batch, *axes)


def subjects(*, boxes: bool, grid: bool, **options: Any) -> list[Subject]:
    """Return the mechanism at each shape of regions that it takes."""
    places: dict[Shape, tuple[int, ...]] = {"boxes": (BOXES,), "grid": GRID}
    shapes = tuple(shape for shape in places if {"boxes": boxes, "grid": grid}[shape])
    if not shapes:
        raise ConfigError("boxes=False and grid=False leave nothing to check: a mechanism takes one of them.")
    return [Subject(axes=places[shape], shapes=shapes, **options) for shape in shapes]
