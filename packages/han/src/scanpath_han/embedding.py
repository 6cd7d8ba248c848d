"""Region and question in one space: the joint embedding whose norm hard attention reads.

Source: HAN, Eqs. 2-4.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_switch
from scanpath.attention.query import QueryProjection
from scanpath.errors import ConfigError
from scanpath_han.initialisation import keep_variance


class JointEmbedding(nn.Module):
    """m_ij = CNN_1x1(x_ij) + MLP(q) (Eqs. 2-4), each side of two linear layers with a ReLU after each.

    Read thus: the ReLU stands after the last layer too, so that m is never negative; without layers (Table 3) one
    linear map brings each side to the width, with no ReLU.

    Args:
        region_dim: D.
        query_dim: Q; None adds a learnt vector in the question's place.
        hidden_dim: d, the width of all layers.
        layers: Of each side; 0 is one linear map.
        embeds_regions: Whether Eq. 2 is computed here. A host that asks several questions about a picture computes it
            once a picture instead, with 1x1 layers and ReLU of its own, and D is d.

    Raises:
        ConfigError: Layers that are no number of them, a switch that is neither on nor off, or regions that come
            embedded to another width than d.
    """

    def __init__(
        self, *, region_dim: int, query_dim: int | None, hidden_dim: int, layers: int = 2, embeds_regions: bool = True
    ) -> None:
        super().__init__()
        if isinstance(layers, bool) or not isinstance(layers, int) or layers < 0:
            raise ConfigError(f"the joint embedding got layers={layers!r}, expected a whole number from 0 on.")
        check_switch("the joint embedding", embeds_regions=embeds_regions)
        if not embeds_regions and region_dim != hidden_dim:
            raise ConfigError(
                f"regions that come embedded are as wide as the question beside them: region_dim={region_dim} is not "
                f"hidden_dim={hidden_dim}; leave hidden_dim out."
            )
        first = [nn.Linear(region_dim, hidden_dim), *_further(hidden_dim, layers)] if embeds_regions else []
        self.regions = nn.Sequential(*first)
        self.query = QueryProjection(query_dim=query_dim, output_dim=hidden_dim)
        self.query_out = nn.Sequential(*_further(hidden_dim, layers))
        keep_variance([self.regions, self.query, self.query_out])

    def forward(self, regions: Tensor, query: Tensor | None) -> Tensor:
        """Embed regions (B, *S, D) with a query (B, Q): m, (B, K, d)."""
        embedded: Tensor = self.regions(regions).flatten(1, -2)  # Eq. 2: (B, K, d)
        question: Tensor = self.query_out(self.query(query, len(regions)))  # Eq. 3: (B, d)
        return embedded + question.unsqueeze(1)  # Eq. 4


def _further(width: int, layers: int) -> list[nn.Module]:
    """List what follows the first linear map of a side."""
    if layers == 0:
        return []
    return [nn.ReLU(), *(part for _ in range(layers - 1) for part in (nn.Linear(width, width), nn.ReLU()))]
