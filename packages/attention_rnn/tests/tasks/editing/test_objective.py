"""Both turns against the same sums written one attribute at a time."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from scanpath_attention_rnn.tasks.editing import EditingObjective
from scanpath_attention_rnn.tasks.editing.attributes import CODES
from scanpath_attention_rnn.tasks.editing.settings import LossSettings

WEIGHTS = LossSettings(penalty=7.0, values=2.0, pixels=5.0, features=3.0)


@pytest.fixture
def objective(task):
    return EditingObjective(task.section.build(), weights=WEIGHTS, critic_steps=3)


def own_code(name, values):
    return torch.eye(3)[values] if CODES[name] == 3 else values.view(-1, 1).float()


def cross_entropy(logits, values):
    if logits.shape[1] == 3:
        return -torch.log_softmax(logits, 1)[torch.arange(len(values)), values].mean()
    return F.softplus(logits[:, 0] * (1 - 2 * values)).mean()


def slow(network, batch, turn):
    """Each attribute by itself, each picture of the penalty too."""
    x = batch.pictures / 127.5 - 1
    total = 0.0
    for place, name in enumerate(("hair", "gender", "smile")):
        critic = network.critics[name]
        changed = network.transformers[name](network.encoder(x), own_code(name, batch.targets[:, place])).features
        fake = network.reconstructor(changed)
        if turn == "editor":
            total = total - critic(fake).real.mean() + 2 * cross_entropy(critic(fake).values, batch.targets[:, place])
            total = total + 3 * (network.encoder(fake) - changed).abs().mean()
            continue
        fake = fake.detach()
        total = total + critic(fake).real.mean() - critic(x).real.mean()
        total = total + 2 * cross_entropy(critic(x).values, batch.values[:, place])
        for row, mix in enumerate(batch.mix[:, place]):
            at = (mix * x[row] + (1 - mix) * fake[row])[None].requires_grad_()
            (gradient,) = torch.autograd.grad(critic(at).real.sum(), at, create_graph=True)
            total = total + 7 * (gradient.square().sum().sqrt() - 1) ** 2 / len(x)
    if turn == "editor":
        total = total + 5 * (network.reconstructor(network.encoder(x)) - x).abs().mean()
    return total


@pytest.mark.parametrize("turn", ["critic", "editor"])
def test_a_turn_is_the_sum_over_attributes(objective, drawn, turn):
    loss, logged = objective(drawn, turn)
    expected = slow(objective.network, drawn, turn)
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-5)
    assert sum(logged.values()).item() == pytest.approx(loss.item(), rel=1e-5)
    assert not any(value.requires_grad for value in logged.values())
    moved = [*objective.optimised()[turn]]
    ours, theirs = (torch.autograd.grad(value, moved, allow_unused=True) for value in (loss, expected))
    for one, other in zip(ours, theirs, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_the_critics_turn_reaches_the_critics_alone(objective, drawn):
    objective(drawn, "critic")[0].backward()
    reached = {name.split(".")[1] for name, one in objective.named_parameters() if one.grad is not None}
    assert reached == {"critics"}


def test_turns_and_what_they_move(objective):
    assert [len(objective.turns(step)) for step in range(7)] == [2, 1, 1, 2, 1, 1, 2]
    assert objective.turns(0) == ("critic", "editor")
    assert objective.turns(1) == ("critic",)
    moved = objective.optimised()
    together = [*moved["critic"], *moved["editor"]]
    assert len({*together}) == len(together) == len([*objective.parameters()])
