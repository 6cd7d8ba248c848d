"""ModularGAN: pictures edited attribute by attribute, each edit through a mask that a scorer gives.

Source: Zhao et al., Modular Generative Adversarial Networks, ECCV 2018, https://arxiv.org/abs/1804.03343. Widths are
those of public re-implementations and of StarGAN (Choi et al., CVPR 2018), whose layers they take up.
"""

from scanpath_attention_rnn.modular_gan.critic import Critic as Critic, Judgement as Judgement
from scanpath_attention_rnn.modular_gan.encoder import Encoder as Encoder
from scanpath_attention_rnn.modular_gan.local_mask import LocalMask as LocalMask
from scanpath_attention_rnn.modular_gan.network import ModularGAN as ModularGAN, modular_gan as modular_gan
from scanpath_attention_rnn.modular_gan.reconstructor import Reconstructor as Reconstructor
from scanpath_attention_rnn.modular_gan.transformer import Transformed as Transformed, Transformer as Transformer
