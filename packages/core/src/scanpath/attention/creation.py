"""Mechanisms by name: what is installed, built with its options checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanpath import registry
from scanpath.attention.co_attention import IndependentCoAttention
from scanpath.attention.fused import Fused
from scanpath.attention.soft import SoftAttention
from scanpath.errors import ConfigError
from scanpath.layers.fusion import check_fusion_options, create_fusion
from scanpath.layers.options import build, check, named
from scanpath.types import Attention, CoAttention, Scorer

Fusing = str | Mapping[str, Any]
"""A fusion's name, or a mapping of ``name`` and its options."""

HELD = {
    "bilstm": ("attention",),
    "channel": ("attention",),
    "independent": ("regions", "tokens"),
    "layerwise": ("scorer",),
    "self_attention": ("attention",),
}
"""The core's builders that hold other mechanisms: the options that name those."""


def list_attentions() -> list[str]:
    """List the names that :func:`create_attention` builds: Attentions, and Scorers, which come softmaxed."""
    return sorted({*registry.addresses("attentions"), *registry.addresses("scorers")})


def list_scorers() -> list[str]:
    """List the names that :func:`create_scorer` builds."""
    return sorted(registry.addresses("scorers"))


def list_co_attentions() -> list[str]:
    """List the names that :func:`create_co_attention` builds."""
    return sorted(registry.addresses("co_attentions"))


def create_scorer(
    name: str, *, region_dim: int, query_dim: int | None = None, fused: Fusing | None = None, **options: Any
) -> Scorer:
    """Build a Scorer by name.

    Args:
        name: One of :func:`list_scorers`.
        region_dim: D.
        query_dim: Q; None for a scorer that is called without a query.
        fused: A fusion's name, or ``{"name": .., **options}``: region and question are fused first, and the scorer,
            built without a query, scores the fused map.
        options: What the scorer takes besides.

    Raises:
        UnknownNameError: No installed package brings the name; the sentence says which is near or to be installed.
        ConfigError: An unknown option, or ``fused`` without a query.
    """
    constructor = registry.load("scorers", name)
    if fused is None:
        scorer: Scorer = build(name, constructor, {"region_dim": region_dim, "query_dim": query_dim}, options)
        return scorer
    if query_dim is None:
        raise ConfigError(f"{name!r} fused with a question needs query_dim: give the width of the query.")
    fusing, settings = named(fused, "fused")
    fusion = create_fusion(fusing, input_dim=region_dim, query_dim=query_dim, **settings)
    return Fused(fusion, build(name, constructor, {"region_dim": fusion.output_dim, "query_dim": None}, options))


def create_attention(
    name: str, *, region_dim: int, query_dim: int | None = None, fused: Fusing | None = None, **options: Any
) -> Attention:
    """Build an Attention by name; a Scorer's name comes with a softmax around it.

    Args:
        name: One of :func:`list_attentions`.
        region_dim: D.
        query_dim: Q; None for an attention that is called without a query.
        fused: For a Scorer's name: a fusion in front of it, see :func:`create_scorer`.
        options: What the mechanism takes besides.

    Raises:
        UnknownNameError: No installed package brings the name; the sentence says which is near or to be installed.
        ConfigError: An unknown option, or ``fused`` where the name is no Scorer's.
    """
    constructor = _constructor(name, fused)
    if name in registry.addresses("attentions"):
        attention: Attention = build(name, constructor, {"region_dim": region_dim, "query_dim": query_dim}, options)
        return attention
    scorer = create_scorer(name, region_dim=region_dim, query_dim=query_dim, fused=fused, **options)
    return SoftAttention(scorer, region_dim=region_dim)


def check_attention_options(name: str, options: Mapping[str, Any]) -> None:
    """Check a name and its options as :func:`create_attention` does, building nothing.

    What is registered may hold parts whose names and options are nested in its own. It says how to check those by a
    static method ``check_options(options)``, which is called with all its options and raises what building would.
    """
    own = dict(options)
    fused = own.pop("fused", None)
    constructor = _constructor(name, fused)
    check(name, constructor, ("region_dim", "query_dim"), own)
    if fused is not None:
        check_fusion_options(*named(fused, "fused"))
    _check_nested(name, constructor, own)


def check_scorer_options(name: str, options: Mapping[str, Any]) -> None:
    """Check a name and its options as :func:`create_scorer` does, building nothing."""
    if name not in registry.addresses("scorers"):
        raise registry.unknown("scorers", name)
    check_attention_options(name, options)


def _check_nested(name: str, constructor: Callable[..., Any], options: Mapping[str, Any]) -> None:
    check_options = getattr(constructor, "check_options", None)
    if check_options is not None:
        check_options(options)
    for option in HELD.get(name, ()):
        if option in options:
            held, settings = named(options[option], option)
            (check_scorer_options if option == "scorer" else check_attention_options)(held, settings)


def _constructor(name: str, fused: Fusing | None) -> Callable[..., Any]:
    """Find what builds an Attention, or the Scorer of that name."""
    if name in registry.addresses("attentions"):
        if fused is not None:
            raise ConfigError(f"fused={fused!r} goes with a scorer, and {name!r} is an attention: leave it out.")
        return registry.load("attentions", name)  # type: ignore[no-any-return]  # what is registered can be called
    if name not in registry.addresses("scorers"):
        raise registry.unknown("attentions", name, also=("scorers",))
    return registry.load("scorers", name)  # type: ignore[no-any-return]  # as above


def create_co_attention(
    name: str, *, region_dim: int, token_dim: int, query_dim: int | None = None, **options: Any
) -> CoAttention:
    """Build a CoAttention by name.

    Args:
        name: One of :func:`list_co_attentions`.
        region_dim: D.
        token_dim: E.
        query_dim: Q; None for one that is called without a query.
        options: What the mechanism takes besides.

    Raises:
        UnknownNameError: No installed package brings the name; the sentence says which is near or to be installed.
        ConfigError: An unknown option.
    """
    constructor = registry.load("co_attentions", name)
    given = {"region_dim": region_dim, "token_dim": token_dim, "query_dim": query_dim}
    co_attention: CoAttention = build(name, constructor, given, options)
    return co_attention


def check_co_attention_options(name: str, options: Mapping[str, Any]) -> None:
    """Check a name and its options as :func:`create_co_attention` does, building nothing, nested ones too."""
    constructor = registry.load("co_attentions", name)
    check(name, constructor, ("region_dim", "token_dim", "query_dim"), options)
    _check_nested(name, constructor, options)


def independent(
    *,
    region_dim: int,
    token_dim: int,
    query_dim: int | None = None,
    regions: str | Mapping[str, Any] = "dot",
    tokens: str | Mapping[str, Any] = "dot",
    cross: bool = False,
) -> IndependentCoAttention:
    """Build an :class:`IndependentCoAttention` from two attentions by name.

    Args:
        region_dim: D.
        token_dim: E.
        query_dim: Q; None attends without a query.
        regions: Looks at the regions: a name, or ``{"name": .., **options}``.
        tokens: Looks at the tokens, likewise.
        cross: Whether the image, in place of the query, looks at the tokens.
    """
    name, options = named(regions, "regions")
    over_regions = create_attention(name, region_dim=region_dim, query_dim=query_dim, **options)
    name, options = named(tokens, "tokens")
    asked = region_dim if cross else query_dim
    over_tokens = create_attention(name, region_dim=token_dim, query_dim=asked, **options)
    return IndependentCoAttention(over_regions, over_tokens, cross=cross)
