from __future__ import annotations

import torch

from scanpath_attention_rnn import AttentionRNN
from scanpath_attention_rnn.modular_gan import LocalMask
from scanpath_attention_rnn.tasks.editing.model import EditorSection
from scanpath_attention_rnn.tasks.editing.settings import ModelSettings


def test_networks_are_built_from_what_was_saved(section, tmp_path):
    model = ModelSettings.parse({**section["model"], "scorer": {"name": "attention_rnn", "hidden": 5}})
    EditorSection(model=model, side=16).save(tmp_path)
    network = EditorSection.load(tmp_path).build()
    scorer = network.transformers["gender"].scorer
    assert isinstance(scorer, AttentionRNN)
    assert scorer.bias.shape == (2, 20)
    pictures, mask = network.edit(torch.zeros(2, 3, 16, 16), "gender", torch.ones(2, 1))
    assert (pictures.shape, mask.shape) == ((2, 3, 16, 16), (2, 1, 4, 4))


def test_the_published_mask_is_a_convolution(section):
    network = EditorSection(model=ModelSettings.parse({**section["model"], "mask_kernel": 7}), side=16).build()
    scorer = network.transformers["hair"].scorer
    assert isinstance(scorer, LocalMask)
    assert scorer.kernel_size == 7
