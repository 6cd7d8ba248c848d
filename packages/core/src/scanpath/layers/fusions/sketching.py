r"""Compact bilinear pooling: a sketch of the outer product of two vectors, without the outer product.

A count sketch throws each number of a vector into one of d buckets, with a random sign::

    psi(x)_k = sum of s_i x_i over all i with h_i = k

and the count sketch of an outer product is the circular convolution of two count sketches::

    phi(x, q) = psi_x(x) * psi_q(q) = irfft(rfft(psi_x(x)) rfft(psi_q(q)))

Source: Pham and Pagh (2013); Fukui et al. (2016), MCB. After it come the signed square root, as in
https://github.com/ahmedmagdiosman/compress-vqa, and the L2 norm, as in
https://github.com/gy20073/compact_bilinear_pooling: z = sign(phi) sqrt(|phi| + 1e-12), y = z / sqrt(sum z^2 + 1e-7); at
phi = 0 both z and its gradient are 0.

Why a backward pass of our own: d is 16,000, eight times the width of a region, and autograd would keep some eight
maps of that width. Here the result alone is kept. The query is sketched and transformed once a sample, however many
regions there are; the backward pass sketches the regions again, a few samples at a time, so that what lies between
stays in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

Norm = Literal["sample", "location"]
"""What has length 1 afterwards: all regions of a sample together, or each region's vector."""

ROOT_EPS, NORM_EPS = 1e-12, 1e-7
ROWS = {"cpu": 256, "cuda": 2048}
"""Regions that are worked on at one time."""


class Sketch(NamedTuple):
    """The draw of a count sketch."""

    buckets: Tensor
    """h, (D,) int64 in [0, d)."""
    signs: Tensor
    """s, (D,), -1 or 1."""


def count_sketch(x: Tensor, sketch: Sketch, width: int) -> Tensor:
    """Throw (..., D) into ``width`` buckets: (..., d)."""
    signed = (x * sketch.signs).reshape(-1, x.shape[-1])  # (N, D)
    throw = _by_bucket if x.is_cuda else _by_row
    return throw(signed, sketch.buckets, width).reshape(*x.shape[:-1], width)


def _by_row(signed: Tensor, buckets: Tensor, width: int) -> Tensor:
    return signed.new_zeros(len(signed), width).index_add_(1, buckets, signed)  # (N, d)


def _by_bucket(signed: Tensor, buckets: Tensor, width: int) -> Tensor:
    """Do the same by indexing, which on a GPU adds in a fixed order; ``index_add_`` does not."""
    return signed.new_zeros(width, len(signed)).index_put_((buckets,), signed.t(), accumulate=True).t()  # (N, d)


def _unsketch(buckets: Tensor, sketch: Sketch) -> Tensor:
    """Take each number from its bucket, the transpose of :func:`count_sketch`: (..., d) -> (..., D)."""
    return buckets.index_select(-1, sketch.buckets).mul_(sketch.signs)


def signed_root(phi: Tensor) -> Tensor:
    """Return sign(phi) sqrt(|phi| + 1e-12), exactly 0 at 0."""
    return phi.abs().add_(ROOT_EPS).sqrt_().mul_(phi.sign())


def _over(norm: Norm) -> tuple[int, ...]:
    return (1, 2) if norm == "sample" else (2,)


def compact_bilinear(
    x: Tensor, query: Tensor, of_x: Sketch, of_query: Sketch, width: int, norm: Norm | None = "sample"
) -> Tensor:
    """Sketch the outer product of every region with its sample's query.

    Args:
        x: Regions (B, L, D), fp32 or wider.
        query: (B, Q), of the same type.
        of_x: Sketch of the regions.
        of_query: Sketch of the query.
        width: d.
        norm: What the signed root is normalised over; None returns phi itself.

    Returns:
        (B, L, d).
    """
    result: Tensor = _CompactBilinear.apply(x, query, *of_x, *of_query, width, norm)
    return result


class _CompactBilinear(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        query: Tensor,
        x_buckets: Tensor,
        x_signs: Tensor,
        query_buckets: Tensor,
        query_signs: Tensor,
        width: int,
        norm: Norm | None,
    ) -> Tensor:
        of_x, of_query = Sketch(x_buckets, x_signs), Sketch(query_buckets, query_signs)
        asked = torch.fft.rfft(count_sketch(query, of_query, width)).unsqueeze(1)  # (B, 1, d / 2 + 1)
        out = x.new_empty(*x.shape[:2], width)  # (B, L, d)
        lengths = x.new_ones(len(x), x.shape[1] if norm == "location" else 1, 1)
        for rows in _chunks(x):
            product = torch.fft.rfft(count_sketch(x[rows], of_x, width)).mul_(asked[rows])  # (b, L, d / 2 + 1)
            phi = torch.fft.irfft(product, n=width)  # (b, L, d)
            if norm is None:
                out[rows] = phi
                continue
            root = signed_root(phi)
            lengths[rows] = root.square().sum(_over(norm), keepdim=True).add_(NORM_EPS).sqrt_()
            torch.div(root, lengths[rows], out=out[rows])
        ctx.save_for_backward(x, asked, *of_x, *of_query, *((out, lengths) if norm else ()))
        ctx.norm = norm
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, pull: Tensor) -> tuple[Tensor | None, ...]:
        x, asked, x_buckets, x_signs, query_buckets, query_signs, *rest = ctx.saved_tensors
        of_x, of_query = Sketch(x_buckets, x_signs), Sketch(query_buckets, query_signs)
        width = pull.shape[-1]
        to_x = torch.empty_like(x) if ctx.needs_input_grad[0] else None
        to_asked = torch.empty_like(asked) if ctx.needs_input_grad[1] else None
        for rows in _chunks(x):
            back = pull[rows]
            if rest:
                out, lengths = rest
                back = _through_norm(back, out[rows], lengths[rows], ctx.norm)
            back = torch.fft.rfft(back)  # (b, L, d / 2 + 1); what follows are correlations
            if to_asked is not None:
                seen = torch.fft.rfft(count_sketch(x[rows], of_x, width))
                to_asked[rows] = seen.conj().mul(back).sum(1, keepdim=True)
            if to_x is not None:
                to_x[rows] = _unsketch(torch.fft.irfft(back.mul_(asked[rows].conj()), n=width), of_x)
        to_query = None
        if to_asked is not None:
            to_query = _unsketch(torch.fft.irfft(to_asked.squeeze(1), n=width), of_query)
        return to_x, to_query, None, None, None, None, None, None


def _through_norm(pull: Tensor, out: Tensor, length: Tensor, norm: Norm) -> Tensor:
    """Take a gradient back through y = z / n and z = sign(phi) sqrt(|phi|), given y and n alone.

    dz = (dy - y <y, dy>) / n; dphi = dz / (2 |z|) with |z| = |y| n, and 0 where phi was.
    """
    along = (out * pull).sum(_over(norm), keepdim=True)
    to_root = pull.addcmul(out, along, value=-1)
    slope = out.abs().mul_(length.square().mul_(2)).reciprocal_()  # 1 / (2 |z| n), inf at 0
    return to_root.mul_(slope.masked_fill_(out == 0, 0.0))


def _chunks(x: Tensor) -> Iterator[slice]:
    """Cut B samples of L regions into runs of about ``ROWS`` regions, a whole sample at least."""
    size = max(1, ROWS.get(x.device.type, ROWS["cuda"]) // max(1, x.shape[1]))
    return (slice(start, start + size) for start in range(0, len(x), size))
