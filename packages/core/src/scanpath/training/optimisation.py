"""Optimisers by name: their settings, and torch's fused form of each wherever it has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import torch
from pydantic import Field
from torch import nn, optim

from scanpath.settings import Settings
from scanpath.training.fields import Below1, ByName, NonNegative, Positive


class _Optimiser(Settings):
    """What all optimisers have."""

    lr: Positive = 1e-3
    weight_decay: NonNegative = 0.0

    def options(self) -> dict[str, Any]:
        """Return the keyword arguments of torch's class."""
        return self.model_dump(exclude={"name"})


class Adam(_Optimiser):
    """Adam; its weight decay is added to the gradient."""

    name: Literal["adam"] = "adam"
    betas: Annotated[tuple[Below1, Below1], Field(strict=False)] = (0.9, 0.999)
    eps: Positive = 1e-8
    amsgrad: bool = False


class AdamW(_Optimiser):
    """Adam with weight decay kept apart from the gradient."""

    name: Literal["adamw"]
    weight_decay: NonNegative = 0.01
    betas: Annotated[tuple[Below1, Below1], Field(strict=False)] = (0.9, 0.999)
    eps: Positive = 1e-8
    amsgrad: bool = False


class RMSProp(_Optimiser):
    """RMSProp; ``alpha`` is the smoothing of the squared gradient."""

    name: Literal["rmsprop"]
    alpha: Below1 = 0.99
    eps: Positive = 1e-8
    momentum: Below1 = 0.0
    centered: bool = False


class SGD(_Optimiser):
    """Gradient descent, plain or with momentum."""

    name: Literal["sgd"]
    lr: Positive = 0.1
    momentum: Below1 = 0.0
    dampening: NonNegative = 0.0
    nesterov: bool = False


class Adagrad(_Optimiser):
    """Adagrad."""

    name: Literal["adagrad"]
    lr: Positive = 1e-2
    lr_decay: NonNegative = 0.0
    initial_accumulator_value: NonNegative = 0.0
    eps: Positive = 1e-10


Optimiser = Annotated[
    Annotated[Adam | AdamW | RMSProp | SGD | Adagrad, Field(discriminator="name")],
    ByName,
]

_CLASSES: dict[str, type[optim.Optimizer]] = {
    "adam": optim.Adam,
    "adamw": optim.AdamW,
    "rmsprop": optim.RMSprop,
    "sgd": optim.SGD,
    "adagrad": optim.Adagrad,
}

#: Which optimisers torch has in fused form, one pass over the parameters, by type of device.
_FUSED = {"cpu": {"adam", "adamw", "sgd", "adagrad"}, "cuda": {"adam", "adamw", "sgd"}}


def build(settings: Optimiser, parameters: Sequence[nn.Parameter]) -> optim.Optimizer:
    """Build the optimiser of ``parameters``, which lie on one device."""
    options = settings.options()
    if settings.name in _FUSED.get(parameters[0].device.type, ()) and all(map(torch.is_floating_point, parameters)):
        options["fused"] = True
    return _CLASSES[settings.name](parameters, **options)
