"""What ModularGAN minimises, each loss a function.

Source: Zhao et al., ECCV 2018, Sec. 3.3, with the Wasserstein losses and the penalty of Gulrajani et al., Improved
Training of Wasserstein GANs, NeurIPS 2017, as StarGAN (Choi et al., CVPR 2018) has them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F


def critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """E[D(fake)] - E[D(real)], over pictures and patches alike: what a critic minimises (Gulrajani et al., Eq. 3)."""
    return fake.mean() - real.mean()


def fooling_loss(fake: Tensor) -> Tensor:
    """-E[D(fake)]: what E, T and R minimise against a critic."""
    return -fake.mean()


def interpolated(real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Return the pictures between real and fake ones, (B, 3, S, S), ``mix`` (B,) of each real one."""
    share = mix.view(-1, 1, 1, 1)
    return share * real + (1 - share) * fake


def gradient_penalty(score: Callable[[Tensor], Tensor], pictures: Tensor) -> Tensor:
    """E[(|grad_x D(x)|_2 - 1)^2] at pictures x (Gulrajani et al., Eq. 3); patches of D are summed, as StarGAN does.

    Its own backward goes through the gradient of the critic, which is made of convolutions, and ends there: a
    transformer's mask is differentiated once, so AttentionRNN's sweep, which has no gradient of its gradient, suffices.

    Args:
        score: the critic's numbers for pictures, any shape.
        pictures: (B, 3, S, S), where the gradient is taken; nothing flows back into them.
    """
    at = pictures.detach().requires_grad_()
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(score(at).sum(), at, create_graph=True)
    lengths: Tensor = torch.linalg.vector_norm(gradient.flatten(1), dim=1)
    return ((lengths - 1) ** 2).mean()


def value_loss(logits: Tensor, values: Tensor) -> Tensor:
    """Return the cross entropy of an attribute's values: of a softmax for several, of a sigmoid for a yes or no.

    Args:
        logits: (B, c).
        values: (B,), numbers of the values; 0 or 1 where c is 1.
    """
    if logits.shape[1] == 1:
        return F.binary_cross_entropy_with_logits(logits[:, 0], values.to(logits.dtype))
    return F.cross_entropy(logits, values)


def pixel_cycle(pictures: Tensor, again: Tensor) -> Tensor:
    """|R(E(x)) - x|_1, the mean over all pixels and colours."""
    return (again - pictures).abs().mean()


def feature_cycle(features: Tensor, again: Tensor) -> Tensor:
    """|E(R(T(E(x), a))) - T(E(x), a)|_1, the mean over all features."""
    return (again - features).abs().mean()
