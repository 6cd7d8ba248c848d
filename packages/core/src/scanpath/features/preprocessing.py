"""How a picture is brought to a backbone, and how long its features are: each paper's way by name, each part an option.

Sources: the code of MCB, of MUTAN and of Kazemi and Elqursh's re-implementation, ReviewNet's, and the texts of SLA and
HAN. Pictures are resized bilinearly with antialiasing, as Pillow and torchvision do; MCB's own cv2.resize had none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from scanpath.errors import ConfigError, UnknownNameError, missing_extra, near
from scanpath.layers.regions import Length

Picture = npt.NDArray[np.uint8]
Triple = tuple[float, float, float]

Fit = Literal["warp", "crop"]
Pixels = Literal["weights", "imagenet", "caffe", "half", "clip"]


class Statistics(NamedTuple):
    """What is subtracted from pixels in [0, 1] and what they are divided by, a number a channel."""

    mean: Triple
    deviation: Triple
    bgr: bool = False
    """Whether the channels are blue, green, red; so are then the numbers."""


#: Mean and standard deviation of ImageNet's channels, as torchvision's weights expect them.
IMAGENET = Statistics((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
#: Centre and half the range: pictures in [-1, 1].
HALF = Statistics((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
#: Pixels from 0 to 255, blue first, less the mean pixel of VGG's authors, which networks trained in Caffe expect.
CAFFE = Statistics((103.939 / 255, 116.779 / 255, 123.68 / 255), (1 / 255, 1 / 255, 1 / 255), bgr=True)
#: What OpenAI's CLIP was trained with.
CLIP = Statistics((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))

STATISTICS: Mapping[str, Statistics] = MappingProxyType(
    {"imagenet": IMAGENET, "caffe": CAFFE, "half": HALF, "clip": CLIP}
)


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """What is done to pixels before a backbone, and to its features behind it.

    Raises:
        ConfigError: a value that cannot be.
    """

    fit: Fit = "warp"
    """``warp`` stretches both sides, so that every part of the picture has its cell; ``crop`` resizes the shorter side
    and keeps the centre, so that nothing is stretched."""
    share: float = 1.0
    """Of the resized shorter side, what a crop keeps: 0.875 resizes to 512 and keeps 448."""
    pixels: Pixels = "weights"
    """The statistics of pixels: those that the weights were trained with, or others by name."""
    length: Length = "none"
    """What of the features has L2 norm 1: nothing, a picture's tensor (``sample``), or each region (``location``)."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for name, known in (("fit", Fit), ("pixels", Pixels), ("length", Length)):
            if (given := getattr(self, name)) not in get_args(known):
                words = near(str(given), get_args(known)) or f"; expected {', '.join(get_args(known))}."
                raise ConfigError(f"{name} = {given!r} was given for the preprocessing{words}")
        if not 0 < self.share <= 1:
            raise ConfigError(f"share = {self.share} was given for the preprocessing, expected above 0, at most 1.")

    @property
    def facts(self) -> dict[str, Any]:
        """What differs from a plain warp, as plain JSON values: nothing for the usual case."""
        usual = Preprocessing()
        return {name: value for name, value in asdict(self).items() if value != getattr(usual, name)}

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> Preprocessing:
        """Read what :attr:`facts` wrote, among whatever else."""
        return cls(**{field.name: facts[field.name] for field in fields(cls) if field.name in facts})

    def bring(self, picture: Picture, side: int) -> Picture:
        """Bring a picture (H, W, 3) to (side, side, 3)."""
        height, width = picture.shape[:2]
        if self.fit == "warp":
            return resize(picture, side, side)
        short = int(side / self.share)
        if height <= width:
            picture = resize(picture, short, int(short * width / height))
        else:
            picture = resize(picture, int(short * height / width), short)
        top, left = (round((length - side) / 2) for length in picture.shape[:2])
        return picture[top : top + side, left : left + side]


def resize(picture: Picture, height: int, width: int) -> Picture:
    """Resize a picture (H, W, 3) bilinearly; one that has the size stays as it is.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    if picture.shape[:2] == (height, width):
        return picture
    try:
        from PIL import Image
    except ImportError:
        raise missing_extra("pillow", purpose="resizing pictures") from None
    resized = Image.fromarray(np.ascontiguousarray(picture)).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized)


class Preset(NamedTuple):
    """What a paper's features were made with."""

    backbone: str
    size: int
    """Height and width of its input in pixels."""
    preprocessing: Preprocessing


_CROP = Preprocessing(fit="crop")

#: By the paper. Pixels are those of the weights: whoever has a paper's own weights of Caffe adds ``pixels="caffe"``.
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "mcb": Preset("resnet152", 448, Preprocessing(length="sample")),
        "drau": Preset("resnet152", 448, Preprocessing(length="sample")),
        "mutan": Preset("resnet152", 448, _CROP),
        "kazemi": Preset("resnet152", 448, Preprocessing(fit="crop", share=0.875, length="location")),
        "sla": Preset("timm:resnet200d", 448, Preprocessing(fit="crop", length="location")),
        "han": Preset("resnet101", 320, Preprocessing(length="sample")),
        "reviewnet": Preset("vgg19", 224, Preprocessing(fit="crop", share=0.875)),
    }
)


def find_preset(name: str) -> Preset:
    """Return a paper's preset.

    Raises:
        UnknownNameError: there is none of this name; the sentence has the near ones.
    """
    if name not in PRESETS:
        raise UnknownNameError(f"there is no preset {name!r}{near(name, PRESETS) or f'; known are {_known()}.'}")
    return PRESETS[name]


def _known() -> str:
    return ", ".join(sorted(PRESETS))
