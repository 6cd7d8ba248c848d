"""The equations once more as plain loops over samples, layers and positions: slow, clear, used by tests only.

Positions are flat, (B, K, D), masks (B, K) or None. z is written out at each position, as the paper has it.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Layer(NamedTuple):
    """One layer's W_v (m, D), W_h (m, H) with its bias b (m,), W_z (m, n) or None, and W_u (m,)."""

    w_v: Tensor
    w_h: Tensor
    b: Tensor
    w_z: Tensor | None
    w_u: Tensor


class Kernel(NamedTuple):
    """Sec. 3.3's W_z as a convolution: its kernel of s, or of z^(0), (m, n', k, k), the part of a (m, D), the grid."""

    cells: Tensor
    content: Tensor | None
    height: int
    width: int


def real(mask: Tensor | None, row: int, count: int) -> list[int]:
    """List the real positions of a sample."""
    return [i for i in range(count) if mask is None or bool(mask[row, i])]


def activated(x: Tensor, activation: str) -> Tensor:
    """sigma(x)."""
    return torch.relu(x) if activation == "relu" else torch.tanh(x)


def look(s: list[Tensor], v: Tensor, w_u: Tensor, seen: list[int]) -> tuple[Tensor, Tensor]:
    """alpha_i = exp(W_u s_i) / sum_k exp(W_u s_k) over real positions, (K,), and sum_i alpha_i v_i, (D,)."""
    powers = [torch.exp((w_u * s[i]).sum()) if i in seen else w_u.new_zeros(()) for i in range(len(s))]
    total = sum(powers) if seen else torch.ones((), dtype=w_u.dtype)
    weights = torch.stack(powers) / total
    return weights, sum((weights[i] * v[i] for i in seen), torch.zeros_like(v[0]))


def mean(rows: list[Tensor], seen: list[int]) -> Tensor:
    """1/n sum_i x_i over the real positions; 0 where there is none."""
    return sum((rows[i] for i in seen), torch.zeros_like(rows[0])) / max(1, len(seen))


def stacked(
    regions: Tensor, query: Tensor, layers: list[Layer], mask: Tensor | None, activation: str
) -> tuple[Tensor, Tensor]:
    """Sec. 3.2: context z^(T) (B, D), maps (B, T, K)."""
    contexts, maps = [], []
    for b, v in enumerate(regions):
        seen, h, own = real(mask, b, len(v)), query[b], []
        for one in layers:
            s = [activated(one.w_v @ x + one.w_h @ h + one.b, activation) for x in v]
            weights, h = look(s, v, one.w_u, seen)
            own.append(weights)
        contexts.append(h)
        maps.append(torch.stack(own))
    return torch.stack(contexts), torch.stack(maps)


def positional_bias(query: Tensor, weight: Tensor, bias: Tensor, positions: int, activation: str) -> Tensor:
    """b_pos = tanh(W h + b), position by position: (B, K, d)."""
    rows = [weight @ h + bias for h in query]
    maps = torch.stack([row.reshape(positions, -1) for row in rows])
    return torch.tanh(maps) if activation == "tanh" else maps


def carried(
    layer: Layer, kernel: Kernel | None, z: list[Tensor], content: Tensor | None, seen: list[int]
) -> list[Tensor]:
    """W_z z_i of each position; with a kernel its real neighbours on the grid, the part of a from itself alone."""
    if kernel is None:
        assert layer.w_z is not None  # noqa: S101 - one of the two is there
        return [layer.w_z @ x for x in z]
    reach, rows = kernel.cells.shape[-1] // 2, []
    for i in range(len(z)):
        y, x = divmod(i, kernel.width)
        total = torch.zeros_like(kernel.cells[:, 0, 0, 0])
        for dy in range(-reach, reach + 1):
            for dx in range(-reach, reach + 1):
                place = (y + dy) * kernel.width + x + dx
                if 0 <= y + dy < kernel.height and 0 <= x + dx < kernel.width and place in seen:
                    total = total + kernel.cells[:, :, dy + reach, dx + reach] @ z[place]
        if content is not None and kernel.content is not None:
            total = total + kernel.content @ content
        rows.append(total)
    return rows


def latent_layer(
    layer: Layer, v: Tensor, h: Tensor, product: list[Tensor] | None, seen: list[int], activation: str
) -> tuple[list[Tensor], Tensor, Tensor]:
    """Sec. 3.3, one layer of one sample: s^(t), alpha (K,) and a^(t) (D,)."""
    s = []
    for i, x in enumerate(v):
        hidden = layer.w_v @ x + layer.w_h @ h + layer.b
        s.append(activated(hidden if product is None else hidden + product[i], activation))
    return s, *look(s, v, layer.w_u, seen)


