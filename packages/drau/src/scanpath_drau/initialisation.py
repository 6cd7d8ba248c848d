"""How the paper draws first weights: Glorot's way, but recurrent weights from a fixed range.

Source: Osman and Samek (2018), section 4.1, whose text does not give the range; 0.08 is that of MCB and of the authors'
code.
"""

from __future__ import annotations

import torch
from torch import nn

from scanpath_drau.grid_lstm import GridLSTM

BOUND = 0.08


@torch.no_grad()
def draw_weights(module: nn.Module, *, bound: float = BOUND) -> None:
    """Draw each matrix after Glorot and Bengio, those of recurrent layers from U(-bound, bound); biases 0.

    What has less than two axes and is no bias, such as the slope of a PReLU, is left as it is.

    Args:
        module: All layers in it are drawn anew.
        bound: Of the recurrent weights.
    """
    for part in module.modules():
        recurrent = isinstance(part, nn.RNNBase | GridLSTM)
        for name, parameter in part.named_parameters(recurse=False):
            if "bias" in name:
                parameter.zero_()
            elif recurrent:
                parameter.uniform_(-bound, bound)
            elif parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
