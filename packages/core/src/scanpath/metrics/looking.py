"""Whether a model looks where it should: mass on the object, pointing game, entropy, attended area.

Maps are ``(B, M, *S)`` over a grid or over boxes. ``cover (B, *S)`` is the share of each region that the object
covers, in [0, 1]: of a grid's cell from a mask (:func:`grid_cover`), of a box from its part inside the mask
(:func:`box_cover`). Every function gives one number a map, ``(B, M)``. A map without any weight (a hard choice of
nothing) has mass 0, entropy 0 and area 0. Where pictures have different numbers of boxes a ``mask (B, *S)``, True where
a region is real, keeps what only fills the batch from being counted as a region; without one all regions are real.

Source: attention correctness, Liu et al. 2017, "Attention Correctness in Neural Image Captioning"; pointing game,
Zhang et al. 2016, here a hit when the region of largest weight touches the object; for a network of several layers,
the product of their maps at a common size as in Attention RNN (the paper says up-sampled, not how: bilinear here).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.errors import ShapeError


def normalise_maps(maps: Tensor) -> Tensor:
    """Scale each map (B, M, *S) to sum 1 over its regions, in fp32; an empty one stays zero."""
    flat = maps.float().flatten(2)  # (B, M, K)
    total = flat.sum(-1, keepdim=True)
    return torch.where(total > 0, flat / total.clamp_min(torch.finfo(torch.float32).tiny), 0).view(maps.shape)


def _overlaps(cells: int, pixels: int, device: torch.device) -> Tensor:
    """Give the share of each cell that each pixel fills; in whole numbers, so that what only touches has exactly 0."""
    edges = torch.arange(cells + 1, device=device) * pixels  # in units of 1 / (cells * pixels)
    starts = torch.arange(pixels, device=device) * cells
    inside = torch.minimum(edges[1:, None], starts + cells) - torch.maximum(edges[:-1, None], starts)
    return (inside.clamp_min(0).double() / pixels).float()  # (cells, pixels), rows sum to 1


def grid_cover(masks: Tensor, size: tuple[int, int]) -> Tensor:
    """Average masks (B, H, W) over the cells of a grid: exact areas, also where pixels do not divide evenly.

    Returns:
        (B, h, w) for ``size = (h, w)``.
    """
    rows = _overlaps(size[0], masks.shape[-2], masks.device)  # (h, H)
    columns = _overlaps(size[1], masks.shape[-1], masks.device)  # (w, W)
    return rows @ masks.float() @ columns.T


def box_cover(masks: Tensor, boxes: Tensor) -> Tensor:
    """Give the share of each box's area that lies inside the mask.

    Args:
        masks: (B, H, W).
        boxes: (B, K, 4), x1, y1, x2, y2 in [0, 1].

    Returns:
        (B, K); 0 for a box without area.
    """
    height, width = masks.shape[-2:]
    integral = F.pad(masks.double().cumsum(-2).cumsum(-1), (1, 0, 1, 0))  # (B, H + 1, W + 1)
    x1, y1, x2, y2 = (boxes.double() * boxes.new_tensor([width, height, width, height])).unbind(-1)  # (B, K) each
    inside = _at(integral, x2, y2) - _at(integral, x1, y2) - _at(integral, x2, y1) + _at(integral, x1, y1)
    area = (x2 - x1) * (y2 - y1)
    return torch.where(area > 0, inside / area.clamp_min(torch.finfo(torch.float32).tiny), 0).float()


def _at(integral: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Read integral images (B, H + 1, W + 1) at points (B, K); between pixels they are bilinear, so this is exact."""
    rows, columns = integral.shape[-2:]
    left, top = x.floor().clamp(0, columns - 2).long(), y.floor().clamp(0, rows - 2).long()
    right_share, lower_share = x.clamp(0, columns - 1) - left, y.clamp(0, rows - 1) - top
    batch = torch.arange(len(integral), device=integral.device)[:, None]
    upper = integral[batch, top, left] * (1 - right_share) + integral[batch, top, left + 1] * right_share
    lower = integral[batch, top + 1, left] * (1 - right_share) + integral[batch, top + 1, left + 1] * right_share
    return upper * (1 - lower_share) + lower * lower_share


def _flat(maps: Tensor, cover: Tensor) -> tuple[Tensor, Tensor]:
    if maps.shape[:1] + maps.shape[2:] != cover.shape:
        raise ShapeError(
            f"maps {tuple(maps.shape)} with cover {tuple(cover.shape)}: expected (B, M, *S) and (B, *S); make the "
            "cover with grid_cover or box_cover."
        )
    return normalise_maps(maps).flatten(2), cover.float().flatten(1)[:, None]  # (B, M, K), (B, 1, K)


def mass_on_object(maps: Tensor, cover: Tensor) -> Tensor:
    """Give the share of each map's weight on the object (attention correctness), (B, M) in [0, 1]."""
    weights, share = _flat(maps, cover)
    return (weights * share).sum(-1)


def chance_mass(cover: Tensor, mask: Tensor | None = None) -> Tensor:
    """Give the mass that a uniform map over the real regions has on the object: its area, for a grid. (B,)."""
    flat = cover.float().flatten(1)
    if mask is None:
        return flat.mean(-1)
    real = mask.flatten(1)
    return torch.where(real, flat, 0).sum(-1) / real.sum(-1).clamp_min(1)


