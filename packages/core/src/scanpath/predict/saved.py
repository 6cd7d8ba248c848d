"""A model as a folder to give away: what built it as JSON, its weights as safetensors, and a model card.

Nothing is pickled, and nothing is built but what a registered name stands for: a folder from a stranger runs no code of
his.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from pydantic import Field, NonNegativeInt, PositiveInt
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from scanpath import __version__, registry
from scanpath.data.answers import AnswerVocabulary
from scanpath.data.tokenisers import SIMPLE, Reading
from scanpath.data.vocabulary import Vocabulary
from scanpath.errors import ConfigError, DataError, RunError, ScanpathError, UnknownNameError
from scanpath.files import folder_written_atomically, read_json, recover_folder, write_atomically, write_json
from scanpath.hosts import VQAModel
from scanpath.settings import Settings
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath.training.checkpoints import put_weights, separate

CONFIG, WEIGHTS, CARD = "config.json", "model.safetensors", "README.md"
FILES = (CONFIG, WEIGHTS, CARD)
FORMAT: Literal["scanpath-vqa"] = "scanpath-vqa"
FORMAT_VERSION = 1
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class SavedModel(Settings):
    """The content of ``config.json``."""

    format: Literal["scanpath-vqa"] = FORMAT
    format_version: Literal[1] = 1
    scanpath: str
    """The version that wrote it."""
    requires: dict[str, str] = Field(default_factory=dict)
    """Packages beside the core that bring its mechanisms, with their versions."""
    model: ModelSettings
    region_shape: list[PositiveInt] | None
    backbone: dict[str, Any] | None
    picture_size: list[PositiveInt] | None = None
    beside_dim: NonNegativeInt = 0
    question_length: PositiveInt
    reading: Reading = SIMPLE
    words: list[str]
    answers: list[str]
    exact_answers: bool = False


class Loaded(NamedTuple):
    """What a folder held."""

    module: VQAModel
    vocabularies: Vocabularies
    section: ModelSection
    card: str | None


def is_saved(folder: Path) -> bool:
    """Tell whether a folder holds a saved model, of whatever version."""
    try:
        content = read_json(folder / CONFIG)
    except DataError:
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def write(folder: Path, module: VQAModel, vocabularies: Vocabularies, section: ModelSection, card: str) -> None:
    """Write a model, whole or not at all.

    Raises:
        ConfigError: the folder holds anything but a model saved before.
    """
    _refuse_foreign(folder)
    recover_folder(folder)  # it may bring back what a kill has left, which is looked at as well
    _refuse_foreign(folder)
    config = SavedModel(
        scanpath=__version__,
        requires=required(section.model.plain()),
        model=section.model,
        region_shape=section.region_shape,
        backbone=section.backbone,
        picture_size=section.picture_size,
        beside_dim=section.beside_dim,
        question_length=vocabularies.length,
        reading=vocabularies.reading,
        words=list(vocabularies.words.words),
        answers=list(vocabularies.answers.answers),
        exact_answers=vocabularies.answers.exact,
    )
    with folder_written_atomically(folder) as part:
        save_file(separate(module.state_dict()), part / WEIGHTS, metadata={"format": "pt"})
        write_json(part / CONFIG, config.plain(), indent=1)
        write_atomically(part / CARD, card)
        (part / WEIGHTS).chmod((part / CARD).stat().st_mode)  # safetensors keeps its files from everybody else


def _refuse_foreign(folder: Path) -> None:
    found = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    foreign = [name for name in found if name not in FILES]
    if (folder.exists() and not folder.is_dir()) or foreign or (found and not is_saved(folder)):
        reason = f"holds {foreign[0]!r}" if foreign else "is a file" if folder.is_file() else "holds no model of ours"
        raise ConfigError(f"{folder} {reason} and is not overwritten: name a new or an empty folder.")


def read(folder: Path, described: str) -> Loaded:
    """Read what :func:`write` wrote; ``described`` is what to call it in an error."""
    missing = [name for name in (CONFIG, WEIGHTS) if not (folder / name).is_file()]
    if missing:
        raise DataError(f"{described} holds no saved model ({missing[0]} is missing): write one with scanpath export.")
    config = _config(folder, described)
    words = Vocabulary.from_json({"words": config.words})
    answers = AnswerVocabulary.from_json({"answers": config.answers, "exact": config.exact_answers})
    section = ModelSection(
        model=config.model,
        answers=len(answers),
        vocabulary_size=len(words),
        beside_dim=config.beside_dim,
        region_shape=config.region_shape,
        backbone=config.backbone,
        picture_size=config.picture_size,
    )
    with torch.random.fork_rng(devices=[]):  # the first weights are drawn, and replaced at once
        module = section.build()
    try:
        tensors = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise RunError(f"{WEIGHTS} of {described} cannot be read ({error}): fetch or export it again.") from None
    put_weights(module, tensors, Path(described) / WEIGHTS)
    card = folder / CARD
    text = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else None
    return Loaded(module.eval(), Vocabularies(words, answers, config.question_length, config.reading), section, text)


def _config(folder: Path, described: str) -> SavedModel:
    content = read_json(folder / CONFIG)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DataError(f"{described} is no model of scanpath ({CONFIG} does not say format {FORMAT!r}): check it.")
    if content.get("format_version") != FORMAT_VERSION:
        raise DataError(
            f"{described} has the format {content.get('format_version')!r}, written by scanpath "
            f"{content.get('scanpath')!r}, and this version reads {FORMAT_VERSION}: install that one."
        )
    try:
        return SavedModel.parse(content, source=f"{CONFIG} of {described}")
    except ScanpathError:
        absent = _absent(content.get("requires"))
        if absent is None:
            raise
        raise UnknownNameError(
            f"{described} was made with the package {absent!r}, which is not installed: pip install {absent}."
        ) from None


def _absent(requires: Any) -> str | None:
    """Return the first package that a model asks for and nobody has installed."""
    names = map(str, requires) if isinstance(requires, Mapping) else ()
    for name in filter(_PACKAGE.fullmatch, names):
        try:
            version(name)
        except PackageNotFoundError:
            return name
    return None


def required(section: Mapping[str, Any]) -> dict[str, str]:
    """Return the packages beside the core that bring the mechanisms a section names, with their versions."""
    names = set(_texts([section.get("attention"), section.get("co_attention")]))
    bringing = {
        one.method
        for one in registry.listing()
        if one.part in ("scorers", "attentions", "co_attentions") and one.name in names and one.method != "core"
    }
    packages = (point.dist for point in registry.plugins() if point.name in bringing)
    return {package.name: package.version for package in packages if package is not None}


def _texts(tree: Any) -> Iterator[str]:
    """Yield every text in a tree of settings."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping | list):
        for branch in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _texts(branch)
