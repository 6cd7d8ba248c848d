"""The official scores of captions: BLEU-1 to 4, METEOR, ROUGE-L and CIDEr, by pycocoevalcap.

Source: Chen et al. 2015, "Microsoft COCO Captions: Data Collection and Evaluation Server",
https://arxiv.org/abs/1504.00325, in Python as pycocoevalcap. All are fractions, as tables of papers print them, but
CIDEr, which may be up to 10. Its words are weighed by how many pictures *of this evaluation* have them: of one picture
alone it is 0, and of a part of a split it is another number than of the whole.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scanpath.errors import DataError, UnknownNameError, missing_extra, near
from scanpath.metrics.caption_tokens import TOKENISERS
from scanpath.metrics.java import EXTRA, PURPOSE
from scanpath.metrics.meteor import meteors
from scanpath.metrics.vqa import few
from scanpath.progress import Say, silent

NAMES = ("BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR", "ROUGE-L", "CIDEr")

Texts = dict[int, list[str]]
Columns = dict[str, tuple[float, Sequence[float]]]
"""By the name of a score: of all pictures, and of each."""


@dataclass(frozen=True)
class CaptionScores:
    """What the captions of a split are worth; without Java there is no METEOR."""

    tokeniser: str
    overall: dict[str, float]
    """By the names of :data:`NAMES`, in their order."""
    per_image: dict[int, dict[str, float]]
    """The same of each picture; of BLEU and METEOR the overall one is not their mean."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; image ids become strings, as JSON has no other keys."""
        return {**asdict(self), "per_image": {str(key): scores for key, scores in self.per_image.items()}}


def score_captions(
    references: Mapping[int, Sequence[str]],
    captions: Mapping[int, str],
    *,
    tokeniser: str = "ptb",
    say: Say | None = None,
) -> CaptionScores:
    """Score one caption a picture against what people wrote of it; as :func:`score_sets` does."""
    return score_sets(references, {"": captions}, tokeniser=tokeniser, say=say)[""]


def score_sets(
    references: Mapping[int, Sequence[str]],
    sets: Mapping[str, Mapping[int, str]],
    *,
    tokeniser: str = "ptb",
    with_meteor: bool = True,
    say: Say | None = None,
) -> dict[str, CaptionScores]:
    """Score several sets of captions of the same pictures, such as by several beams, each by itself.

    Args:
        references: by image id, as people wrote them (:meth:`scanpath.data.captions.CaptionSplit.references`).
        sets: by a name, captions by image id; one for each picture.
        tokeniser: ``"ptb"``, the official one, which needs Java as METEOR does; ``"plain"`` needs none and gives no
            METEOR, and the other scores as far as it parts words as the official one does.
        with_meteor: False leaves METEOR out; its program reads for ten seconds before it begins.
        say: is told what is being done.

    Returns:
        By the sets' names.

    Raises:
        DataError: pictures without a caption, captions of no picture, a picture that nobody described.
        ConfigError: there is no Java.
        MissingExtraError: pycocoevalcap is not installed.
        UnknownNameError: no such tokeniser.
    """
    if tokeniser not in TOKENISERS:
        hint = near(tokeniser, TOKENISERS) or f"; there are {', '.join(TOKENISERS)}."
        raise UnknownNameError(f"there is no tokeniser of captions {tokeniser!r}{hint}")
    for captions in sets.values():
        _check(references, captions)
    tell = say or silent
    keys = list(references)
    tell(f"tokenising {len(keys) * len(sets):,} captions and their references ({tokeniser})")
    texts = [captions[key] for captions in sets.values() for key in keys]
    lines = iter(TOKENISERS[tokeniser](texts + [text for key in keys for text in references[key]]))
    said = {name: {key: [next(lines)] for key in keys} for name in sets}
    wanted = {key: [next(lines) for _ in references[key]] for key in keys}
    columns: dict[str, Columns] = {name: {} for name in sets}
    for module, scorer, names in (
        ("bleu.bleu", "Bleu", NAMES[:4]),
        ("rouge.rouge", "Rouge", ("ROUGE-L",)),
        ("cider.cider", "Cider", ("CIDEr",)),
    ):
        tell(f"scoring {', '.join(names)}")
        for name, own in said.items():
            columns[name] |= _scored(module, scorer, names, wanted, own)
    if tokeniser == "ptb" and with_meteor:
        tell("scoring METEOR")
        scored = meteors(list(wanted.values()), [[line for (line,) in own.values()] for own in said.values()])
        for name, (whole, each) in zip(sets, scored, strict=True):
            columns[name]["METEOR"] = whole, each
    return {name: _put_together(tokeniser, keys, own) for name, own in columns.items()}


def _put_together(tokeniser: str, keys: Sequence[int], found: Columns) -> CaptionScores:
    columns = {name: found[name] for name in NAMES if name in found}
    return CaptionScores(
        tokeniser=tokeniser,
        overall={name: whole for name, (whole, _) in columns.items()},
        per_image={key: {name: each[row] for name, (_, each) in columns.items()} for row, key in enumerate(keys)},
    )


def _check(references: Mapping[int, Sequence[str]], captions: Mapping[int, str]) -> None:
    if not references:
        raise DataError("there are no pictures with references: there is nothing to score.")
    if silent := [key for key, texts in references.items() if not texts]:
        raise DataError(f"nobody described the pictures of {few(silent, 'image id')}: leave them out.")
    if missing := references.keys() - captions.keys():
        raise DataError(
            f"the captions lack {few(missing, 'image id')} of {len(references)}: describe every picture once."
        )
    if foreign := captions.keys() - references.keys():
        raise DataError(
            f"the captions are of {few(foreign, 'image id')} without references: are they of another split?"
        )


def _scored(module: str, name: str, names: Sequence[str], wanted: Texts, said: Texts) -> Columns:
    """Call a scorer of pycocoevalcap: by name the score of all, and of each picture."""
    try:
        scorer = getattr(importlib.import_module(f"pycocoevalcap.{module}"), name)()
    except ModuleNotFoundError:
        raise missing_extra("pycocoevalcap", purpose=PURPOSE, extra=EXTRA) from None
    options = {"verbose": 0} if name == "Bleu" else {}
    whole, each = scorer.compute_score(wanted, said, **options)
    if len(names) == 1:
        whole, each = [whole], [each]
    return {
        one: (float(score), [float(value) for value in row]) for one, score, row in zip(names, whole, each, strict=True)
    }
