"""One turn of an objective: forward, backward, clipping and the step of an optimiser of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.training.checkpoints import optimiser_state, put_optimiser_state
from scanpath.training.engine import Engine
from scanpath.training.optimisation import build
from scanpath.training.schedules import Rate
from scanpath.training.settings import TurnSettings
from scanpath.types import Objective


class Turn:
    """The parameters of one turn and what moves them.

    Args:
        name: the turn's name, passed to the objective.
        parameters: what its optimiser moves, on the engine's device.
        settings: of this turn, complete.
        rate: the schedule of its learning rate.
        engine: for gradient scaling.
        prefix: what stands before the names of its values in records.
    """

    def __init__(
        self,
        name: str,
        parameters: Sequence[nn.Parameter],
        settings: TurnSettings,
        rate: Rate,
        engine: Engine,
        *,
        prefix: str = "",
    ) -> None:
        if settings.optimiser is None:
            raise ValueError("the settings of a turn at work name its optimiser")
        self.name = name
        self.parameters = parameters
        self.settings = settings
        self.rate = rate
        self.optimiser = build(settings.optimiser, parameters)
        self._base = settings.optimiser.lr
        self._scaler = engine.scaler
        self._prefix = prefix

    @property
    def learning_rate(self) -> float:
        """The learning rate of the last step taken."""
        return float(self.optimiser.param_groups[0]["lr"])

    def train(self, model: nn.Module, batches: Sequence[Any], step: int) -> dict[str, Tensor]:
        """Take one optimiser step on ``batches`` together; return detached scalars by name.

        Args:
            model: the objective, wrapped.
            batches: the parts of this process's share; each counts alike.
            step: the training step, from 0.
        """
        lr = self._base * self.rate.at(step)
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        values = self._accumulate(model, batches)
        norm = self._clip()
        if norm is not None:
            values[f"{self._prefix}gradient_norm"] = norm
        if self._scaler is None:
            self.optimiser.step()
        else:
            self._scaler.step(self.optimiser)
            self._scaler.update()
        self.optimiser.zero_grad(set_to_none=True)
        return values

    def _accumulate(self, model: nn.Module, batches: Sequence[Any]) -> dict[str, Tensor]:
        parts = []
        for number, batch in enumerate(batches, start=1):
            with _alone(model) if number < len(batches) else contextlib.nullcontext():
                loss, logs = model(batch, self.name)
                parts.append({**logs, "loss": loss.detach()})
                if len(batches) > 1:
                    loss = loss / len(batches)
                (loss if self._scaler is None else self._scaler.scale(loss)).backward()
        if len(parts) == 1:
            return {self._prefix + name: value for name, value in parts[0].items()}
        return {
            self._prefix + name: torch.stack([torch.as_tensor(part[name]) for part in parts]).float().mean()
            for name in parts[0]
        }

    def _clip(self) -> Tensor | None:
        """Limit the gradient by value and by norm; return the norm if it was taken."""
        value, norm = self.settings.clip_value, self.settings.clip_norm
        if value is None and norm is None:
            return None
        if self._scaler is not None:
            self._scaler.unscale_(self.optimiser)
        if value is not None:
            nn.utils.clip_grad_value_(self.parameters, value)
        return None if norm is None else nn.utils.clip_grad_norm_(self.parameters, norm).detach()

    def state_dict(self, names: Mapping[nn.Parameter, str]) -> dict[str, Any]:
        """Return the optimiser's memory by parameter name, and the schedule's."""
        return {"optimiser": optimiser_state(self.optimiser, names), "rate": self.rate.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any], names: Mapping[nn.Parameter, str]) -> None:
        """Go on from what :meth:`state_dict` returned."""
        put_optimiser_state(self.optimiser, state["optimiser"], names)
        self.rate.load_state_dict(state["rate"])


def _alone(model: nn.Module) -> contextlib.AbstractContextManager[Any]:
    """Keep the gradients of a part to this process; the last part's backward averages them all."""
    no_sync = getattr(model, "no_sync", None)
    return no_sync() if no_sync is not None else contextlib.nullcontext()


def parameters_by_turn(objective: Objective, names: Mapping[nn.Parameter, str]) -> dict[str, list[nn.Parameter]]:
    """Return what each turn moves, and freeze the parameters that none does.

    Args:
        objective: whose turns.
        names: every parameter of the objective, and its name.

    Raises:
        ConfigError: if a turn moves nothing, or what is not the objective's.
    """
    by_turn = {turn: list(parameters) for turn, parameters in objective.optimised().items()}
    for turn, parameters in by_turn.items():
        if not parameters:
            raise ConfigError(f"the turn {turn!r} has no parameters to move: leave it out of optimised().")
        if any(parameter not in names for parameter in parameters):
            raise ConfigError(f"the turn {turn!r} moves parameters that are not part of its objective.")
    moved = {parameter for parameters in by_turn.values() for parameter in parameters}
    for parameter in names:
        parameter.requires_grad_(parameter in moved)
    return by_turn


class Turns(dict[str, Turn]):
    """The turns of an objective by name; one at a time has its parameters thawed."""

    def train(self, name: str, model: nn.Module, batches: Sequence[Any], step: int) -> dict[str, Tensor]:
        """Take one step of the turn ``name``; what the other turns move gets no gradient."""
        if name not in self:
            raise ConfigError(f"the objective announced a turn {name!r}, which is not among its optimised() ones.")
        if len(self) > 1:
            own = set(self[name].parameters)
            for turn in self.values():
                for parameter in turn.parameters:
                    parameter.requires_grad_(parameter in own)
        return self[name].train(model, batches, step)
