"""Which pictures are learnt, chosen by and measured on, and what is told of them."""

from __future__ import annotations

from collections.abc import Sequence

from scanpath.data.labelled import LabelledSplit, hold_out, one_of
from scanpath.data.labelled_catalogue import find_labelled, open_labelled
from scanpath.errors import ConfigError, DataError, UnknownNameError, near
from scanpath.tasks.classification.settings import ClassificationSettings

TRAIN, VAL, TEST = SPLITS = ("train", "val", "test")
PARTS = {TRAIN: "fit", VAL: "val"}
"""Of a train that val is held out of."""


def open_pictures(settings: ClassificationSettings, split: str) -> LabelledSplit:
    """Open a split; where the data set has no val of its own, train and val are parts of its train.

    Raises:
        UnknownNameError: no such split.
        DataError: no val, for all of train is learnt; or what opening raises.
    """
    if split not in SPLITS:
        hint = near(split, SPLITS) or f"; there are {', '.join(SPLITS)}."
        raise UnknownNameError(f"there is no split {split!r} of {settings.data}{hint}")
    known = find_labelled(settings.data, settings.root).splits
    own = VAL in known and PARTS[TRAIN] not in known
    if own or split == TEST or (split == TRAIN and not settings.hold_out):
        return _opened(settings, split)
    if not settings.hold_out:
        raise DataError(
            f"{settings.data} has no val of its own, and with task.hold_out=false all of its train is learnt: measure "
            "on test, by training.evaluation_split=test and --split test."
        )
    if PARTS[TRAIN] in known:
        return _opened(settings, PARTS[split])
    train = _opened(settings, TRAIN)
    return hold_out(train, PARTS[split], told(train, settings.labels))


def _opened(settings: ClassificationSettings, split: str) -> LabelledSplit:
    """Open a split; where a label is made of several, with it."""
    found = open_labelled(settings.data, split, settings.root)
    return one_of(found, settings.labels) if isinstance(settings.labels, tuple) else found


def told(split: LabelledSplit, wanted: str | Sequence[str] | None) -> str:
    """Say which labels are learnt; those made of several are called by all their names.

    Raises:
        UnknownNameError: the pictures have no labels of the wanted name.
        ConfigError: none is wanted of several attributes.
        DataError: there are no labels, or all pictures are of one class.
    """
    if wanted is None and not split.labels:
        raise DataError(f"the pictures of {split.name} have no classes: lay those of each class into a folder of it.")
    asked = wanted if wanted is None or isinstance(wanted, str) else ", ".join(wanted)
    name = asked or next(iter(split.labels))
    split.matrix(name)  # says so where it is unknown
    classes = split.labels[name].classes
    if wanted is None and len(split.labels) > 1 and len(classes) == 2:
        raise ConfigError(
            f"{split.name} has {len(split.labels)} attributes of each picture: name the one to learn, such as "
            f"task.labels={name}."
        )
    if len(classes) < 2:
        raise DataError(f"all pictures of {split.name} are of the class {classes[0]!r}: add pictures of another.")
    return name