def pointing_game(maps: Tensor, cover: Tensor, ties: Tensor | None = None) -> Tensor:
    """Tell whether the region of largest weight touches the object: 0 or 1, (B, M).

    Args:
        maps: (B, M, *S).
        cover: (B, *S).
        ties: (B, *S), which of equals points: the one of largest value, such as a hard choice's presence. Without it,
            and where it ties too, the first.
    """
    weights, share = _flat(maps, cover)
    if ties is None:
        best = weights.argmax(-1, keepdim=True)  # (B, M, 1)
    else:
        largest = weights == weights.amax(-1, keepdim=True)  # (B, M, K)
        best = torch.where(largest, ties.float().flatten(1)[:, None], -torch.inf).argmax(-1, keepdim=True)
    hit = share.expand_as(weights).gather(-1, best).squeeze(-1) > 0
    return (hit & (weights.sum(-1) > 0)).float()


def chance_pointing(cover: Tensor, mask: Tensor | None = None) -> Tensor:
    """Give the share of the real regions that touch the object, (B,): what pointing at random hits."""
    return chance_mass((cover > 0).float(), mask)


def entropy(maps: Tensor, mask: Tensor | None = None, *, normalised: bool = False) -> Tensor:
    """Give each map's entropy, (B, M), in nats or as a share of the largest possible, log of the real regions' number.

    Over one region, where every map is the same, both are 0.
    """
    weights = normalise_maps(maps).flatten(2)
    nats: Tensor = torch.special.entr(weights).sum(-1)
    if not normalised:
        return nats
    most = _counts(weights, mask).log()
    return torch.where(most > 0, nats / most.clamp_min(torch.finfo(torch.float32).tiny), 0)


def attended_area(maps: Tensor, share: float = 0.9, mask: Tensor | None = None) -> Tensor:
    """Give the smallest share of the real regions that together hold ``share`` of the weight, (B, M).

    Of a hard map, whose weights are alike, ``share=1`` gives what it keeps; 0.9 would leave out a tenth at random.
    """
    weights = normalise_maps(maps).flatten(2).sort(-1, descending=True).values
    before = weights.cumsum(-1) - weights  # what the larger ones hold already
    return ((before < share - 1e-6) & (weights > 0)).sum(-1) / _counts(weights, mask)


def _counts(weights: Tensor, mask: Tensor | None) -> Tensor:
    """Count the real regions of each row of weights (B, M, K), at least 1: (B, 1)."""
    if mask is None:
        return weights.new_full((len(weights), 1), max(1, weights.shape[-1]))
    return mask.flatten(1).sum(-1, keepdim=True).clamp_min(1).to(weights.dtype)


def ranked(weights: Tensor, *ties: Tensor) -> Tensor:
    """Number the regions of each row from the largest weight down.

    Args:
        weights: (B, K).
        ties: (B, K) each: equals stand in the order of the first of these that tells them apart.

    Returns:
        (B, K), indices; what nothing tells apart stands in its own order.
    """
    order = torch.arange(weights.shape[1], device=weights.device).expand_as(weights)
    for key in reversed((weights, *ties)):  # each sort keeps the order of the one before among its equals
        order = order.gather(1, key.gather(1, order).sort(dim=1, descending=True, stable=True).indices)
    return order


def product_of_layers(layers: Sequence[Tensor]) -> Tensor:
    """Multiply the maps of several layers at the largest layer's size.

    Args:
        layers: each (B, M_l, H_l, W_l), not negative, not necessarily normalised.

    Returns:
        (B, 1, H, W), sum 1.
    """
    return normalise_maps(torch.cat(at_one_size([layer.float() for layer in layers]), 1).prod(1, keepdim=True))


def at_one_size(layers: Sequence[Tensor]) -> list[Tensor]:
    """Bring maps (B, M_l, H_l, W_l) to the largest one's size, bilinearly; maps over boxes have one already."""
    size = max((layer.shape[2:] for layer in layers), key=lambda shape: shape.numel())
    return [
        layer
        if layer.shape[2:] == size
        else F.interpolate(layer, size=list(size), mode="bilinear", align_corners=False)
        for layer in layers
    ]


def attention_correctness(
    maps: Tensor | Sequence[Tensor], masks: Tensor, *, region: Literal["mask", "box"] = "mask"
) -> Tensor:
    """Give the weight that lies on the pixels of the object when each map is scaled to sum 1 over the picture.

    Source: Liu et al. 2017, "Attention Correctness in Neural Image Captioning"; of several layers the product of their
    maps, as in Attention RNN. A map is spread evenly over each of its cells; one that is even everywhere has the share
    of the picture that the object covers.

    Args:
        maps: (B, M, h, w), not negative; or one such tensor a layer, of any sizes, which count as one map together.
        masks: (B, H, W), other than 0 where the object is.
        region: the object's pixels, or the smallest upright box around them; Attention RNN does not say which.

    Returns:
        (B, M), or (B, 1) for layers, in [0, 1]; 0 for a map without weight or a mask without object.
    """
    looked = maps if isinstance(maps, Tensor) else product_of_layers(maps)
    inside = masks != 0
    if region == "box":
        inside = _filled(inside, -1) & _filled(inside, -2)
    return mass_on_object(looked, grid_cover(inside, (looked.shape[-2], looked.shape[-1])))


def _filled(inside: Tensor, axis: int) -> Tensor:
    """Mark the columns (axis -1) or rows (-2) of (B, H, W) from the first to the last that holds an object."""
    found = inside.any(-3 - axis, keepdim=True).long()  # (B, 1, W) or (B, H, 1)
    return (found.cummax(axis).values & found.flip(axis).cummax(axis).values.flip(axis)).bool()
