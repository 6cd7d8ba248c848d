"""ResNet-18 for small pictures with CBAM in every block, which may hold any scorer as its spatial gate (Table 4).

Source: Khandelwal and Sigal, ICCV 2019, sec. 4.2 and Fig. 8. CBAM stands where its published code has it
(https://github.com/Jongchan/attention-module): behind a block's last normalisation, in front of the shortcut's sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from torch import Tensor, nn

from scanpath.attention import create_scorer
from scanpath.attention.creation import check_scorer_options
from scanpath.features.preprocessing import Statistics
from scanpath.hosts import Encoded, PictureModel
from scanpath.hosts.resnet18 import WIDTHS, CifarResNet18, laid_out
from scanpath.layers import Classifier
from scanpath.layers.options import named
from scanpath.types import AttentionFactory
from scanpath_attention_rnn.cbam import CBAM

ScorerFactory = Callable[..., Any]
"""Of a Scorer of one map; called with the keywords ``region_dim`` and ``query_dim``, which is None."""
Named = str | Mapping[str, Any]
"""A scorer's name, or ``{"name": .., **options}``."""


class GatedMap(NamedTuple):
    """What a block makes of a feature map, and where its gate let it through."""

    grid: Tensor
    """(B, D, H, W)."""
    weights: Tensor | None
    """(B, 1, H, W) in [0, 1]; None without a spatial gate."""


class GatedBlock(nn.Module):
    """y = relu(CBAM(BN(K_2 * relu(BN(K_1 * x)))) + shortcut(x)).

    Args:
        block: torchvision's BasicBlock, whose layers it takes over.
        gate: For the block's width.
    """

    def __init__(self, block: Any, gate: CBAM) -> None:
        super().__init__()
        self.block = block
        self.gate = gate

    def forward(self, grid: Tensor) -> GatedMap:
        """Turn a map (B, D', H', W') into (B, D, H, W)."""
        block = self.block
        branch = block.bn2(block.conv2(block.relu(block.bn1(block.conv1(grid)))))
        gated = self.gate.gate(branch.permute(0, 2, 3, 1))  # a view
        shortcut = grid if block.downsample is None else block.downsample(grid)
        return GatedMap(block.relu(gated.regions.permute(0, 3, 1, 2) + shortcut), gated.weights)


class CBAMResNet18(nn.Module):
    """The core's ResNet-18 for small pictures, each block gated.

    Args:
        scorer: Of the spatial gates; None gates channels alone.
        first: Of those of the first stage, whose maps are as large as the picture.
        reduction: Of the channel gates, see :class:`scanpath_attention_rnn.CBAM`.
        widths: See :class:`scanpath.hosts.resnet18.CifarResNet18`.

    Attributes:
        output_dim: D, the last width.
    """

    def __init__(
        self,
        *,
        scorer: ScorerFactory | None,
        first: ScorerFactory | None,
        reduction: int = 16,
        widths: Sequence[int] = WIDTHS,
    ) -> None:
        super().__init__()
        network = CifarResNet18(widths=widths)
        stages: Any = network.trunk[3:]
        self.output_dim = network.output_dim
        self.stem = network.trunk[:3]
        self.blocks = nn.ModuleDict()
        for stage, (width, blocks) in enumerate(zip(widths, stages, strict=True), 1):
            for number, block in enumerate(blocks, 1):
                looks = first if stage == 1 else scorer
                gate = CBAM(region_dim=width, scorer=looks, reduction=reduction)
                self.blocks[f"stage{stage}_block{number}"] = GatedBlock(block, gate)

    def forward(self, pictures: Tensor) -> Encoded:
        """Turn pictures (B, 3, H, W) into regions (B, H / 8, W / 8, D), rounded up, with a gate's map of each block."""
        grid = self.stem(laid_out(pictures))
        maps: dict[str, Tensor] = {}
        for place, block in self.blocks.items():
            grid, weights = block(grid)
            if weights is not None:
                maps[place] = weights
        return Encoded(grid.permute(0, 2, 3, 1), maps)


def cbam_resnet18(
    *,
    classes: int,
    statistics: Statistics,
    attention: AttentionFactory,
    scorer: ScorerFactory | Named | None = "cbam_gate",
    first: ScorerFactory | Named | None = None,
    reduction: int = 16,
    widths: Sequence[int] = WIDTHS,
) -> PictureModel:
    """Build the networks of Table 4 but for its first row, which is the core's ``resnet18``.

    Args:
        classes: A.
        statistics: Of the pixels, see :class:`scanpath.hosts.PictureModel`.
        attention: Called with ``region_dim``, and with ``query_dim=None``; it stands where the pooling is.
        scorer: Of the spatial gates: a name, with or without options, or a factory; CBAM's own by default. None gates
            channels alone.
        first: Of the first stage's, where that differs, such as ``block_attention_rnn`` for maps as large as the
            picture; None takes ``scorer``.
        reduction: Of the channel gates: their hidden layers are so many times narrower than the map.
        widths: See :class:`scanpath.hosts.resnet18.CifarResNet18`.

    Raises:
        ConfigError: A scorer of several maps, or an option that cannot be.
        UnknownNameError: A scorer that no installed package brings.
        MissingExtraError: torchvision is not installed.
    """
    everywhere = _factory(scorer, "scorer")
    in_front = everywhere if first is None else _factory(first, "first")
    encode = CBAMResNet18(scorer=everywhere, first=in_front, reduction=reduction, widths=widths)
    looks = attention(region_dim=encode.output_dim, query_dim=None)
    classifier = Classifier(input_dim=looks.context_dim, answers=classes)
    return PictureModel(encode=encode, attention=looks, classifier=classifier, statistics=statistics)


def _factory(scorer: ScorerFactory | Named | None, place: str) -> ScorerFactory | None:
    if scorer is None or callable(scorer):
        return scorer
    name, options = named(scorer, place)
    return partial(create_scorer, name, **options)


def check_options(options: Mapping[str, Any]) -> None:
    """Refuse scorers that could not be built, when a recipe is read."""
    for place in ("scorer", "first"):
        if options.get(place) is not None:
            check_scorer_options(*named(options[place], place))


cbam_resnet18.check_options = check_options  # type: ignore[attr-defined]  # where build_classifier's check looks for it
