"""The work that ``scanpath bench trainer`` times: the canonical host on drawn features, and the bare loop around it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from scanpath.attention import create_attention
from scanpath.hosts import canonical
from scanpath.training.optimisation import build
from scanpath.training.settings import TrainingSettings
from scanpath.types import Batches, Record

ANSWERS, WORDS, LENGTH, WIDTH = 53, 67, 11, 64


class LoopBatch(NamedTuple):
    """B questions about B pictures: features (B, 8, 8, D), tokens (B, T), answers (B,)."""

    features: Tensor
    tokens: Tensor
    answers: Tensor


class _Data:
    """Questions and features in memory, read a batch at a time."""

    def __init__(self, items: int) -> None:
        generator = torch.Generator().manual_seed(0)
        self.features = torch.randn(items, 8, 8, WIDTH, generator=generator)
        self.tokens = torch.randint(1, WORDS, (items, LENGTH), generator=generator)
        self.answers = torch.randint(ANSWERS, (items,), generator=generator)

    def __len__(self) -> int:
        return len(self.answers)

    def __getitems__(self, numbers: list[int]) -> list[LoopBatch]:
        rows = torch.tensor(numbers)
        return [LoopBatch(self.features[rows], self.tokens[rows], self.answers[rows])]


class _Sampler:
    """Batches of ``size`` in an order that the epoch decides."""

    def __init__(self, items: int, size: int, *, shuffled: bool) -> None:
        self.items, self.size, self.shuffled, self.epoch = items, size, shuffled, 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.items // self.size

    def __iter__(self) -> Iterator[list[int]]:
        order = torch.arange(self.items)
        if self.shuffled:
            order = torch.randperm(self.items, generator=torch.Generator().manual_seed(self.epoch))
        return iter(order.view(-1, self.size).tolist())


def _only(batches: list[LoopBatch]) -> LoopBatch:
    return batches[0]


class _Objective(nn.Module):
    """The canonical host with dot attention and the cross-entropy of its answers."""

    def __init__(self) -> None:
        super().__init__()

        def attention(**sizes: Any) -> Any:
            return create_attention("dot", **sizes)

        self.model = canonical(answers=ANSWERS, vocabulary_size=WORDS, feature_dim=WIDTH, attention=attention)

    def optimised(self) -> Mapping[str, Iterator[nn.Parameter]]:
        return {"vqa": self.parameters()}

    def turns(self, step: int) -> tuple[str, ...]:  # noqa: ARG002 - the protocol's signature
        return ("vqa",)

    def forward(self, batch: LoopBatch, turn: str) -> tuple[Tensor, dict[str, Tensor]]:  # noqa: ARG002 - as above
        logits = self.model(batch.features, batch.tokens).logits
        return nn.functional.cross_entropy(logits, batch.answers), {}


class LoopTask:
    """A task (:class:`scanpath.types.Task`) whose only purpose is its work."""

    name = "loop"
    headline = "items"
    higher_is_better = True
    size = 64

    def objective(self) -> _Objective:
        """Build the model."""
        return _Objective()

    def batches(
        self,
        split: str,
        *,
        size: int,
        seed: int | None = None,
        rank: int = 0,  # noqa: ARG002 - the protocol's signature
        world: int = 1,  # noqa: ARG002 - as above
    ) -> Batches:
        """Give the drawn questions, one batch of them for evaluation."""
        data = _Data(16 * size if split == "train" else size)
        return Batches(data, _Sampler(len(data), size, shuffled=seed is not None), _only)

    def predict(self, objective: Any, batch: LoopBatch) -> Mapping[str, Record]:  # noqa: ARG002 - as above
        """Say nothing of any item: evaluation is not what is timed."""
        return {str(number): {} for number in range(len(batch.answers))}

    def measures(self, records: Mapping[str, Record], split: str) -> Mapping[str, float]:  # noqa: ARG002 - as above
        """Count the records."""
        return {"items": float(len(records))}


def bare_seconds(task: LoopTask, settings: TrainingSettings) -> float:
    """Train as one would by hand, for as many steps as the trainer; return the seconds of the loop."""
    torch.manual_seed(0)
    device = torch.device("cuda" if settings.device == "auto" and torch.cuda.is_available() else "cpu")
    on_gpu = device.type == "cuda"
    objective = task.objective().to(device)
    optimiser = build(settings.optimiser, list(objective.parameters()))
    data, sampler, collate = task.batches("train", size=settings.batch_size, seed=0)
    loader = DataLoader(
        data, batch_sampler=sampler, collate_fn=collate, num_workers=settings.workers, pin_memory=on_gpu
    )
    step, steps = 0, settings.steps or 1
    began = time.perf_counter()
    while step < steps:
        for batch in loader:
            if on_gpu:
                batch = LoopBatch(*(part.to(device, non_blocking=True) for part in batch))  # noqa: PLW2901 - moved
            loss, _ = objective(batch, "vqa")
            loss.backward()
            nn.utils.clip_grad_norm_(objective.parameters(), settings.clip_norm or 1.0)
            optimiser.step()
            optimiser.zero_grad()
            step += 1
            if step == steps:
                break
    if on_gpu:
        torch.cuda.synchronize()
    return time.perf_counter() - began
