"""What a recipe says about visual question answering: data, features, vocabularies, loss and model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, PlainSerializer, PositiveInt, model_validator

from scanpath.attention.creation import (
    check_attention_options,
    check_co_attention_options,
    check_scorer_options,
)
from scanpath.data.answer_choice import PAPERS, AnswerChoice
from scanpath.data.catalogue import dataset_names
from scanpath.data.own import is_own
from scanpath.data.tokenisers import SIMPLE, Reading
from scanpath.errors import ScanpathError, near
from scanpath.hosts.builders import PLACES, options_of_host
from scanpath.layers.fusion import check_fusion_options
from scanpath.metrics.vqa import Version
from scanpath.settings import LATER, CheckedFile, SelfChecked, Settings
from scanpath.tasks.features import Features
from scanpath.tasks.mechanisms import Mechanism, known_are, refused
from scanpath.tasks.readers import not_read


def _data_set(name: str) -> str:
    if is_own(name):
        return str(Path(name).expanduser().resolve())  # a run that goes on may be started elsewhere
    if name not in dataset_names():
        raise ValueError(not_read("datasets", name))
    return name


class ModelSettings(SelfChecked):
    """The section that a model is saved as: names, and plain options of the host as further keys."""

    model_config = ConfigDict(extra="allow")

    name: str = "canonical"
    """The host."""
    attention: Mechanism | None = "dot"
    """An attention or a scorer (``scanpath list``) by name, or with options: ``{name: multi_hop, hops: 3}``.

    Null, without a co-attention, reads the question only.
    """
    co_attention: Mechanism | None = None
    """A co-attention in place of the attention."""
    scorer: Annotated[Mechanism | None, LATER] = None
    """A scorer in place of the attention, of a host that normalises scores by itself."""

    @model_validator(mode="before")
    @classmethod
    def _one_place(cls, values: Any) -> Any:
        others = ("co_attention", "scorer")
        if not isinstance(values, Mapping) or "attention" in values:
            return values
        if any(values.get(one) for one in others) or _looks_at_nothing(values.get("name", "canonical")):
            return {**values, "attention": None}
        return values

    def _mistakes(self) -> Iterator[str]:
        try:
            takes = options_of_host(self.name)
        except ScanpathError as error:
            yield str(error).removesuffix(".")
        else:
            for key in (self.model_extra or {}).keys() - takes:
                yield f"unknown key {key!r}{near(key, takes) or known_are(takes)}"
            for place in [one for one in PLACES if getattr(self, one) is not None and one not in takes]:
                has = [one for one in PLACES if one in takes]
                yield f"the host {self.name!r} has no place for {place!r}, it has {' or '.join(has) or 'none'}"
        yield from refused(check_attention_options, self.attention, "attention")
        yield from refused(check_co_attention_options, self.co_attention, "co_attention")
        yield from refused(check_scorer_options, self.scorer, "scorer")
        yield from refused(check_fusion_options, (self.model_extra or {}).get("fusion"), "fusion")
        given = [place for place in PLACES if getattr(self, place) is not None]
        if len(given) > 1:
            yield f"{' and '.join(given)} were given, expected one of them: set the others to null"


def _looks_at_nothing(host: Any) -> bool:
    """Tell whether a host has no place for anything that looks; one that is not known is refused elsewhere."""
    try:
        return not options_of_host(host).intersection(PLACES)
    except ScanpathError:
        return False


def _whole_path(given: str) -> str:
    return str(Path(given).expanduser().resolve())  # a run that goes on may be started elsewhere


class WordVectorSettings(Settings):
    """Word vectors that others made, and what the model does with them."""

    path: Annotated[CheckedFile, AfterValidator(_whole_path)]
    """GloVe's text or its zip, fastText's ``.vec``, or an ``.npz`` of words and vectors."""
    dim: PositiveInt | None = None
    """Numbers of a vector, which chooses among the texts of GloVe's zip; null takes the file's."""
    place: Literal["embedding", "beside"] = "embedding"
    """They are the first weights of the words that are learnt, or stand beside these."""
    trained: bool
    """Whether they are learnt further: by default in the embedding, and not beside it."""

    @model_validator(mode="before")
    @classmethod
    def _by_place(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "trained" not in values:
            return {**values, "trained": values.get("place", "embedding") == "embedding"}
        return values


def _named_by(key: str) -> BeforeValidator:
    """Take a bare value for a section of it: ``mcb`` for ``{tokeniser: mcb}``, as ``{name: mcb, keep: last}`` too.

    That is what settings on the command line become: ``task.question=mcb task.question.keep=last``.
    """

    def section(given: Any) -> Any:
        if isinstance(given, str):
            return {key: given}
        if isinstance(given, Mapping) and "name" in given and key not in given:
            return {key if name == "name" else name: value for name, value in given.items()}
        return given

    return BeforeValidator(section)


def _changed(reading: Reading | None) -> Reading | None:
    """Write what changes nothing as None, so that both spellings are the same run."""
    return None if reading == SIMPLE else reading


def _answers(given: Any) -> Any:
    """Take how many, or a paper's name, for the choice that it stands for; further keys change a paper's choice."""
    if isinstance(given, int | float):
        return {"size": given}
    rest = {"name": given} if isinstance(given, str) else dict(given) if isinstance(given, Mapping) else {}
    if "name" not in rest:
        return given
    name = str(rest.pop("name"))
    if name not in PAPERS:
        raise ValueError(f"there is no choice of answers {name!r}{near(name, PAPERS) or known_are(PAPERS)}")
    return {**PAPERS[name].plain(), **rest}


def _as_written(choice: AnswerChoice | None) -> Any:
    """Write a choice as a number where that says it all, so that all spellings of it are the same run."""
    return None if choice is None else choice.size if choice == AnswerChoice(size=choice.size) else choice.plain()


class VQASettings(Settings):
    """Everything that decides what a VQA run learns, but not for how long."""

    name: Literal["vqa"] = "vqa"
    data: Annotated[str, AfterValidator(_data_set)] = "scenes"
    """A data set of ``scanpath data list``, or the path of a file of one's own questions (``docs/own-data.md``)."""
    root: str | None = None
    """The folder of the data sets; null takes ``$SCANPATH_DATA``, else the user's cache."""
    features: Features | None = "scenes_cnn"
    """A backbone's name (features are extracted where missing), a folder of stores, or null: pictures end to end.

    ``resnet101@320`` gives the backbone pictures of 320x320 pixels, in place of its usual size; ``timm:NAME`` is a
    network of timm.
    """
    answers: Annotated[AnswerChoice | None, BeforeValidator(_answers), PlainSerializer(_as_written)] = None
    """Answers to choose from, of the training split (``docs/words.md``): how many of the most frequent, null for all.

    A paper's choice by its name (``mcb``, ``drau``, ``bottom_up``, ``mutan``, ``han``), or a choice of one's own:
    ``{size: 3000, counted: given}``.
    """
    word_minimum: PositiveInt = 1
    """How often a training question's word must occur to be known."""
    question_length: PositiveInt | None = None
    """T, words of a question; of longer ones the first are read. Null takes the longest training question."""
    question: Annotated[Reading | None, _named_by("tokeniser"), AfterValidator(_changed), LATER] = None
    """How questions are read (``docs/words.md``): ``{tokeniser: mcb, keep: last}``, or the tokeniser's bare name.

    Null splits into lower-case words without punctuation, reads the first ``question_length`` and pads on the right.
    """
    word_vectors: Annotated[WordVectorSettings | None, _named_by("path"), LATER] = None
    """Word vectors such as GloVe (``docs/words.md``): a file's path, or ``{path: .., place: beside}``.

    Null draws the words' first weights and learns them.
    """
    questions_a_picture: PositiveInt | None = None
    """Most questions of one picture in a training batch; null keeps all together, so that each picture is read once.

    Stored features want null, which is fastest; a CNN trained end to end learns from many pictures a step, and wants 1.
    """
    loss: Literal["soft", "sampled", "mode", "multilabel"] = "soft"
    """Against the histogram of the ten answers, one of them drawn at each step, or the most common one.

    ``multilabel`` asks of every answer by itself whether somebody gave it, in place of choosing among all of them.
    """
    metric: Version = "official"
    model: ModelSettings = ModelSettings()
