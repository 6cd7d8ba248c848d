"""The loss against a loop, what is measured by hand, training, and the command."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import typer
from safetensors import safe_open
from torch import nn
from torch.nn import functional as F
from typer.testing import CliRunner

from scanpath.features.loading import read_weights
from scanpath.features.scenes_cnn import folded
from scanpath_han.data.sort_of_clevr.backbone import network
from scanpath_han.data.sort_of_clevr.drawn import Drawn, Places, draw
from scanpath_han.data.sort_of_clevr.pretraining import CellHead, Trained, main, measure, objective, pretrain


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Pictures with what stands where in them."""
    return draw(64, seed=31, split="test")


def test_the_objective_equals_a_loop_over_cells_with_gradients() -> None:
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(3, 6, 4, 7, generator=generator, requires_grad=True)
    truth = Places(
        torch.randint(0, 7, (3, 6), generator=generator),
        torch.randint(0, 2, (3, 6), generator=generator).float(),
        torch.rand(3, 6, 2, generator=generator) * 2 - 1,
    )
    total = torch.tensor(0.0)
    for n, color, cell in torch.cartesian_prod(*map(torch.arange, (3, 6, 7))).tolist():
        presence, circle, x, y = scores[n, color, :, cell]
        if cell != truth.cells[n, color]:
            total = total + F.softplus(presence)
            continue
        total = total + F.softplus(-presence) + F.softplus(-circle if truth.circles[n, color] else circle)
        total = total + (x - truth.offsets[n, color, 0]) ** 2 + (y - truth.offsets[n, color, 1]) ** 2
    loss, expected = objective(scores, truth), total / 18
    torch.testing.assert_close(loss, expected)
    ours, slow = (torch.autograd.grad(one, scores)[0] for one in (loss, expected))
    torch.testing.assert_close(ours, slow)


def test_the_head_tells_four_numbers_of_each_colour_and_cell() -> None:
    head = CellHead()
    features = torch.randn(2, 64, 5, 3)
    scores = head(features)
    assert scores.shape == (2, 6, 4, 15)
    by_hand = features[1, :, 4, 2] @ head.linear.weight[:, :, 0, 0].T + head.linear.bias
    torch.testing.assert_close(scores[1, 2, 3, 14], by_hand[2 * 4 + 3])


class Told(nn.Module):
    """Gives what it was handed, whatever it is asked."""

    def __init__(self, answer: torch.Tensor) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, _: torch.Tensor) -> torch.Tensor:
        return self.answer


def test_measures_by_hand() -> None:
    truth = Places(torch.tensor([[0, 1, 2, 3, 4, 5]]), torch.tensor([[1.0, 0, 1, 0, 1, 0]]), torch.zeros(1, 6, 2))
    scores = torch.full((1, 6, 4, 25), -1.0)
    for color in range(6):
        scores[0, color, :, color] = torch.tensor([1.0, 1.0, 0.0, 0.0])  # there, a circle, in the middle
    scores[0, 0, 0, 0] = -1.0  # red is missed in its cell ...
    scores[0, 0, 0, 7:10] = 1.0  # ... and seen in three others, of 24 a colour
    scores[0, 5, 2, 5] = 3.0  # yellow is three half cells too far right
    features = torch.zeros(1, 64, 5, 5)
    features.flatten(2)[0, 11] = torch.tensor([9.0, 8, 7, 0, 0, 1, *[2.0] * 3, *[0.5] * 16])  # 3 and 4 are the least
    found = measure(Trained(Told(features), Told(scores)), Drawn(torch.zeros(1, 3, 75, 75, dtype=torch.uint8), truth))  # type: ignore[arg-type]
    assert found == pytest.approx(
        {
            "present": 100 * 5 / 6,
            "absent": 100 * 141 / 144,
            "shape": 50.0,
            "offset": (9 / 12) ** 0.5,
            "among_6": 50.0,
            "among_9": 100 * 4 / 6,
        }
    )


def test_folding_changes_no_output() -> None:
    torch.manual_seed(2)
    trained = network(normalised=True)
    for norm in trained.norms:
        nn.init.uniform_(norm.weight, 0.5, 2)
        nn.init.uniform_(norm.bias, -1, 1)
    trained(torch.randn(11, 3, 75, 75))  # running statistics that are not those of the beginning
    pixels = torch.randn(2, 3, 75, 75)
    torch.testing.assert_close(folded(trained)(pixels), trained.eval()(pixels), rtol=1e-4, atol=1e-5)


def test_a_few_steps_learn_the_same_from_the_same_seed(drawn: Drawn) -> None:
    state = torch.get_rng_state()
    first, second = (pretrain(drawn, epochs=2) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(map(torch.equal, first.network.parameters(), second.network.parameters()))
    other = pretrain(drawn, seed=1, epochs=2)
    assert not torch.equal(other.network.convolutions[0].weight, first.network.convolutions[0].weight)


def test_the_command_writes_weights_that_load_and_tell_how_they_were_made(tmp_path: Any) -> None:
    app, path = typer.Typer(), tmp_path / "w.safetensors"
    app.command()(main)
    options = ("--pictures", "32", "--world-seed", "5", "--seed", "0", "--epochs", "1")
    done = CliRunner().invoke(app, ["--out", str(path), *options])
    assert done.exit_code == 0, done.output
    with safe_open(path, "pt") as file:
        facts = file.metadata()
    assert facts["command"] == "python -m scanpath_han.data.sort_of_clevr.pretraining " + " ".join(options)
    assert facts["data_sha256"] == draw(32, seed=5, split="train").checksum()
    assert f"held out: present {facts['held_out_present']}" in done.output
    network().load_state_dict(read_weights(path))  # strict: nothing is missing, nothing is left over
    again = CliRunner().invoke(app, ["--out", str(path), *options])
    assert again.exit_code == 2
    assert "exists: name another file for --out." in again.output
