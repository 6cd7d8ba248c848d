"""Region features of a detector: torchvision's Faster R-CNN, the K most confident regions of each picture.

The choice is that of bottom-up attention's extraction with a fixed number (Anderson et al., CVPR 2018,
https://github.com/peteanderson80/bottom-up-attention): proposals are thinned out class by class, a proposal's
confidence is the best class score with which it was kept, and the K most confident give box and pooled features. Theirs
were trained on Visual Genome's objects and attributes and have 2048 numbers; torchvision's know COCO's 80 classes and
have 1024.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError, missing_extra
from scanpath.features.frozen import Described, check_picture, state_checksum
from scanpath.features.preprocessing import IMAGENET, Preprocessing
from scanpath.layers.regions import normalise

DETECTORS = ("fasterrcnn_resnet50_fpn", "scenes_boxes")
"""Names of all detectors, that of :mod:`scanpath.features.scenes_boxes` among them."""
CLASSES = 91
"""Background first; some of COCO's numbers name nothing."""
THINNING = 0.3
"""Of two proposals that overlap by more, a class keeps the one with the better score."""
LONG_BY_SHORT = 1333 / 800
"""A picture whose longer side would pass this many shorter sides is made smaller."""

_OLD_PYRAMID = re.compile(r"^(backbone\.fpn\.(?:inner|layer)_blocks\.\d+)\.(weight|bias)$")
_OLD_PROPOSALS = re.compile(r"^(rpn\.head\.conv)\.(weight|bias)$")


class Detector(nn.Module):
    """A frozen detector: pictures of any size -> K regions with boxes each.

    Args:
        model: a :class:`torchvision.models.detection.FasterRCNN`.
        name: as given to :func:`scanpath.features.backbones.create_extractor`.
        regions: K; a picture with fewer proposals has fewer.
        size: pixels to which a picture's shorter side is brought.
        preprocessing: of which the length of the features counts.

    Attributes:
        width: numbers of a region, D.
        sha256: checksum of the weights' names, forms and bytes.

    Raises:
        ConfigError: no region, or a preprocessing that is none of a detector's.
    """

    has_boxes = True

    def __init__(self, model: Any, *, name: str, regions: int, size: int, preprocessing: Preprocessing) -> None:
        super().__init__()
        if regions < 1:
            raise ConfigError(f"{regions} regions a picture were asked of {name}, expected at least 1.")
        if {*preprocessing.facts} - {"length"}:
            raise ConfigError(
                f"{name} sees whole pictures in their own pixels: leave out --preset, --fit, --share and --pixels."
            )
        self.name, self.regions, self.size = name, regions, size
        self.length = preprocessing.length
        self.model = model
        self.width: int = model.roi_heads.box_head.fc7.out_features
        self.sha256 = state_checksum(model.state_dict())
        self.requires_grad_(requires_grad=False).eval()

    def train(self, mode: bool = True) -> Detector:  # noqa: ARG002, FBT001, FBT002 - the signature is nn.Module's
        """Stay in eval mode, whatever is asked."""
        return super().train(mode=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """The form of a picture's features, (K, D)."""
        return self.regions, self.width

    @property
    def facts(self) -> dict[str, Any]:
        """All that the features depend on, as plain JSON values."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "input_size": [self.size, longest_side(self.size)],
            "regions": self.regions,
            **Preprocessing(length=self.length).facts,
        }

    def prepare(self, picture: npt.NDArray[np.uint8]) -> Tensor:
        """Take one picture (H, W, 3) uint8 as it is: uint8 (3, H, W)."""
        check_picture(picture)
        return torch.from_numpy(np.array(picture)).permute(2, 0, 1)

    def describe(self, pictures: Sequence[Tensor]) -> Described:
        """Find the regions of each picture by itself: what a batch pads must not change what is found."""
        found = [self(picture) for picture in pictures]
        return Described([features for features, _ in found], [boxes for _, boxes in found])

    @torch.no_grad()
    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Find the regions of one picture.

        Args:
            picture: uint8 (3, H, W).

        Returns:
            Features (K, D), and corners x1, y1, x2, y2 in [0, 1], (K, 4), the most confident region first.
        """
        heads = self.model.roi_heads
        device = next(self.model.parameters()).device
        images, _ = self.model.transform([picture.to(device).float() / 255])
        maps = self.model.backbone(images.tensors)  # name -> (1, C, h, w), of each scale
        (proposals,), _ = self.model.rpn(images, maps)  # (P, 4) in pixels of the resized picture
        features = heads.box_head(heads.box_roi_pool(maps, [proposals], images.image_sizes))  # (P, D)
        scores = heads.box_predictor(features)[0].softmax(-1)[:, 1:]  # (P, C), the background left out
        chosen = most_confident(proposals, scores, self.regions)
        height, width = images.image_sizes[0]
        boxes = proposals[chosen] / proposals.new_tensor([width, height, width, height])
        return normalise(features[chosen].unsqueeze(0), self.length).squeeze(0), boxes.clamp(0, 1)


def most_confident(proposals: Tensor, scores: Tensor, count: int) -> Tensor:
    """Choose regions: the proposals whose best score among the classes that keep them is highest.

    Args:
        proposals: (P, 4).
        scores: of each class, (P, C).
        count: how many; fewer where there are fewer proposals.

    Returns:
        Their rows, the most confident first; of equals the earlier one.
    """
    from torchvision.ops import nms

    confidence = torch.zeros_like(scores[:, 0])  # (P,)
    for one in scores.T:
        kept = nms(proposals, one, THINNING)
        confidence[kept] = torch.maximum(confidence[kept], one[kept])
    return confidence.sort(descending=True, stable=True).indices[:count]


def todays_names(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Give tensors the names that torchvision's detector has now; its published file has those of its first version."""
    renamed = {_OLD_PYRAMID.sub(r"\1.0.\2", key): tensor for key, tensor in state.items()}
    return {_OLD_PROPOSALS.sub(r"\1.0.0.\2", key): tensor for key, tensor in renamed.items()}


def longest_side(size: int) -> int:
    """Say how long a picture's longer side may become where the shorter one becomes ``size`` pixels."""
    return round(size * LONG_BY_SHORT)


def faster_rcnn(size: int) -> nn.Module:
    """Build torchvision's Faster R-CNN on a ResNet-50 with a feature pyramid, untrained, under its own names.

    Raises:
        MissingExtraError: torchvision is not installed.
    """
    try:
        from torchvision.models.detection import FasterRCNN
        from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
        from torchvision.ops import FrozenBatchNorm2d
    except ImportError:
        raise missing_extra("torchvision", purpose="a detector") from None
    pyramid = resnet_fpn_backbone(backbone_name="resnet50", weights=None, trainable_layers=5)
    mean, deviation, _ = IMAGENET
    model: nn.Module = FasterRCNN(
        pyramid, CLASSES, min_size=size, max_size=longest_side(size), image_mean=[*mean], image_std=[*deviation]
    )
    for part in model.modules():
        if isinstance(part, FrozenBatchNorm2d):
            part.eps = 0.0  # as torchvision does for these weights, which were trained so
    return model
