"""What a recipe says about visual question answering: data, features, vocabularies, loss and model."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from scanpath import registry
from scanpath.data.catalogue import dataset_names
from scanpath.errors import near
from scanpath.metrics.vqa import Version
from scanpath.registry import Part
from scanpath.settings import Settings

Scalar = str | int | float | bool | None
Options = dict[str, Scalar]


def known(part: Part, name: str) -> str:
    """Return ``name`` if an installed package brings it as a ``part``; a ValueError with the near names if not."""
    if name not in registry.addresses(part):
        raise ValueError(str(registry.unknown(part, name)))
    return name


def _attention(name: str) -> str:
    # A scorer is an attention too: it comes softmaxed.
    return name if name in registry.addresses("scorers") else known("attentions", name)


def _co_attention(name: str) -> str:
    return known("co_attentions", name)


def _data_set(name: str) -> str:
    if name not in dataset_names():
        hint = near(name, dataset_names()) or f"; known are {', '.join(dataset_names())}"
        raise ValueError(f"there is no data set {name!r}{hint}")
    return name


class ModelSettings(Settings):
    """The section that a model is saved as: names and plain options."""

    host: Literal["canonical"] = "canonical"
    host_options: Options = Field(default_factory=dict)
    """Keywords of the host's builder, such as ``fusion`` or ``question``."""
    attention: Annotated[str, AfterValidator(_attention)] | None = "dot"
    """An attention or a scorer by name (``scanpath list``); null, without a co-attention, reads the question only."""
    attention_options: Options = Field(default_factory=dict)
    """Keywords of the attention, such as ``hops``; a scorer's ``fused: mcb`` scores the fused regions."""
    co_attention: Annotated[str, AfterValidator(_co_attention)] | None = None
    """A co-attention by name, in place of the attention (which must then be null)."""
    co_attention_options: Options = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.attention and self.co_attention:
            raise ValueError(
                f"attention = {self.attention!r} and co_attention = {self.co_attention!r} were given, expected one: "
                "set the other to null"
            )
        for name in ("attention", "co_attention"):
            if getattr(self, f"{name}_options") and getattr(self, name) is None:
                raise ValueError(f"{name}_options were given without {name}: name one, or drop the options")
        return self


class VQASettings(Settings):
    """Everything that decides what a VQA run learns, but not for how long."""

    name: Literal["vqa"] = "vqa"
    data: Annotated[str, AfterValidator(_data_set)] = "scenes"
    """A data set of ``scanpath data list``."""
    root: str | None = None
    """The folder of the data sets; null takes ``$SCANPATH_DATA``, else the user's cache."""
    features: str | None = "scenes_cnn"
    """A backbone's name (features are extracted where missing), a folder of stores, or null: pictures end to end."""
    answers: PositiveInt | None = None
    """Answers to choose from, the most frequent ones of the training split; null takes all."""
    word_minimum: PositiveInt = 1
    """How often a training question's word must occur to be known."""
    question_length: PositiveInt | None = None
    """Words of a question, later ones are cut off; null takes the longest training question."""
    loss: Literal["soft", "sampled", "mode"] = "soft"
    """Against the histogram of the ten answers, one of them drawn at each step, or the most common one."""
    metric: Version = "official"
    model: ModelSettings = ModelSettings()
