"""``python -m scanpath_han.data.sort_of_clevr.pretraining``: training ``sort_of_clevr_cnn``, without a question.

One linear map on every cell tells, for each of the six colours, whether the object of that colour has its centre in the
cell, whether it is a circle, and where in the cell its centre is. Afterwards the map is thrown away. Its pictures are
drawn from a seed of their own, so that none of the data sets is among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import torch
import typer
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.errors import ConfigError, ScanpathError
from scanpath.features.pretraining import batches, descend, save, to_pixels
from scanpath.features.scenes_cnn import WIDTHS, ScenesCNN, folded
from scanpath_han.data.sort_of_clevr.backbone import network
from scanpath_han.data.sort_of_clevr.drawn import Drawn, Places, draw
from scanpath_han.data.sort_of_clevr.world import COLORS

MODULE = "scanpath_han.data.sort_of_clevr.pretraining"
ASKED = 4
"""Numbers that a cell tells of each colour: presence, circle, x and y."""
KEPT = (6, 9)
"""Numbers of cells, of the largest norm, among which the objects are sought: one for each object, and a third."""
BATCH = 32


class CellHead(nn.Module):
    """One linear map on every cell: features (N, 64, h, w) -> scores (N, 6, 4, h * w)."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Conv2d(WIDTHS[-1], len(COLORS) * ASKED, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Compute what each cell says of the object of each colour."""
        scores: Tensor = self.linear(features).flatten(2).unflatten(1, (len(COLORS), ASKED))
        return scores


class Trained(NamedTuple):
    """What pre-training leaves."""

    network: ScenesCNN
    """The backbone, its batch norms folded away."""
    head: CellHead
    """Used once more, to measure how readable the features are."""


def at(scores: Tensor, cells: Tensor) -> Tensor:
    """Read what the objects' own cells say: scores (N, 6, 4, h * w), cells (N, 6) -> (N, 6, 4)."""
    return scores.gather(3, cells[..., None, None].expand(-1, -1, scores.shape[2], 1))[..., 0]


def present(cells: Tensor, count: int) -> Tensor:
    """Tell of every cell whether the object of a colour has its centre there, (N, 6, count) of 0 and 1."""
    return F.one_hot(cells, count).float()


def objective(scores: Tensor, truth: Places) -> Tensor:
    """Add up cross-entropies of presence in all cells, and of the circle and squared offsets in an object's own.

    Returns:
        The sum over cells, the mean over objects and pictures.
    """
    own = at(scores, truth.cells)
    presence = F.binary_cross_entropy_with_logits(
        scores[:, :, 0], present(truth.cells, scores.shape[-1]), reduction="sum"
    )
    circle = F.binary_cross_entropy_with_logits(own[..., 1], truth.circles, reduction="sum")
    place = (own[..., 2:] - truth.offsets).square().sum()
    return (presence + circle + place) / truth.cells.numel()


def pretrain(data: Drawn, *, seed: int = 0, epochs: int = 10, rate: float = 4e-3) -> Trained:
    """Train the backbone with its head; equal seeds give equal weights on one machine.

    Args:
        data: what to learn from.
        seed: of the weights and of the order.
        epochs: passes over the pictures.
        rate: the highest learning rate.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        body, head = network(normalised=True), CellHead()
    body.to(memory_format=torch.channels_last)  # a third less time on a CPU
    count = len(data.pictures)

    def losses() -> Iterator[Tensor]:
        for rows in batches(count, BATCH, epochs, seed):
            pixels = to_pixels(data.pictures[rows]).contiguous(memory_format=torch.channels_last)
            yield objective(head(body(pixels)), data.places.of(rows))

    descend([*body.parameters(), *head.parameters()], losses(), steps=count // BATCH * epochs, rate=rate)
    return Trained(folded(body), head.eval())


@torch.no_grad()
def measure(trained: Trained, data: Drawn, *, batch: int = 256) -> dict[str, float]:
    """Measure what the cells of some pictures tell.

    Returns:
        ``present``: percent of objects that their own cell says to be there; ``absent``: percent of the other cells
        that say of a colour that it is not; ``shape``: percent of objects whose cell tells their shape; ``offset``: the
        root mean square of errors of x and y, in half cells; ``among_6`` and ``among_9``: percent of objects whose cell
        is among so many of the picture's of the largest norm.
    """
    features = torch.cat([trained.network(to_pixels(part)) for part in torch.split(data.pictures, batch)])
    scores, (cells, circles, offsets) = trained.head(features), data.places
    own, told = at(scores, cells), scores[:, :, 0] > 0
    there = present(cells, scores.shape[-1]).bool()
    norms = features.norm(dim=1).flatten(1)  # (N, h * w)
    found = {
        "present": told[there].float().mean() * 100,
        "absent": 100 - told[~there].float().mean() * 100,
        "shape": ((own[..., 1] > 0) == (circles > 0)).float().mean() * 100,
        "offset": (own[..., 2:] - offsets).square().mean().sqrt(),
    }
    for kept in KEPT:
        largest = norms.topk(kept).indices  # (N, kept)
        found[f"among_{kept}"] = (cells[..., None] == largest[:, None]).any(-1).float().mean() * 100
    return {name: float(value) for name, value in found.items()}


def pretrain_sort_of_clevr_cnn(
    path: Path, *, pictures: int = 9_600, world_seed: int = 999, seed: int = 0, epochs: int = 10
) -> dict[str, float]:
    """Draw the pictures, train, measure on pictures never seen, and write the weights to ``path``.

    Args:
        path: the safetensors file to write.
        pictures: how many to learn from; an eighth as many are held out to measure.
        world_seed: of the pictures, which must not be that of a data set.
        seed: of the weights and of the order.
        epochs: passes over the pictures.

    Returns:
        As of :func:`measure`, on held-out pictures and the weights as written.
    """
    data = draw(pictures, seed=world_seed, split="train")
    trained = pretrain(data, seed=seed, epochs=epochs)
    trained.network.half().float()  # as the file will have them
    measured = measure(trained, draw(max(1, pictures // 8), seed=world_seed, split="test"))
    options = f"--pictures {pictures} --world-seed {world_seed} --seed {seed} --epochs {epochs}"
    facts = {
        "command": f"python -m {MODULE} {options}",
        "data_sha256": data.checksum(),
        "torch": torch.__version__,
        **{f"held_out_{name}": f"{value:.3f}" for name, value in measured.items()},
    }
    save(path, trained.network, facts)
    return measured


def main(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Safetensors file to write; an existing file is not replaced.")
    ],
    pictures: Annotated[
        int, typer.Option(metavar="N", min=BATCH, help="Training pictures; an eighth as many more are held out.")
    ] = 9_600,
    world_seed: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Random seed of the generated pictures, different from that of your data."
        ),
    ] = 999,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed for weights and data order.")] = 0,
    epochs: Annotated[int, typer.Option(metavar="N", min=1, help="Passes over the pictures.")] = 10,
) -> None:
    """Train sort_of_clevr_cnn on which objects have their centre in which cell, without questions."""
    try:
        if out.exists():
            raise ConfigError(f"{out} exists: name another file for --out.")
        measured = pretrain_sort_of_clevr_cnn(out, pictures=pictures, world_seed=world_seed, seed=seed, epochs=epochs)
    except ScanpathError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo("held out: " + ", ".join(f"{name} {value:.3f}" for name, value in measured.items()))


if __name__ == "__main__":
    typer.run(main)
