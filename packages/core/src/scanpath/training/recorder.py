"""What the steps report, kept on the device and looked at now and then: no step waits for its own loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from scanpath.errors import RunError
from scanpath.training.engine import Engine


class Recorder:
    """The values of the steps since the last record.

    Attributes:
        samples: items seen by all processes, up to the last :meth:`collect`.
    """

    def __init__(self, engine: Engine) -> None:
        self.samples = 0
        self._engine = engine
        self._pending: list[tuple[int, Mapping[str, Tensor]]] = []
        self._pending_samples = 0
        self._window: dict[str, list[float]] = {}
        self._finite: dict[str, float] = {}

    def add(self, step: int, values: Mapping[str, Tensor], samples: int) -> None:
        """Note what training step ``step`` reported, without looking at it.

        Args:
            step: the number of steps done, this one included.
            values: scalars by name; a name that is or ends in ``loss`` must be finite.
            samples: items that this process saw in the step.
        """
        self._pending.append((step, values))
        self._pending_samples += samples

    def collect(self, *, stop: bool = False) -> bool:
        """Look at what was noted since last time, in one transfer from the device, averaged over processes.

        Args:
            stop: whether this process was asked to stop.

        Returns:
            Whether any process was asked to stop.

        Raises:
            RunError: if a loss is not finite, naming the first such step.
        """
        tensors = [value for _, values in self._pending for value in values.values()]
        extra = torch.tensor([float(self._pending_samples), float(stop)], dtype=torch.float64)
        if self._engine.world == 1 and self._engine.device.type == "cpu":
            numbers = [float(tensor) for tensor in tensors]
        else:
            flat = [torch.as_tensor(tensor, dtype=torch.float32, device=self._engine.device) for tensor in tensors]
            both = torch.stack([value.detach() for value in flat] + list(extra.to(self._engine.device).float()))
            *numbers, samples, stopped = self._engine.add_up(both).tolist()
            numbers = [number / self._engine.world for number in numbers]
            extra = torch.tensor([samples, stopped], dtype=torch.float64)
        self.samples += round(extra[0].item())
        places = [(step, name) for step, values in self._pending for name in values]
        self._pending, self._pending_samples = [], 0
        for (step, name), number in zip(places, numbers, strict=True):
            self._take(step, name, number)
        return extra[1].item() > 0

    def _take(self, step: int, name: str, number: float) -> None:
        if name.rpartition("/")[2] == "loss" and not math.isfinite(number):
            before = ", ".join(f"{known} = {value:.6g}" for known, value in self._finite.items()) or "none"
            raise RunError(
                f"{name} became {number} at step {step} (last finite values: {before}): "
                "lower the learning rate, clip the gradient, or raise the precision; earlier checkpoints are kept."
            )
        if math.isfinite(number):
            self._finite[name] = number
        self._window.setdefault(name, []).append(number)

    def means(self) -> dict[str, float]:
        """Return the means since the last call, by name, and begin anew."""
        means = {name: math.fsum(numbers) / len(numbers) for name, numbers in self._window.items()}
        self._window = {}
        return means

    def state_dict(self) -> dict[str, Any]:
        """Return what was collected, so that a resumed run writes the same records."""
        window = {name: torch.tensor(numbers, dtype=torch.float64) for name, numbers in self._window.items()}
        return {"samples": self.samples, "window": window}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what :meth:`state_dict` returned."""
        self.samples = state["samples"]
        self._window = {name: numbers.tolist() for name, numbers in state["window"].items()}
