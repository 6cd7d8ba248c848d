"""What a recipe says about editing: faces, networks, losses, and the judges that measure edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, NonNegativeInt, PositiveInt

from scanpath.attention.creation import check_scorer_options
from scanpath.data.labelled_catalogue import labelled_names
from scanpath.settings import FinishedRun, SelfChecked, Settings
from scanpath.tasks.mechanisms import Mechanism, refused
from scanpath.tasks.readers import not_read
from scanpath.training.fields import NonNegative
from scanpath_attention_rnn.modular_gan.residual import Normalisation


def _data_set(name: str) -> str:
    if name not in labelled_names():
        raise ValueError(not_read("labelled", name))
    return name


class ModelSettings(SelfChecked):
    """The networks (:func:`scanpath_attention_rnn.modular_gan.modular_gan`); the defaults are the published sizes."""

    scorer: Mechanism | None = None
    """Of the masks: ``attention_rnn``, or any of ``scanpath list`` with one map; null is the published convolution."""
    mask_kernel: PositiveInt = 3
    """Of that convolution, odd: 3 in AttentionRNN's Sec. 4.4, 7 in public re-implementations of ModularGAN."""
    width: PositiveInt = 64
    kernel_size: PositiveInt = 7
    encoder_blocks: NonNegativeInt = 0
    blocks: NonNegativeInt = 6
    normalisation: Normalisation = "instance"
    critic_width: PositiveInt = 64
    critic_layers: PositiveInt = 6

    def _mistakes(self) -> Iterator[str]:
        yield from refused(check_scorer_options, self.scorer, "scorer")
        for name in ("mask_kernel", "kernel_size"):
            if getattr(self, name) % 2 == 0:
                yield f"{name} is {getattr(self, name)}, expected odd"

    def sizes(self) -> dict[str, Any]:
        """Return the keywords of the networks but the scorer's."""
        return self.model_dump(exclude={"scorer", "mask_kernel"})


class LossSettings(Settings):
    """How much each loss counts; the defaults are the published ones."""

    penalty: NonNegative = 10.0
    """Of the critics' gradients."""
    values: NonNegative = 1.0
    """Of an attribute's values, in real pictures for critics, in edits for editors."""
    pixels: NonNegative = 10.0
    """Of the way from a picture to features and back."""
    features: NonNegative = 10.0
    """Of the way from changed features to a picture and back."""


class JudgeSettings(Settings):
    """Finished runs of classification, one an attribute, each on pictures of the size that is edited."""

    hair: FinishedRun | None = None
    """Of ``labels: [Black_Hair, Blond_Hair, Brown_Hair]``."""
    gender: FinishedRun | None = None
    """Of ``labels: Male``."""
    smile: FinishedRun | None = None
    """Of ``labels: Smiling``."""

    def folders(self) -> dict[str, str]:
        """Return the folders that are given, by attribute."""
        return {name: folder for name, folder in self.model_dump().items() if folder is not None}


class EditingSettings(Settings):
    """Everything that decides what a run of editing learns, but not for how long."""

    name: Literal["editing"] = "editing"
    data: Annotated[str, AfterValidator(_data_set)] = "faces"
    """A data set of pictures with CelebA's attributes: ``faces``, ``celeba`` or ``celeba-stargan``."""
    root: str | None = None
    """The folder of the data sets; null takes ``$SCANPATH_DATA``, else the user's cache."""
    side: PositiveInt = 64
    """Height and width that pictures are brought to, by their centre."""
    flip: bool = True
    """Mirror every second picture of training."""
    critic_steps: PositiveInt = 5
    """Steps of the critics for each of the editors."""
    model: ModelSettings = ModelSettings()
    losses: LossSettings = LossSettings()
    judges: JudgeSettings = JudgeSettings()
