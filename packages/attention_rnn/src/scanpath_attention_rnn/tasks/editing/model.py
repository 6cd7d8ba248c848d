"""The section that an editor is saved as, and the networks built from it."""

from __future__ import annotations

from functools import partial

from scanpath.attention import create_scorer
from scanpath.layers.options import named
from scanpath.settings import Settings
from scanpath.tasks.section import Section
from scanpath_attention_rnn.modular_gan import LocalMask, ModularGAN, modular_gan
from scanpath_attention_rnn.modular_gan.transformer import ScorerFactory
from scanpath_attention_rnn.tasks.editing.attributes import CODES
from scanpath_attention_rnn.tasks.editing.settings import ModelSettings


class EditorSection(Section):
    """Everything that builds the networks, but their weights."""

    model: ModelSettings
    side: int
    """Height and width of pictures."""

    def build(self) -> ModularGAN:
        """Build the networks under torch's current random state."""
        return modular_gan(side=self.side, codes=CODES, scorer=self._scorer(), **self.model.sizes())

    def _scorer(self) -> ScorerFactory:
        given = self.model.scorer
        if given is None:
            return partial(LocalMask, kernel_size=self.model.mask_kernel)
        name, options = named(given.plain() if isinstance(given, Settings) else given, "scorer")
        return partial(create_scorer, name, **options)
