"""Toy tasks: a regression whose data draw random numbers, and a GAN of two turns. Sizes are distinct primes.

Loaded by conftest.py for the tests and by child.py in processes of their own.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from scanpath.types import Batches

ITEMS = {"train": 53, "val": 23}
FEATURES, HIDDEN, TARGETS = 7, 11, 3


class ToySampler:
    """Global batches of ``size * world`` items, shuffled by (seed, epoch); each rank takes its consecutive share."""

    def __init__(self, items: int, size: int, seed: int | None, rank: int, world: int) -> None:
        self.items, self.size, self.seed, self.rank, self.world = items, size, seed, rank, world
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        if self.seed is None:
            return len(list(iter(self)))
        return self.items // (self.size * self.world)

    def __iter__(self):
        if self.seed is None:
            own = list(range(self.rank, self.items, self.world))
            yield from (own[start : start + self.size] for start in range(0, len(own), self.size))
            return
        order = np.random.default_rng([self.seed, self.epoch]).permutation(self.items).tolist()
        whole = self.size * self.world
        for start in range(0, self.items - whole + 1, whole):
            begin = start + self.rank * self.size
            yield order[begin : begin + self.size]


class ToyDataset:
    """Linear data; ``noisy`` adds noise drawn when an item is read, from all three global generators."""

    def __init__(self, split: str, *, noisy: bool, hook=None) -> None:
        generator = torch.Generator().manual_seed(len(split))
        self.x = torch.randn(ITEMS[split], FEATURES, generator=generator)
        self.y = self.x @ torch.linspace(-1, 1, FEATURES * TARGETS).view(FEATURES, TARGETS)
        self.noisy, self.hook, self.split = noisy, hook, split

    def __len__(self) -> int:
        return len(self.x)

    def __getitems__(self, numbers):
        if self.hook is not None:
            self.hook(self.split, numbers)
        drawn = random.random() + np.random.rand() + torch.rand(()).item()  # noqa: NPY002 - as data sets of others do
        noise = 0.01 * drawn if self.noisy else 0.0
        return [(number, self.x[number] + noise, self.y[number]) for number in numbers]


class ToyBatch(NamedTuple):
    keys: Tensor
    x: Tensor
    y: Tensor


def collate(items) -> ToyBatch:
    keys, x, y = zip(*items, strict=True)
    return ToyBatch(torch.tensor(keys), torch.stack(x), torch.stack(y))


class Regression(nn.Module):
    """One turn; one layer that no turn moves and one that the loss does not use."""

    def __init__(self, dropout: float, hook=None) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(FEATURES, HIDDEN), nn.Linear(HIDDEN, TARGETS)
        self.frozen, self.unused = nn.Linear(HIDDEN, HIDDEN), nn.Linear(2, 2)
        self.dropout = nn.Dropout(dropout)
        self.hook, self.calls = hook, 0

    def optimised(self):
        return {"fit": [*self.first.parameters(), *self.second.parameters(), *self.unused.parameters()]}

    def turns(self, step):
        return ("fit",)

    def answer(self, x):
        return self.second(self.dropout(torch.tanh(self.frozen(torch.tanh(self.first(x))))))

    def forward(self, batch, turn):
        self.calls += 1
        if self.hook is not None:
            self.hook(self.calls)
        loss = nn.functional.mse_loss(self.answer(batch.x), batch.y)
        return loss, {"error": (self.answer(batch.x) - batch.y).abs().mean().detach()}


class ToyRegression:
    """A task as :class:`scanpath.types.Task` asks for."""

    name, headline, higher_is_better = "toy", "error", False

    def __init__(self, *, dropout: float = 0.1, noisy: bool = True, step_hook=None, data_hook=None) -> None:
        self.dropout, self.noisy, self.step_hook, self.data_hook = dropout, noisy, step_hook, data_hook

    def objective(self):
        return Regression(self.dropout, self.step_hook)

    def batches(self, split, *, size, seed=None, rank=0, world=1):
        dataset = ToyDataset(split, noisy=self.noisy and split == "train", hook=self.data_hook)
        return Batches(dataset, ToySampler(len(dataset), size, seed, rank, world), collate)

    def predict(self, objective, batch):
        errors = (objective.answer(batch.x) - batch.y).abs().mean(1).tolist()
        return {str(key): {"error": error} for key, error in zip(batch.keys.tolist(), errors, strict=True)}

    def measures(self, records, split):
        return {"error": sum(record["error"] for record in records.values()) / len(records), "items": len(records)}


class Gan(nn.Module):
    """Two turns with an optimiser each; the generator's turn comes every second step, as with several critics."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, TARGETS))
        self.critic = nn.Sequential(nn.Linear(TARGETS, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))

    def optimised(self):
        return {"critic": self.critic.parameters(), "generator": self.generator.parameters()}

    def turns(self, step):
        return ("critic", "generator") if step % 2 else ("critic",)

    def forward(self, batch, turn):
        made = self.generator(batch.x)
        if turn == "generator":
            return -self.critic(made).mean(), {}
        real, false = self.critic(batch.y).mean(), self.critic(made.detach()).mean()
        return false - real, {"real": real.detach()}


class ToyGan(ToyRegression):
    """The GAN on the regression's data, without noise."""

    def __init__(self) -> None:
        super().__init__(noisy=False)

    def objective(self):
        return Gan()

    def predict(self, objective, batch):
        errors = (objective.generator(batch.x) - batch.y).abs().mean(1).tolist()
        return {str(key): {"error": error} for key, error in zip(batch.keys.tolist(), errors, strict=True)}
