"""The equations of Secs. 3.1 to 3.4 as pure functions; their softmax and sum over positions are the core's.

Letters, beside those of ``scanpath.types``: m width of the hidden layer; K positions of a stream, its regions or words;
n width of what a position carries from layer to layer. Source: Fan and Zhou, CVPR 2018.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.ops import clean, uniform_weights, weighted_pooling

Activation = Literal["relu", "tanh"]
"""sigma of the hidden layer. The paper says activation and no more."""
BiasActivation = Literal["tanh", "linear"]
"""What b_pos goes through. Sec. 4.1.4 calls its projection non-linear, Sec. 3.4 one fully connected layer."""


def _activated(x: Tensor, activation: Activation) -> Tensor:
    """Apply sigma to a tensor that nobody else holds, in its place."""
    return x.relu_() if activation == "relu" else x.tanh_()


def reasoning(keys: Tensor, state: Tensor, activation: Activation = "relu") -> Tensor:
    """Reason about each position: s_i = sigma(W_v v_i + W_h h).

    Source: Sec. 3.1. The state's term is added where it is needed and never copied to K positions.

    Args:
        keys: W_v v, (B, K, m).
        state: W_h h, (B, m).
        activation: sigma.

    Returns:
        s, (B, K, m).
    """
    return _activated(keys + state.to(keys.dtype).unsqueeze(1), activation)


def carried(
    latent: Tensor, weight: Tensor, *, axes: torch.Size | tuple[int, ...] = (), mask: Tensor | None = None
) -> Tensor:
    """Bring what each position carries into the next layer: W_z z_i, or a convolution of its neighbours too.

    Source: Sec. 3.3, whose formula has one position, a kernel of 1 x 1; its words are "fully convolutional". A cell
    behind the mask, like one beyond the edge, counts as 0.

    Args:
        latent: (B, K, n).
        weight: W_z, (m, n), or the kernel (m, n, k, k) on a grid.
        axes: (H, W), for a kernel alone.
        mask: (B, K) bool, for a kernel alone.

    Returns:
        (B, K, m), which nobody else holds.
    """
    if weight.dim() == 2:
        return F.linear(latent, weight)
    grid = torch.unflatten(clean(latent, mask), 1, axes).permute(0, 3, 1, 2)  # (B, n, H, W)
    found = F.conv2d(grid, weight, padding=weight.shape[-1] // 2)  # (B, m, H, W)
    return found.flatten(2).transpose(1, 2)


def latent_reasoning(keys: Tensor, state: Tensor, product: Tensor, activation: Activation = "relu") -> Tensor:
    """Reason with what was carried: s_i^(t) = sigma(W_v v_i + W_h h + W_z z_i^(t-1)).

    Source: Sec. 3.3. Of z = [s; a] the part a is the same at all positions: its product with W_z is a row of the state.

    Args:
        keys: W_v v, (B, K, m).
        state: W_h h and W_z's part of a^(t-1), (B, m).
        product: W_z's part of s^(t-1), or of b_pos, (B, K, m), from :func:`carried`; it is overwritten.
        activation: sigma.

    Returns:
        s^(t), (B, K, m).
    """
    return _activated(product.add_(keys).add_(state.unsqueeze(1)), activation)


def importance(s: Tensor, weight: Tensor) -> Tensor:
    """Score each position: e_i = W_u s_i, which is f_att of Sec. 3.1 and f_SLA of Sec. 3.3.

    Args:
        s: (B, K, m).
        weight: W_u, (m,).

    Returns:
        e, (B, 1, K).
    """
    return F.linear(s, weight.unsqueeze(0)).transpose(1, 2)


def positional_bias(
    state: Tensor, weight: Tensor, bias: Tensor, width: int = 1, activation: BiasActivation = "tanh"
) -> Tensor:
    """Ask where to look before anything is seen: b_pos = tanh(W h + b).

    Source: Secs. 3.3, 3.4 and 4.1.4.

    Args:
        state: h, (B, Q).
        weight: W, (K * d, Q).
        bias: b, (K * d,).
        width: d, numbers a position.
        activation: ``"linear"`` leaves the tanh out.

    Returns:
        b_pos, (B, K, d).
    """
    found = torch.unflatten(F.linear(state, weight, bias), 1, (-1, width))
    return torch.tanh(found) if activation == "tanh" else found


def pooled_latent(s: Tensor, content: Tensor, mask: Tensor | None = None) -> Tensor:
    """Pool z^(T) over positions: [mean_i s_i^(T); a^(T)], since z_i = [s_i; a] and a is the same at all of them.

    Source: Sec. 3.3, "a pooling layer is used to summarize information on the spatial domain".

    Args:
        s: s^(T), (B, K, m).
        content: a^(T), (B, D).
        mask: (B, K) bool, True where real.

    Returns:
        (B, m + D).
    """
    return torch.cat([mean(s, mask), content], 1)


def stream_output(
    s: Tensor, content: Tensor, of_s: Tensor, of_content: Tensor, bias: Tensor, mask: Tensor | None = None
) -> Tensor:
    """End a stream by a convolution and pooling: mean_i relu(W_c [s_i^(T); a^(T)] + b).

    Source: Sec. 3.4, "a separate convolutional and pooling layer".

    Args:
        s: s^(T), (B, K, m).
        content: a^(T), (B, D).
        of_s: W_c's part of s, (o, m).
        of_content: W_c's part of a, (o, D).
        bias: b, (o,).
        mask: (B, K) bool, True where real.

    Returns:
        (B, o).
    """
    row = F.linear(content, of_content, bias).unsqueeze(1)  # (B, 1, o)
    return mean(_activated(F.linear(s, of_s).add_(row), "relu"), mask)


def mean(latent: Tensor, mask: Tensor | None = None) -> Tensor:
    """Average finite (B, K, n) over the real positions without a copy: (B, n); 0 where none is real."""
    return weighted_pooling(uniform_weights(latent, mask), latent)
