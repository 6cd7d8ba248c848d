"""ModularGAN's losses as two turns: the critics', and that of the editors E, T and R.

Every attribute is edited in every step, as the sums of Zhao et al., Sec. 3.3, say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import torch
from torch import Tensor, nn

from scanpath_attention_rnn.modular_gan import Judgement, ModularGAN, losses
from scanpath_attention_rnn.tasks.editing.attributes import ATTRIBUTES, code
from scanpath_attention_rnn.tasks.editing.batch import EditingBatch, to_range
from scanpath_attention_rnn.tasks.editing.settings import LossSettings

CRITIC, EDITOR = "critic", "editor"
Logged = tuple[Tensor, dict[str, Tensor]]


def _realness(critic: nn.Module, pictures: Tensor) -> Tensor:
    found: Judgement = critic(pictures)
    return found.real


class EditingObjective(nn.Module):
    """The networks together with their losses.

    Args:
        network: what edits and what judges.
        weights: of the losses.
        critic_steps: how many of the critics come with one of the editors, whose first is at once: a first step holds
            both turns, by which costs are measured.
    """

    def __init__(self, network: ModularGAN, *, weights: LossSettings | None = None, critic_steps: int = 5) -> None:
        super().__init__()
        self.network = network
        self.weights = weights or LossSettings()
        self.critic_steps = critic_steps

    def optimised(self) -> Mapping[str, Iterable[nn.Parameter]]:
        """Critics and editors have an optimiser each."""
        return {CRITIC: list(self.network.critics.parameters()), EDITOR: self.network.editing()}

    def turns(self, step: int) -> tuple[str, ...]:
        """Every step has the critics' turn, every ``critic_steps``-th also the editors'."""
        return (CRITIC,) if step % self.critic_steps else (CRITIC, EDITOR)

    def forward(self, batch: EditingBatch, turn: str = EDITOR) -> Logged:
        """Return the loss of a turn and what it is made of, without waiting for the device."""
        pictures = to_range(batch.pictures)
        parts = self._critic(batch, pictures) if turn == CRITIC else self._editor(batch, pictures)
        return torch.stack([*parts.values()]).sum(), {name: value.detach() for name, value in parts.items()}

    def _changed(self, batch: EditingBatch, features: Tensor) -> list[Tensor]:
        """Change features (B, D, h, w) towards the target of each attribute."""
        return [
            self.network.transformers[name](features, code(name, batch.targets[:, place])).features
            for place, name in enumerate(ATTRIBUTES)
        ]

    def _critic(self, batch: EditingBatch, pictures: Tensor) -> dict[str, Tensor]:
        """Sum the critics' losses, weighted."""
        with torch.no_grad():
            changed = torch.cat(self._changed(batch, self.network.encoder(pictures)))
            fakes = self.network.reconstructor(changed).chunk(len(ATTRIBUTES))  # each picture by itself: together
        found: dict[str, list[Tensor]] = {"adversarial": [], "penalty": [], "values": []}
        for place, (name, fake) in enumerate(zip(ATTRIBUTES, fakes, strict=True)):
            critic = self.network.critics[name]
            both: Judgement = critic(torch.cat([pictures, fake]))
            real, unreal = both.real.chunk(2)
            between = losses.interpolated(pictures, fake, batch.mix[:, place])
            found["adversarial"].append(losses.critic_loss(real, unreal))
            found["penalty"].append(losses.gradient_penalty(partial(_realness, critic), between))
            found["values"].append(losses.value_loss(both.values.chunk(2)[0], batch.values[:, place]))
        return self._weighted(found)

    def _editor(self, batch: EditingBatch, pictures: Tensor) -> dict[str, Tensor]:
        """Sum the editors' losses, weighted."""
        features = self.network.encoder(pictures)
        changed = self._changed(batch, features)
        again, *fakes = self.network.reconstructor(torch.cat([features, *changed])).chunk(1 + len(ATTRIBUTES))
        found: dict[str, list[Tensor]] = {"adversarial": [], "values": []}
        for place, (name, fake) in enumerate(zip(ATTRIBUTES, fakes, strict=True)):
            judged: Judgement = self.network.critics[name](fake)
            found["adversarial"].append(losses.fooling_loss(judged.real))
            found["values"].append(losses.value_loss(judged.values, batch.targets[:, place]))
        found["pixels"] = [losses.pixel_cycle(pictures, again)]
        returned = self.network.encoder(torch.cat(fakes)).chunk(len(ATTRIBUTES))
        found["features"] = [losses.feature_cycle(*pair) for pair in zip(changed, returned, strict=True)]
        return self._weighted(found)

    def _weighted(self, found: Mapping[str, list[Tensor]]) -> dict[str, Tensor]:
        factors = {"adversarial": 1.0, **self.weights.model_dump()}
        return {name: factors[name] * torch.stack(parts).sum() for name, parts in found.items()}
