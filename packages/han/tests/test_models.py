"""The paper's networks, as its table files build them: widths, cells and parameters."""

from __future__ import annotations

import functools
import itertools

import pytest
import torch
from torch import nn

from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.hosts import build_host
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.objective import VQAObjective

TABLES = ("table1", "table2", "table3", "end_to_end", "clevr", "figure3b", "sort_of_clevr", "clevr_scenes")
ROWS = [(name, row.id) for name in TABLES for row in find_table("han", name).settings.rows if not row.external]


SHAPES = {"scenes_cnn": (8, 8, 64), "sort_of_clevr_cnn": (5, 5, 64), None: None}
"""Of a picture's features; a model that reads none sees the pictures themselves."""


def task_of(name: str, row: str, scale: str):
    table = find_table("han", name).settings
    return values_of(table, table.row(row), table.columns[0], scale, 0)["task"]


def build(name: str, row: str, scale: str, shape: tuple[int, ...] | None, *, answers: int):
    model = task_of(name, row, scale)["model"]
    return build_host(model, vocabulary_size=11, answers=answers, feature_shape=shape)


@functools.cache
def of_paper(name: str, row: str):
    """Build a row at the paper's size, without the memory that it would need."""
    with torch.device("meta"):
        return build(name, row, "paper", (10, 10, 2048), answers=1000)


def widths(module: nn.Module) -> list[tuple[int, int]]:
    return [(one.in_features, one.out_features) for one in module.modules() if isinstance(one, nn.Linear)]


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def linear(*sizes: int) -> int:
    return sum((before + 1) * after for before, after in itertools.pairwise(sizes))


def test_han_has_the_widths_of_section_4_5():
    model = of_paper("table1", "han_sum_16")
    assert model.question.embedding.embedding_dim == 300
    assert model.question.output_dim == 512
    assert model.attention.quota.slots("HAN", 100) == 16
    assert widths(model.image) == [(2048, 2048)] * 2  # Eq. 2, once a picture
    assert count(model.attention) == linear(512, 2048, 2048)  # Eq. 3
    assert widths(model.classifier) == [(2048, 1024), (1024, 2048), (2048, 1000)]
    assert (model.image.length, model.image.coordinates) == ("sample", "none")


def test_pairwise_has_two_heads_of_512():
    attention = of_paper("table1", "han_pairwise_48").attention
    assert widths(attention.aggregator) == [(2048, 1024)] * 3
    assert (attention.aggregator.heads, attention.context_dim, attention.aggregator.scale) == (2, 1024, 1.0)


def test_san_looks_twice_in_1024():
    for row, place in (("san", 0), ("san_pos", 2)):
        model = of_paper("table1", row)
        assert model.attention.context_dim == 1024
        assert len(model.attention.regions) == 2
        assert model.attention.embed.in_features == 2048 + place
        assert widths(model.classifier)[0] == (1024, 1024)


def test_no_layers_are_one_map_a_side():
    models = [of_paper("table3", f"{layers}_16") for layers in ("zero", "two")]
    zero, two = (model.attention for model in models)
    assert [count(model.image) + count(model.attention) for model in models] == [
        linear(2048, 2048) + linear(512, 2048),
        linear(2048, 2048, 2048) + linear(512, 2048, 2048),
    ]
    assert zero.quota.slots("HAN", 100) == two.quota.slots("HAN", 100) == 16


def test_clevr_is_read_as_a_relation_network_reads_it():
    model = build("clevr", "han_rn", "paper", None, answers=28).eval()
    pictures = torch.randint(0, 256, (2, 3, 320, 480), dtype=torch.uint8)
    logits, maps = model(pictures, torch.tensor([[1, 2], [3, 0]]))
    assert logits.shape == (2, 28)
    assert maps["regions"].shape == (2, 1, 8, 8)
    assert maps["regions"].sum((1, 2, 3)).tolist() == [16, 16]
    cnn = [(one.in_channels, one.out_channels) for one in model.image.modules() if isinstance(one, nn.Conv2d)]
    assert cnn == [(3, 24), (24, 24), (24, 24), (24, 24)]
    assert (model.question.embedding.embedding_dim, model.question.output_dim) == (32, 128)
    # m of 256 with two coordinates, twice, and the question; three layers of g, two of f; the classifier is f's last
    assert count(model.attention.aggregator) == linear(2 * 258 + 128, *[256] * 4) + linear(256, 256, 256)
    assert widths(model.classifier) == [(256, 28)]


def test_a_comparison_is_told_what_was_present():
    """What it deletes of a hard choice first; the objective hands it on from the attention's extras."""
    model = build("table1", "han_sum_16", "small", (8, 8, 64), answers=7).eval()
    images, tokens = torch.rand(2, 8, 8, 64), torch.tensor([[1, 2], [3, 0], [5, 6]])
    batch = VQABatch(images, torch.tensor([1, 0, 1]), tokens, torch.zeros(3, 1).long(), torch.arange(3))
    presence = VQAObjective(model).presence(batch)
    kept = model(images, tokens, batch.image_index).maps["regions"].squeeze(1) > 0
    assert presence.shape == kept.shape == (3, 8, 8)
    for sample, chosen in zip(presence, kept, strict=True):
        assert sample[chosen].min() >= sample[~chosen].max()


def test_the_large_ones_are_twice_as_wide():
    small, large = (build("clevr", row, "paper", None, answers=28) for row in ("han_rn", "han_rn_large"))
    assert large.attention.context_dim == 2 * small.attention.context_dim
    assert large.image.cnn.output_dim == 2 * small.image.cnn.output_dim
    assert large.question.output_dim == 2 * small.question.output_dim


@pytest.mark.parametrize(("name", "row"), ROWS, ids=".".join)
def test_each_row_of_the_small_scale_answers_and_learns(name, row):
    """Every parameter gets a gradient; a hard row keeps what its name says."""
    shape = SHAPES[task_of(name, row, "small")["features"]]
    model = build(name, row, "small", shape, answers=7)
    images = torch.rand(3, *(shape or (3, 64, 64)))
    logits, maps = model(images, torch.tensor([[1, 2], [3, 0], [5, 6]]))
    assert logits.shape == (3, 7)
    logits.square().sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    kept = (maps["regions"] > 0).any(1).flatten(1).sum(1).tolist()
    percent = {"16": 10, "32": 20, "48": 31, "64": 41}.get("16" if row == "simple_han" else row.rsplit("_", 1)[-1])
    if name == "table3":
        assert kept == [int(row.rsplit("_", 1)[-1])] * 3
    elif percent is not None:
        assert kept == [percent] * 3  # of 64 cells
    elif row.startswith(("han_", "st_")):
        assert kept == [6 if shape == (5, 5, 64) else 16] * 3  # a quarter of 25, and of 64
    elif row in ("rn", "sum", "pairwise"):
        assert kept == [maps["regions"][0, 0].numel()] * 3