def stacked_latent(
    regions: Tensor,
    query: Tensor,
    bias: Tensor | None,
    layers: list[Layer],
    mask: Tensor | None,
    activation: str,
    kernels: list[Kernel] | None = None,
) -> tuple[Tensor, Tensor]:
    """Sec. 3.3: context [mean_i s_i^(T); a^(T)] (B, m + D), maps (B, T, K); with ``kernels`` s alone is carried."""
    contexts, maps = [], []
    for b, v in enumerate(regions):
        seen, own, content = real(mask, b, len(v)), [], None
        z = [x if bias is None else torch.cat([x, bias[b, i]]) for i, x in enumerate(v)]  # z^(0)
        s: list[Tensor] = []
        for t, one in enumerate(layers):
            kernel = None if kernels is None else kernels[t]
            s, weights, content = latent_layer(
                one, v, query[b], carried(one, kernel, z, content, seen), seen, activation
            )
            z = [torch.cat([x, content]) if kernel is None else x for x in s]
            own.append(weights)
        assert content is not None  # noqa: S101 - there is a layer
        contexts.append(torch.cat([mean(s, seen), content]))
        maps.append(torch.stack(own))
    return torch.stack(contexts), torch.stack(maps)


class Stream(NamedTuple):
    """One side of the twin stream: its layers and the last convolution W_c (o, m + D or D) with its bias."""

    layers: list[Layer]
    w_c: Tensor
    b_c: Tensor


class Side:
    """One sample's positions of one stream, as they go through its layers."""

    def __init__(self, stream: Stream, v: Tensor, bias: Tensor | None, seen: list[int], activation: str) -> None:
        self.stream, self.v, self.seen, self.activation = stream, v, seen, activation
        self.z = [x if bias is None else torch.cat([x, bias[i]]) for i, x in enumerate(v)]  # z^(0)
        self.content = mean(list(v), seen)
        self.maps: list[Tensor] = []

    def look(self, h: Tensor, *, latent: bool) -> None:
        """Go through the next layer with a state h (H,)."""
        layer, product = self.stream.layers[len(self.maps)], None
        if layer.w_z is not None:
            product = carried(layer, None, self.z, None, self.seen)
        s, weights, self.content = latent_layer(layer, self.v, h, product, self.seen, self.activation)
        self.z = [torch.cat([x, self.content]) if latent else self.content for x in s]
        self.maps.append(weights)

    def output(self, *, latent: bool) -> Tensor:
        """mean_i relu(W_c z_i^(T) + b), (o,); of a stack z is one vector."""
        rows = [torch.relu(self.stream.w_c @ z + self.stream.b_c) for z in self.z]
        return mean(rows, self.seen) if latent else rows[0]


def twin_stream(
    given: tuple[Tensor, Tensor, Tensor | None],
    masks: tuple[Tensor | None, Tensor | None],
    streams: tuple[Stream, Stream],
    bias: tuple[Tensor, Tensor] | None,
    *,
    exchange: str,
    activation: str,
    latent: bool,
) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Sec. 3.4 of regions, words and a query: contexts (B, o) and maps (B, T, N), each of regions and of words."""
    regions, tokens, query = given
    contexts: tuple[list[Tensor], list[Tensor]] = ([], [])
    maps: tuple[list[Tensor], list[Tensor]] = ([], [])
    for b in range(len(regions)):
        seen, heard = real(masks[0], b, len(regions[b])), real(masks[1], b, len(tokens[b]))
        text = mean(list(tokens[b]), heard) if query is None else query[b]  # h^(0),text
        drawn = None if bias is None else positional_bias(text[None], *bias, len(regions[b]), "tanh")[0]
        vis = Side(streams[0], regions[b], drawn, seen, activation)
        words = Side(streams[1], tokens[b], None, heard, activation)
        for _ in streams[0].layers:
            before = vis.content
            if exchange == "text_first":
                words.look(before, latent=latent)
                vis.look(words.content, latent=latent)
            else:
                vis.look(text, latent=latent)
                words.look(vis.content if exchange == "regions_first" else before, latent=latent)
            text = words.content
        for side, (context, own) in zip((vis, words), zip(contexts, maps, strict=True), strict=True):
            context.append(side.output(latent=latent))
            own.append(torch.stack(side.maps))
    return (
        (torch.stack(contexts[0]), torch.stack(contexts[1])),
        (torch.stack(maps[0]), torch.stack(maps[1])),
    )
