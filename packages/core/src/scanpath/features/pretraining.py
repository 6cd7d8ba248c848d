"""Pre-training of ``scenes_cnn`` on the attributes of objects; no question is ever seen.

Every cell of the 8x8 grid that lies on an object learns that object's shape, colour and size, and every cell learns
whether it lies on an object at all. Afterwards the heads are thrown away. Its Scenes are drawn from a seed of their
own, so that no picture of the data sets is among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.features.labelled import LabelledPictures, draw_labelled
from scanpath.features.scenes_cnn import WIDTHS, ScenesCNN, folded
from scanpath.files import write_atomically
from scanpath.progress import track

#: The share of a cell's pixels from which on the cell is taught to be on an object, and below which on the ground.
ON_OBJECT, ON_GROUND = 0.25, 0.05


class CellTargets(NamedTuple):
    """What the cells of a grid are taught."""

    owner: Tensor
    """Index of the object that fills most of the cell, int64 (N, h, w)."""
    share: Tensor
    """Share of the cell's pixels that are on that object, (N, h, w)."""


def cell_targets(labels: Tensor, grid: int, objects: int) -> CellTargets:
    """Find which object each cell of ``grid`` x ``grid`` lies on.

    Args:
        labels: uint8 (N, H, W), 0 ground and i + 1 object i.
        grid: cells along each side, a divisor of H and W.
        objects: the most objects a picture has.
    """
    n, height, width = labels.shape
    cells = labels.view(n, grid, height // grid, grid, width // grid).permute(0, 1, 3, 2, 4).flatten(3)  # (N, h, w, p)
    shares = torch.stack([(cells == index + 1).float().mean(3) for index in range(objects)])  # (objects, N, h, w)
    share, owner = shares.max(0)
    return CellTargets(owner, share)


class AttributeHeads(nn.Module):
    """One linear map a cell for each attribute, and one for lying on an object."""

    def __init__(self, classes: Mapping[str, int]) -> None:
        super().__init__()
        self.classes = dict(classes)
        self.linear = nn.Conv2d(WIDTHS[-1], sum(classes.values()) + 1, 1)

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        """Turn features (N, D, h, w) into scores: name -> (N, classes, h, w); ``"object"`` has one."""
        parts = self.linear(features).split([*self.classes.values(), 1], dim=1)
        return dict(zip([*self.classes, "object"], parts, strict=True))


class Pretrained(NamedTuple):
    """What pre-training leaves."""

    network: ScenesCNN
    """The backbone, its batch norms folded away."""
    heads: AttributeHeads
    """Used once more, to measure how readable the features are."""


def objective(scores: Mapping[str, Tensor], targets: CellTargets, attributes: Mapping[str, Tensor]) -> Tensor:
    """Sum the cross-entropies of the attributes over cells on objects, and of lying on an object over clear cells."""
    on_object = targets.share >= ON_OBJECT
    clear = on_object | (targets.share <= ON_GROUND)
    present = scores["object"][:, 0]
    loss = F.binary_cross_entropy_with_logits(present[clear], on_object[clear].float())
    for name, classes in attributes.items():
        of_cell = classes.gather(1, targets.owner.flatten(1)).view_as(targets.owner)
        loss = loss + F.cross_entropy(scores[name].permute(0, 2, 3, 1)[on_object], of_cell[on_object])
    return loss


def to_pixels(pictures: Tensor) -> Tensor:
    """Bring uint8 pictures to [-1, 1], as :class:`~scanpath.features.backbones.Backbone` does for ``scenes_cnn``."""
    return (pictures.float() / 255 - 0.5) / 0.5


def flipped(data: LabelledPictures, rows: Tensor, number: int) -> tuple[Tensor, Tensor]:
    """Take rows of pictures and labels; every second batch is mirrored left to right, which keeps all attributes."""
    pictures, labels = data.pictures[rows], data.labels[rows]
    return (pictures.flip(3), labels.flip(2)) if number % 2 else (pictures, labels)


def batches(pictures: int, size: int, epochs: int, seed: int) -> Iterator[Tensor]:
    """Draw rows of pictures, int64 (size,), in another order in each epoch; a rest that fills no batch is left out."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        order = torch.randperm(pictures, generator=generator)
        yield from order[: pictures // size * size].view(-1, size)


def descend(parameters: Iterable[nn.Parameter], losses: Iterable[Tensor], *, steps: int, rate: float) -> None:
    """Take a step of AdamW down each loss, which is computed when its turn comes.

    Args:
        parameters: what is learnt.
        losses: one for each step.
        steps: how many they are.
        rate: the highest learning rate; it rises for a tenth of the steps and falls to zero along a cosine.
    """
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + 1, pct_start=0.1)
    for loss in track(losses, "pre-training", total=steps):
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()


def pretrain(
    data: LabelledPictures, *, seed: int = 0, epochs: int = 6, batch: int = 64, rate: float = 4e-3
) -> Pretrained:
    """Train the backbone with its heads; equal seeds give equal weights on one machine.

    Args:
        data: what to learn from.
        seed: of the weights and of the order.
        epochs: passes over the pictures.
        batch: pictures in a step.
        rate: as of :func:`descend`.
    """
    steps = len(data.pictures) // batch * epochs
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = ScenesCNN(normalised=True)
        heads = AttributeHeads({name: int(classes.max()) + 1 for name, classes in data.attributes.items()})
    objects = next(iter(data.attributes.values())).shape[1]

    def losses() -> Iterator[Tensor]:
        for number, rows in enumerate(batches(len(data.pictures), batch, epochs, seed)):
            pictures, labels = flipped(data, rows, number)
            features = network(to_pixels(pictures))
            targets = cell_targets(labels, features.shape[-1], objects)
            yield objective(heads(features), targets, {name: one[rows] for name, one in data.attributes.items()})

    descend([*network.parameters(), *heads.parameters()], losses(), steps=steps, rate=rate)
    return Pretrained(folded(network), heads.eval())


@torch.no_grad()
def accuracies(trained: Pretrained, data: LabelledPictures, *, batch: int = 256) -> dict[str, float]:
    """Measure, in percent, how often a cell on an object tells the object's attributes, and ``object`` or ground."""
    right = dict.fromkeys([*data.attributes, "object"], 0)
    asked = dict.fromkeys(right, 0)
    objects = next(iter(data.attributes.values())).shape[1]
    for rows in torch.split(torch.arange(len(data.pictures)), batch):
        features = trained.network(to_pixels(data.pictures[rows]))
        scores = trained.heads(features)
        targets = cell_targets(data.labels[rows], features.shape[-1], objects)
        on_object = targets.share >= ON_OBJECT
        clear = on_object | (targets.share <= ON_GROUND)
        right["object"] += int(((scores["object"][:, 0] > 0) == on_object)[clear].sum())
        asked["object"] += int(clear.sum())
        for name, classes in data.attributes.items():
            of_cell = classes[rows].gather(1, targets.owner.flatten(1)).view_as(targets.owner)
            right[name] += int((scores[name].argmax(1) == of_cell)[on_object].sum())
            asked[name] += int(on_object.sum())
    return {name: 100 * right[name] / max(asked[name], 1) for name in right}


def save(path: Path, network: nn.Module, facts: Mapping[str, str]) -> None:
    """Write a backbone as safetensors in half precision, with ``facts`` (command, seed, accuracy) in its header."""
    state = {name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}
    write_atomically(path, safetensors.torch.save(state, metadata=dict(facts)))


def pretrain_scenes_cnn(
    path: Path, *, pictures: int = 8000, world_seed: int = 999, seed: int = 0, epochs: int = 6
) -> dict[str, float]:
    """Draw the pictures, train, measure on pictures never seen, and write the weights to ``path``.

    Args:
        path: the safetensors file to write.
        pictures: how many to learn from; an eighth as many are held out to measure.
        world_seed: the Scenes that they come from, which must not be those of a data set that is compared on.
        seed: of the weights and of the order.
        epochs: passes over the pictures.

    Returns:
        Percent of held-out cells whose shape, colour and size, and whether there is an object, are told right; they
        are measured on the weights as written.
    """
    data = draw_labelled(pictures, seed=world_seed, split="train")
    trained = pretrain(data, seed=seed, epochs=epochs)
    trained.network.half().float()  # as the file will have them
    measured = accuracies(trained, draw_labelled(max(1, pictures // 8), seed=world_seed, split="test"))
    facts = {
        "command": f"scanpath features pretrain scenes_cnn --pictures {pictures} --world-seed {world_seed} "
        f"--seed {seed} --epochs {epochs}",
        "data_sha256": data.checksum(),
        "torch": torch.__version__,
        **{f"held_out_{name}": f"{value:.2f}" for name, value in measured.items()},
    }
    save(path, trained.network, facts)
    return measured
