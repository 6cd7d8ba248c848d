from __future__ import annotations

from functools import partial

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_attention_rnn import AttentionRNN
from scanpath_attention_rnn.modular_gan import modular_gan

CODES = {"hair": 3, "smile": 1}
TINY = {"side": 16, "codes": CODES, "width": 3, "blocks": 1, "critic_width": 5, "critic_layers": 3}


def test_an_edit_is_encoded_transformed_and_reconstructed():
    network = modular_gan(**TINY, kernel_size=3, encoder_blocks=1)
    pictures, code = torch.rand(2, 3, 16, 16), torch.eye(3)[1:]
    found, mask = network.edit(pictures, "hair", code)
    assert (found.shape, mask.shape) == ((2, 3, 16, 16), (2, 1, 4, 4))
    changed = network.transformers["hair"](network.encoder(pictures), code)
    torch.testing.assert_close(found, network.reconstructor(changed.features))
    torch.testing.assert_close(mask, changed.mask)


def test_each_attribute_has_its_transformer_and_its_critic():
    network = modular_gan(**TINY)
    assert list(network.transformers) == list(network.critics) == ["hair", "smile"]
    assert network.transformers["hair"].change[0][0].weight.shape == (12, 15, 3, 3)
    assert network.critics["smile"].values.weight.shape[0] == 1
    edits, judges = {*network.editing()}, {*network.critics.parameters()}
    assert edits | judges == {*network.parameters()}
    assert not edits & judges


def test_another_scorer_changes_the_masks_alone():
    torch.manual_seed(3)
    plain = modular_gan(**TINY)
    other = modular_gan(**TINY, scorer=partial(AttentionRNN, hidden=5))

    def beside(network):
        return {name: one.shape for name, one in network.named_parameters() if ".scorer." not in name}

    assert beside(plain) == beside(other)
    assert len([*plain.parameters()]) != len([*other.parameters()])


def test_a_side_that_cannot_be_halved_twice_is_refused():
    with pytest.raises(ConfigError, match="pictures of 18 pixels were given, expected a multiple of 4"):
        modular_gan(**{**TINY, "side": 18})
