"""ModularGAN for editing: one encoder, one reconstructor, a transformer and a critic for each attribute."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath_attention_rnn.modular_gan.critic import Critic
from scanpath_attention_rnn.modular_gan.encoder import HALVINGS, Encoder
from scanpath_attention_rnn.modular_gan.local_mask import LocalMask
from scanpath_attention_rnn.modular_gan.reconstructor import Reconstructor
from scanpath_attention_rnn.modular_gan.residual import Normalisation
from scanpath_attention_rnn.modular_gan.transformer import ScorerFactory, Transformed, Transformer


class ModularGAN(nn.Module):
    """The modules by their names; losses are :mod:`scanpath_attention_rnn.modular_gan.losses`.

    Args:
        encoder: E.
        reconstructor: R.
        transformers: T, by attribute.
        critics: D, by attribute.
    """

    def __init__(
        self,
        *,
        encoder: Encoder,
        reconstructor: Reconstructor,
        transformers: Mapping[str, Transformer],
        critics: Mapping[str, Critic],
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.reconstructor = reconstructor
        self.transformers = nn.ModuleDict(transformers)
        self.critics = nn.ModuleDict(critics)

    def editing(self) -> list[nn.Parameter]:
        """Return the parameters that edit: all but the critics'."""
        parts = (self.encoder, self.reconstructor, self.transformers)
        return [parameter for part in parts for parameter in part.parameters()]

    def edit(self, pictures: Tensor, attribute: str, code: Tensor) -> tuple[Tensor, Tensor]:
        """Return edited pictures (B, 3, S, S) from -1 to 1, and masks (B, 1, S / 4, S / 4).

        Args:
            pictures: (B, 3, S, S), from -1 to 1.
            attribute: Which is changed.
            code: (B, c), towards what.
        """
        found: Transformed = self.transformers[attribute](self.encoder(pictures), code)
        return self.reconstructor(found.features), found.mask


def modular_gan(
    *,
    side: int,
    codes: Mapping[str, int],
    scorer: ScorerFactory = LocalMask,
    width: int = 64,
    kernel_size: int = 7,
    encoder_blocks: int = 0,
    blocks: int = 6,
    normalisation: Normalisation = "instance",
    critic_width: int = 64,
    critic_layers: int = 6,
) -> ModularGAN:
    """Build the networks; the defaults are for pictures of 128 x 128, as published.

    Args:
        side: Height and width of pictures.
        codes: c of each attribute.
        scorer: Of the masks; called with ``region_dim`` and ``query_dim=None``, once an attribute.
        width: Of the encoder's first layer and the reconstructor's last; features are four times as wide.
        kernel_size: Of the encoder's first convolution and the reconstructor's last; odd.
        encoder_blocks: Residual blocks of the encoder.
        blocks: Residual blocks of each transformer.
        normalisation: Of encoder, transformers and reconstructor: "instance", "layer" or "none".
        critic_width: Of the critics' first layer.
        critic_layers: How often they halve the picture.

    Raises:
        ConfigError: A side that cannot be halved so often.
    """
    if side % 2**HALVINGS:
        raise ConfigError(f"pictures of {side} pixels were given, expected a multiple of {2**HALVINGS}.")
    encoder = Encoder(width=width, blocks=encoder_blocks, kernel_size=kernel_size, normalisation=normalisation)
    network = ModularGAN(
        encoder=encoder,
        reconstructor=Reconstructor(width=width, kernel_size=kernel_size, normalisation=normalisation),
        transformers={
            name: Transformer(
                region_dim=encoder.output_dim, code_dim=dim, scorer=scorer, blocks=blocks, normalisation=normalisation
            )
            for name, dim in codes.items()
        },
        critics={
            name: Critic(side=side, code_dim=dim, width=critic_width, layers=critic_layers)
            for name, dim in codes.items()
        },
    )
    return network.to(memory_format=torch.channels_last)  # as narrow convolutions run faster on a CPU
