"""The network by name: in a recipe, trained on digits, measured, and asked about."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath.hosts import build_host
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.maps import region_maps
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath_attention_rnn import BlockAttentionRNN

SECTION = {"name": "progressive", "scorer": {"name": "attention_rnn", "hidden": 2}, "channels": [3, 5, 7]}


def test_a_section_builds_it():
    torch.manual_seed(0)
    section = ModelSettings.parse({**SECTION, "first": {"name": "block_attention_rnn", "gamma": 3}})
    model = build_host(section.plain(), vocabulary_size=12, answers=5)
    assert isinstance(model.scorers["pool1"], BlockAttentionRNN)
    output = model(torch.rand(2, 3, 24, 24), torch.tensor([[2], [3]]))
    maps = region_maps(output, model)
    assert (maps.names, maps.kind, maps.axis) == (("pool1", "pool2", "pool3"), "gate", "layer")
    assert maps.weights.shape == (2, 3, 12, 12)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"name": "progressive"}, "the host 'progressive' has no place for 'attention', it has scorer"),
        ({**SECTION, "scorer": "mean"}, "'mean' is an attention, not a scorer: create_attention builds it"),
        (
            {**SECTION, "scorer": {"name": "attention_rnn", "hiden": 2}},
            "no option 'hiden'; did you mean 'hidden'",
        ),
        ({**SECTION, "chanels": [3]}, "unknown key 'chanels'; did you mean 'channels'"),
        ({**SECTION, "attention": "dot"}, "attention and scorer were given, expected one of them"),
    ],
)
def test_mistakes_are_told_at_once(section, words):
    with pytest.raises(ConfigError, match=words):
        ModelSettings.parse(section)


def test_it_answers_digits(tmp_path):
    from scanpath_attention_rnn.data.digits.dataset import MREF

    MREF(tmp_path).make(train=40, val=10, test=10, seed=3, workers=1)
    task = VQATask({"data": "mref", "root": str(tmp_path), "features": None, "model": SECTION, "loss": "mode"})
    batches = task.batches("train", size=8, seed=0)
    batch = batches.collate(batches.dataset.__getitems__(next(iter(batches.sampler))))
    objective = task.objective()
    loss, _ = objective(batch)
    loss.backward()
    assert all(parameter.grad.isfinite().all() for parameter in objective.parameters())
    records = task.predict(objective.eval(), batch)
    assert all({"answer", "correctness"} <= record.keys() for record in records.values())
