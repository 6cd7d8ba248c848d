"""A picture however it comes: a file, a PIL image or an array, of any size and mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from scanpath.data.images import decode_as
from scanpath.errors import DataError, ShapeError, missing_extra

if TYPE_CHECKING:
    from PIL.Image import Image

Picture = npt.NDArray[np.uint8]
Given = Path | str | npt.NDArray[Any] | Any
"""A path, a uint8 array (H, W), (H, W, 3) or (H, W, 4), or a PIL image."""


def as_picture(given: Given) -> Picture:
    """Bring a picture to red, green, blue, uint8 (H, W, 3).

    A photograph is turned the way its camera says it was held, what is transparent becomes white, 16 bits of grey
    become 8.

    Raises:
        DataError: a file that is missing, or no whole picture.
        ShapeError: an array of another form or type, or something that is no picture.
    """
    if isinstance(given, str | Path):
        return _read(Path(given))
    try:
        from PIL import Image
    except ImportError:
        raise missing_extra("pillow", purpose="reading pictures") from None
    if isinstance(given, Image.Image):
        return _red_green_blue(given)
    if not isinstance(given, np.ndarray):
        kind = type(given).__name__
        raise ShapeError(f"a {kind} was given for a picture, expected a path, a PIL image or an array of uint8.")
    if given.dtype != np.uint8 or not (given.ndim == 2 or (given.ndim == 3 and given.shape[2] in (3, 4))):
        raise ShapeError(
            f"a picture of {given.dtype} {given.shape} was given, expected uint8 (H, W), (H, W, 3) or (H, W, 4)."
        )
    if not given.size:
        raise ShapeError(f"a picture {given.shape} was given, expected one with pixels.")
    return _red_green_blue(Image.fromarray(np.ascontiguousarray(given)))


def _read(path: Path) -> Picture:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"the picture {path} cannot be read ({error.strerror}): check the path.") from None
    return decode_as(content, f"the picture {path}", _red_green_blue)


def _red_green_blue(image: Image) -> Picture:
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(image)
    if upright.mode == "I" or upright.mode.startswith("I;16"):  # convert() would cut off at 255, not scale
        upright = Image.fromarray((np.asarray(upright).clip(0, 65535) // 257).astype(np.uint8))
    if upright.has_transparency_data:
        above = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", above.size, "white"), above)
    return np.asarray(upright.convert("RGB"), dtype=np.uint8)
