"""What a recipe says about captions: data, features, words, loss, how they are written and scored, and the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from scanpath.data.caption_catalogue import caption_names, find_captions
from scanpath.data.captions import LENGTH, MINIMUM
from scanpath.errors import near
from scanpath.hosts.caption_model import GIVEN, find_captioner
from scanpath.layers.options import check
from scanpath.settings import Settings
from scanpath.tasks.captioning.copying import Copied
from scanpath.tasks.captioning.words import WordsOf
from scanpath.tasks.features import Features
from scanpath.tasks.host_settings import HostSettings
from scanpath.tasks.mechanisms import Mechanism
from scanpath.tasks.readers import not_read


def _data_set(name: str) -> str:
    if name not in caption_names():
        raise ValueError(not_read("captions", name))
    return name


class ModelSettings(HostSettings):
    """The section that a model is saved as: names, and plain options of the host as further keys."""

    name: str = "decoder"
    """The host (``scanpath list``): ``decoder``, or what a package brings."""
    attention: Mechanism | None = "additive"
    """What looks before each word: an attention or a scorer (``scanpath list``) by name, or with options.

    Null sees a picture once, as the decoder's first state: the encoder-decoder.
    """

    @classmethod
    def check_host(cls, name: str, options: Mapping[str, Any]) -> None:
        """Refuse a host or options that there are not."""
        check("model", find_captioner(name), GIVEN, options)


class CaptionSettings(Settings):
    """Everything that decides what a run of captions learns, but not for how long."""

    name: Literal["captioning"] = "captioning"
    data: Annotated[str, AfterValidator(_data_set)] = "scenes-captions"
    """A data set of captions of ``scanpath data list``."""
    root: str | None = None
    """The folder of the data sets; null takes ``$SCANPATH_DATA``, else the user's cache."""
    features: Features | None = "scenes_cnn"
    """A backbone's name (features are extracted where missing), a folder of stores, or null: pictures end to end."""
    words: WordsOf = "letters"
    """What a word is: ``letters`` as SLA and ReviewNet have it, or those that the file gives (``file``)."""
    word_minimum: PositiveInt = MINIMUM
    """How often a word must occur in the training captions to be known: SLA's 5; ReviewNet's code wants 6."""
    length: PositiveInt = LENGTH
    """Words of a caption that are learnt from; later ones are cut off."""
    loss: Literal["word", "caption"] = "word"
    """The cross-entropy's mean over the words of a batch, or, as ReviewNet's, summed over each caption's words."""
    beam: PositiveInt = 1
    """Sequences that the search for a caption keeps; 1 is greedy, the papers test with 3."""
    beside: list[PositiveInt] = Field(default_factory=list)
    """Further beams, by which the same model is measured too: ``[3]`` adds ``beam 3/BLEU-4`` and the other scores."""
    longest: PositiveInt = 20
    """The most words of a caption that is written."""
    tokeniser: Literal["ptb", "plain"] | None = None
    """What scores split captions by: ``ptb``, the official one, or ``plain``, without Java and METEOR.

    Null takes the official one where there is Java; the run says which one it was.
    """
    meteor: list[str] | None = None
    """The splits that METEOR is computed of, where there is Java; null is all. Its program reads its tables for ten
    seconds each time, which evaluations during training can do without."""
    copies: Copied | None = None
    """Write nothing, but copy what people wrote of a training picture: any one (``chance``), or the one whose mean
    region is ``nearest``. Rungs that a model must beat; the model that is trained is not asked."""
    model: ModelSettings = ModelSettings()

    @model_validator(mode="after")
    def _splits_of_meteor_are_there(self) -> Self:
        splits = find_captions(self.data, self.root).splits
        if unknown := [split for split in self.meteor or () if split not in splits]:
            hint = near(unknown[0], splits) or f"; known are {', '.join(splits)}"
            raise ValueError(f"meteor names the split {unknown[0]!r}, which {self.data} has not{hint}")
        return self

    @model_validator(mode="after")
    def _beams_differ(self) -> Self:
        beams = [self.beam, *self.beside]
        if len(set(beams)) < len(beams):
            raise ValueError(f"beam is {self.beam} and beside {self.beside}, expected different beams")
        return self
