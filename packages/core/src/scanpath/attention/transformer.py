"""One Transformer block in which the question attends to the regions: the modern row beside the older mechanisms.

Source: Attention Is All You Need (Vaswani 2017): a decoder block's cross-attention and feed-forward part, with the
normalisation in front of each and GELU, as later Transformers have them (GPT-2). The question is one vector, so a
decoder's self-attention has nothing to do here; the name ``self_attention`` with ``attention="transformer"`` puts it
among the regions. Dropout is left out.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.attention.query import QueryProjection
from scanpath.errors import ConfigError
from scanpath.ops import clean, head_scores, head_values, masked_softmax
from scanpath.types import Attended, Axis, Kind


class TransformerAttention(nn.Module):
    """With x = W q + b, the stream that the block reads and adds to,

        p_m = softmax_i((W^K_m v_i) . (W^Q_m LN(x) + b^Q_m) / sqrt(d)),   o_m = sum_i p_mi W^V_m v_i + b^V_m,
        a = W^O [o_1; ..; o_h] + b^O,   f = W_2 gelu(W_1 LN(x + a) + b_1) + b_2.

    The context is a + f, what the block adds to the stream. The question x itself stays out of it, as multi_hop's does:
    its host adds it, or fuses it in another way.

    Args:
        region_dim: D.
        query_dim: Q; None starts from a learnt x.
        heads: h, the maps.
        hidden_dim: h * d, the width of the stream, which is C too; D by default, rounded up to a multiple of ``heads``.
        feed_forward_dim: Rows of W_1; four times ``hidden_dim`` by default.
    """  # noqa: D415 - the formula belongs to the first sentence

    kind: Kind = "soft"
    axis: Axis = "glimpse"

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        heads: int = 4,
        hidden_dim: int | None = None,
        feed_forward_dim: int | None = None,
    ) -> None:
        super().__init__()
        check_positive("TransformerAttention", heads=heads, hidden_dim=hidden_dim, feed_forward_dim=feed_forward_dim)
        width = hidden_dim or -(-region_dim // heads) * heads
        if width % heads:
            raise ConfigError(
                f"TransformerAttention got hidden_dim={width} for heads={heads}, expected a multiple: change one."
            )
        inner = feed_forward_dim or 4 * width
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.context_dim = width
        self.heads = heads
        self.query = QueryProjection(query_dim=query_dim, output_dim=width)  # W, b
        self.before_attention = nn.LayerNorm(width)
        self.queries = nn.Linear(width, width)  # W^Q, b^Q
        self.keys = nn.Linear(region_dim, width, bias=False)  # W^K
        self.values = nn.Linear(region_dim, width)  # W^V, b^V
        self.out = nn.Linear(width, width)  # W^O, b^O
        self.before_feed_forward = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))  # W_1, W_2

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions.

        Args:
            regions: (B, *S, D).
            query: (B, Q), if it was built for one.
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, C), weights (B, heads, *S), extras)``; among the extras the scores (B, heads, *S).
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        regions = clean(regions, mask)
        stream = self.query(query, regions.shape[0])  # x, (B, C)
        asked = self.queries(self.before_attention(stream)).unflatten(1, (self.heads, -1))  # (B, h, d)
        scores = head_scores(regions, asked, self.keys.weight)  # (B, h, *S)
        weights = masked_softmax(scores, mask)  # (B, h, *S)
        found = self.out(head_values(weights, regions, self.values.weight) + self.values.bias)  # a, (B, C)
        context = found + self.feed_forward(self.before_feed_forward(stream + found))  # a + f, (B, C)
        return Attended(context, weights, {"scores": scores})
