"""The three checks of a mechanism: which rules each kind must obey, at each shape of regions that it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import nn

from scanpath.testing import gradients, masks, prepared, rows, shapes, tools, weights
from scanpath.testing.subject import QueryUse, Role, Subject, subjects

Check = Callable[[Subject], None]

FIRST: tuple[Check, ...] = (shapes.signature, shapes.facts, shapes.results)
LAST: tuple[Check, ...] = (
    shapes.inputs_untouched,
    rows.repeatable,
    shapes.wrong_shapes_raise,
    shapes.other_shape_refused,
    rows.one_sample,
    rows.one_region,
    rows.rows_independent,
    prepared.in_two_steps,
    masks.no_mask_is_all_true,
    masks.hidden_values,
    masks.hidden_gradients,
    masks.all_masked_row,
    masks.appended,
    gradients.to_parameters,
    gradients.to_inputs,
    gradients.query_matters,
    tools.deep_copy,
    tools.state_dict,
    tools.autocast,
    tools.compiled,
)
CHECKS: dict[Role, tuple[Check, ...]] = {
    "Scorer": (*FIRST, weights.scores_are_not_normalised, *LAST),
    "Attention": (*FIRST, weights.of_their_kind, weights.zero_behind_the_mask, *LAST),
    "CoAttention": (*FIRST, weights.of_their_kind, weights.zero_behind_the_mask, *LAST),
}


def check_scorer(
    factory: Callable[..., nn.Module],
    *,
    boxes: bool = True,
    grid: bool = True,
    query: QueryUse = True,
    positions: bool = False,
    zero_gradients: Sequence[str] = (),
    tolerance: float = 1e-4,
    backend: str | None = "aot_eager",
    device: str = "cpu",
) -> None:
    """Check that a Scorer obeys the contract.

    Args:
        factory: A class or a partial; called with ``region_dim`` and ``query_dim``.
        boxes: Whether it takes boxes (B, K, D); if not, it must refuse them with a ScanpathError.
        grid: Whether it takes a grid (B, H, W, D); if not, it must refuse one with a ScanpathError.
        query: True if it uses a query, ``"ignored"`` if it accepts one and looks the same for every query, False to
            build it with ``query_dim=None`` and call it without one.
        positions: Whether parameters are bound to positions; the factory is then called with ``positions`` too, K (of
            a CoAttention (K, T)), and boxes are not appended.
        zero_gradients: Names of parameters (``*`` matches anything) whose gradient is zero by construction, such as a
            bias that moves all scores of a softmax alike.
        tolerance: Largest difference, absolute and relative, that counts as equal.
        backend: Of ``torch.compile``; ``"inductor"`` compiles for real and takes longer, None leaves compiling out,
            which is most of a check's seconds.
        device: Where to run.

    Raises:
        ContractError: On the first rule broken, in one sentence.
    """
    _check(
        "Scorer", factory, boxes=boxes, grid=grid, query=query, positions=positions, zero_gradients=zero_gradients,
        tolerance=tolerance, backend=backend, device=device,
    )  # fmt: skip


def check_attention(
    factory: Callable[..., nn.Module],
    *,
    boxes: bool = True,
    grid: bool = True,
    query: QueryUse = True,
    positions: bool = False,
    zero_gradients: Sequence[str] = (),
    tolerance: float = 1e-4,
    backend: str | None = "aot_eager",
    device: str = "cpu",
) -> None:
    """Check that an Attention obeys the contract; the arguments are those of :func:`check_scorer`.

    Raises:
        ContractError: On the first rule broken, in one sentence.
    """
    _check(
        "Attention", factory, boxes=boxes, grid=grid, query=query, positions=positions, zero_gradients=zero_gradients,
        tolerance=tolerance, backend=backend, device=device,
    )  # fmt: skip


def check_co_attention(
    factory: Callable[..., nn.Module],
    *,
    boxes: bool = True,
    grid: bool = True,
    query: QueryUse = False,
    positions: bool = False,
    zero_gradients: Sequence[str] = (),
    tolerance: float = 1e-4,
    backend: str | None = "aot_eager",
    device: str = "cpu",
) -> None:
    """Check that a CoAttention obeys the contract on both sides, each mask on its own.

    The arguments are those of :func:`check_scorer`; the factory is called with ``token_dim`` too.

    Raises:
        ContractError: On the first rule broken, in one sentence.
    """
    _check(
        "CoAttention", factory, boxes=boxes, grid=grid, query=query, positions=positions,
        zero_gradients=zero_gradients, tolerance=tolerance, backend=backend, device=device,
    )  # fmt: skip


def _check(
    role: Role,
    factory: Callable[..., nn.Module],
    *,
    boxes: bool,
    grid: bool,
    query: QueryUse,
    positions: bool,
    zero_gradients: Sequence[str],
    tolerance: float,
    backend: str | None,
    device: str,
) -> None:
    for subject in subjects(
        boxes=boxes, grid=grid, role=role, factory=factory, query=query, positions=positions,
        zero_gradients=tuple(zero_gradients), tolerance=tolerance, backend=backend, device=device,
    ):  # fmt: skip
        for check in CHECKS[role]:
            check(subject)
