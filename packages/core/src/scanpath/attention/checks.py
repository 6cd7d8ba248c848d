"""Shapes and options raise, values never do: the checks that every mechanism makes of its call."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError, ShapeError


def check_call(
    module: nn.Module, regions: Tensor, query: Tensor | None, mask: Tensor | None, *, region_dim: int
) -> None:
    """Check the regions and masks of a call against what the module was built for.

    The query is checked where it is used, by :class:`scanpath.attention.query.QueryProjection`.

    Args:
        module: The mechanism, for its name in the error.
        regions: (B, *S, D).
        query: (B, Q) or None.
        mask: (B, *S) bool or None.
        region_dim: D.

    Raises:
        ShapeError: What does not fit, and what would.
    """
    name = type(module).__name__
    shape = tuple(regions.shape)
    if regions.dim() not in (3, 4) or shape[-1] != region_dim:
        raise ShapeError(
            f"{name} got regions {shape}, expected (B, K, {region_dim}) or (B, H, W, {region_dim}), channels last."
        )
    if query is not None and (query.dim() != 2 or query.shape[0] != shape[0]):
        raise ShapeError(f"{name} got a query {tuple(query.shape)}, expected ({shape[0]}, Q): one row a sample.")
    if mask is not None and (mask.dtype != torch.bool or mask.shape != regions.shape[:-1]):
        raise ShapeError(
            f"{name} got a mask {tuple(mask.shape)} of {mask.dtype}, expected {shape[:-1]} of torch.bool, True = real."
        )


def check_tokens(module: nn.Module, tokens: Tensor, mask: Tensor | None, *, batch: int, token_dim: int) -> None:
    """Check the tokens and their mask in a call of a CoAttention.

    Args:
        module: The mechanism, for its name in the error.
        tokens: (B, T, E).
        mask: (B, T) bool or None.
        batch: B, as the regions have it.
        token_dim: E.

    Raises:
        ShapeError: What does not fit, and what would.
    """
    name, shape = type(module).__name__, tuple(tokens.shape)
    if tokens.dim() != 3 or shape[0] != batch or shape[2] != token_dim:
        raise ShapeError(f"{name} got tokens {shape}, expected ({batch}, T, {token_dim}): one row a sample.")
    if mask is not None and (mask.dtype != torch.bool or mask.shape != tokens.shape[:2]):
        raise ShapeError(
            f"{name} got a token mask {tuple(mask.shape)} of {mask.dtype}, expected {shape[:2]} of torch.bool, "
            "True = real."
        )


def check_query(module: nn.Module, query: Tensor | None, query_dim: int | None) -> None:
    """Check that a query is there if and only if the module was built for one, and as wide.

    Raises:
        ShapeError: What was passed, and what the module was built for.
    """
    name = type(module).__name__
    if query_dim is None and query is not None:
        raise ShapeError(
            f"{name} was built with query_dim=None and got a query: build it with query_dim={query.shape[-1]}."
        )
    if query_dim is not None and query is None:
        raise ShapeError(f"{name} was built with query_dim={query_dim} and got no query: pass one (B, {query_dim}).")
    if query is not None and query.shape[-1] != query_dim:
        raise ShapeError(f"{name} got a query {tuple(query.shape)}, expected (B, {query_dim}): it was built for that.")


def check_positive(name: str, **options: int | None) -> None:
    """Check that options of ``name`` which count something are whole numbers from 1 on; None is one that was left out.

    Raises:
        ConfigError: The first that is not; true and false are none either.
    """
    for option, value in options.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise ConfigError(f"{name} got {option}={value!r}, expected a whole number from 1 on.")


def check_odd(name: str, **options: int) -> None:
    """Check that options of ``name`` which are the side of a window around a cell are odd numbers from 1 on.

    Raises:
        ConfigError: The first that is not.
    """
    check_positive(name, **options)
    for option, value in options.items():
        if value % 2 == 0:
            raise ConfigError(f"{name} got {option}={value}, expected an odd number: it centres on a cell.")


def check_choice(name: str, option: str, value: object, known: Sequence[str]) -> None:
    """Check that an option of ``name`` is one of the words ``known``.

    Raises:
        ConfigError: It is not.
    """
    if value not in known:
        raise ConfigError(f"{name} got {option}={value!r}, expected {' or '.join(map(repr, known))}.")


def check_switch(name: str, **options: bool) -> None:
    """Check that options of ``name`` are on or off: any text would count as on.

    Raises:
        ConfigError: The first that is neither true nor false.
    """
    for option, value in options.items():
        if not isinstance(value, bool):
            raise ConfigError(f"{name} got {option}={value!r}, expected true or false.")
