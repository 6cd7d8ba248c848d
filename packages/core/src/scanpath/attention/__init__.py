"""The core's mechanisms, and any installed one by name."""

from scanpath.attention.affinity import AffinityCoAttention as AffinityCoAttention
from scanpath.attention.co_attention import IndependentCoAttention as IndependentCoAttention
from scanpath.attention.contextual import Contextual as Contextual
from scanpath.attention.creation import (
    create_attention as create_attention,
    create_co_attention as create_co_attention,
    create_scorer as create_scorer,
    list_attentions as list_attentions,
    list_co_attentions as list_co_attentions,
    list_scorers as list_scorers,
)
from scanpath.attention.encoders import (
    BiLSTM as BiLSTM,
    ChannelAttention as ChannelAttention,
    SelfAttention as SelfAttention,
)
from scanpath.attention.fused import Fused as Fused
from scanpath.attention.joint_conditioning import JointConditioning as JointConditioning
from scanpath.attention.layerwise import LayerwiseAttention as LayerwiseAttention
from scanpath.attention.multi_hop import MultiHopAttention as MultiHopAttention
from scanpath.attention.none import MeanPooling as MeanPooling, SumPooling as SumPooling
from scanpath.attention.scorers import (
    AdditiveScorer as AdditiveScorer,
    ConvScorer as ConvScorer,
    DotScorer as DotScorer,
    local as local,
)
from scanpath.attention.single_hop import single_hop as single_hop
from scanpath.attention.soft import SoftAttention as SoftAttention
from scanpath.attention.transformer import TransformerAttention as TransformerAttention
