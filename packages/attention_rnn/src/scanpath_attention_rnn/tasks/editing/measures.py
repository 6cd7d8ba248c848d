"""What a split's records say of an editor."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from scanpath.types import Record
from scanpath_attention_rnn.tasks.editing.attributes import ATTRIBUTES

CYCLE, OUTSIDE, MEAN_ERROR = "l1/cycle", "l1/outside", "error/mean"
ROUGH = "roughness"
OF_HAIR = {
    "variation/inside": ("variation_inside", 100),
    "variation/outside": ("variation_outside", 100),
    "mask/inside": ("mask_inside", 100),
    "mask/outside": ("mask_outside", 100),
    "l1/outside_hair": ("outside_hair", 1),
}
"""Measures of edits of the hair where its true region is known, and how many times they are the mean of what."""
BY_PICTURE = ("error/", "kept/", "judge/", CYCLE)
"""Beginnings of measures that are the mean over pictures of what each has."""


def measure_names(judged: Iterable[str], *, hair: bool) -> list[str]:
    """Name what can be measured.

    ``error/ATTRIBUTE``: in percent, how many edits are not seen as the target, and ``error/mean`` over the attributes.
    ``kept/ATTRIBUTE``: how many of its edits leave what is seen of all others, and ``kept/mean``. ``judge/ATTRIBUTE``:
    of how many pictures as they are the judge sees the value that they have. ``l1/cycle``: pixels of pictures encoded
    and reconstructed; ``l1/outside``: of edits, weighted by what the mask leaves, both in percent of a pixel's range.
    ``variation/ATTRIBUTE``: the mean difference of neighbours in its masks, and ``mask/ATTRIBUTE``
    their means, in percent of a mask's range. ``roughness/ATTRIBUTE``: the variation in percent of how far the values
    of a mask lie apart, their standard deviation, so that a mask that is faint everywhere is not smooth for it.

    Args:
        judged: attributes that have judges.
        hair: whether the hair's true region is known.
    """
    seen = [name for name in ATTRIBUTES if name in set(judged)]
    errors = [*(f"error/{name}" for name in seen), MEAN_ERROR] if seen else []
    kept = [*(f"kept/{name}" for name in ATTRIBUTES if set(seen) - {name}), "kept/mean"] if len(seen) > 1 else []
    judges = [f"judge/{name}" for name in seen]
    outside = [OUTSIDE, *(f"{OUTSIDE}/{name}" for name in ATTRIBUTES)]
    of_masks = [f"{of}/{name}" for of in ("variation", ROUGH, "mask") for name in ATTRIBUTES]
    return [*errors, *kept, *judges, CYCLE, *outside, *of_masks, *((f"{ROUGH}/inside", *OF_HAIR) if hair else ())]


def measure(records: Mapping[str, Record], judged: Sequence[str], *, hair: bool) -> dict[str, float]:
    """Compute what :func:`measure_names` names."""
    found: dict[str, float] = {CYCLE: _mean(record["cycle"] for record in records.values())}
    for place, name in enumerate(ATTRIBUTES):
        edits = [*_edits(records, name)]
        if name in judged:
            right = (record["seen"][name] == record["values"][place] for record in records.values())
            found[f"judge/{name}"] = 100 * _mean(right)
            found[f"error/{name}"] = 100 * _mean(edit["seen"][name] != edit["target"] for _, edit in edits)
        others = [other for other in judged if other != name]
        if len(judged) > 1 and others:
            found[f"kept/{name}"] = 100 * _mean(
                all(edit["seen"][other] == record["seen"][other] for other in others) for record, edit in edits
            )
        found[f"{OUTSIDE}/{name}"] = _mean(edit["outside"] for _, edit in edits)
        found[f"variation/{name}"] = 100 * _mean(edit["variation"] for _, edit in edits)
        found[f"{ROUGH}/{name}"] = _roughness(edits, "variation")
        found[f"mask/{name}"] = 100 * _mean(edit["mean"] for _, edit in edits)
    for part in ("error", "kept", OUTSIDE):
        of_part = [value for name, value in found.items() if name.startswith(f"{part}/")]
        if of_part:
            found[part if part == OUTSIDE else f"{part}/mean"] = statistics.fmean(of_part)
    if hair:
        edits = [*_edits(records, "hair")]
        found[f"{ROUGH}/inside"] = _roughness(edits, "variation_inside")
        for name, (key, factor) in OF_HAIR.items():
            found[name] = factor * _mean(edit[key] for _, edit in edits)
    return {name: found[name] for name in measure_names(judged, hair=hair)}


def items(records: Mapping[str, Record], name: str) -> dict[str, float] | None:
    """Give what each picture has of a measure, by key: its mean is the measure; None where that is not so."""
    if not name.startswith(BY_PICTURE):
        return None
    return {key: measure({key: record}, [*record["seen"]], hair=False)[name] for key, record in records.items()}


def _roughness(edits: Sequence[tuple[Record, Mapping[str, Any]]], key: str) -> float:
    """Give the mean variation in percent of the mean spread, over the edits whose variation is known."""
    known = [edit for _, edit in edits if edit[key] is not None]
    spread = _mean(edit["spread"] for edit in known)
    return 100 * _mean(edit[key] for edit in known) / spread if spread > 0 else float("nan")


def _edits(records: Mapping[str, Record], attribute: str) -> Iterator[tuple[Record, Mapping[str, Any]]]:
    for record in records.values():
        for edit in record["edits"]:
            if edit["attribute"] == attribute:
                yield record, edit


def _mean(values: Iterable[float | None]) -> float:
    """Return the mean of what is known."""
    known = [float(value) for value in values if value is not None]
    return statistics.fmean(known) if known else float("nan")
