"""What a recipe says about classification: pictures, their classes, how they are seen, and the model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PositiveInt

from scanpath.data.labelled_catalogue import labelled_names
from scanpath.hosts.classifiers import check_classifier_options
from scanpath.settings import Settings
from scanpath.tasks.classification.augmentation import Augmentation
from scanpath.tasks.host_settings import HostSettings
from scanpath.tasks.mechanisms import Mechanism
from scanpath.tasks.readers import not_read


def _data_set(name: str) -> str:
    if "/" in name or "\\" in name:
        return str(Path(name).expanduser().resolve())  # a run that goes on may be started elsewhere
    if name not in labelled_names():
        folder = f"; a folder of photographs is written ./{name}" if Path(name).is_dir() else ""
        raise ValueError(not_read("labelled", name) + folder)
    return name


class ModelSettings(HostSettings):
    """The section that a model is saved as: names, and plain options of the host as further keys."""

    name: str = "small_cnn"
    """The host (``scanpath list``): ``small_cnn``, ``resnet18`` in the form for CIFAR, or what a package brings."""
    attention: Mechanism = "mean"
    """An attention or a scorer (``scanpath list``) by name, or with options; it is called without a query."""

    @classmethod
    def check_host(cls, name: str, options: Mapping[str, Any]) -> None:
        """Refuse a host or options that there are not."""
        check_classifier_options(name, options)


class ClassificationSettings(Settings):
    """Everything that decides what a run of classification learns, but not for how long."""

    name: Literal["classification"] = "classification"
    data: Annotated[str, AfterValidator(_data_set)] = "mnist"
    """A data set of labelled pictures (``docs/own-data.md``), or the path of a folder of photographs, ``./photos``."""
    root: str | None = None
    """The folder of the data sets; null takes ``$SCANPATH_DATA``, else the user's cache."""
    labels: str | Annotated[tuple[str, ...], Field(strict=False, min_length=2)] | None = None
    """What is to be told: ``fine`` or ``coarse`` of CIFAR-100, an attribute of CelebA such as ``Smiling``.

    Null takes what there is, of CIFAR-100 ``fine``; of CelebA's attributes one has to be named. Several are one
    question, which of ``[Black_Hair, Blond_Hair, Brown_Hair]``; pictures with none or several of them are left out.
    """
    hold_out: bool = True
    """Where the data set has no val of its own, hold out a tenth of train for it, the same pictures on every machine.

    False learns from all of train, which leaves test alone to be measured on: ``training.evaluation_split=test``.
    """
    side: PositiveInt | None = None
    """Height and width that pictures are brought to; null takes them as they are, all of one size."""
    fit: Literal["crop", "warp"] = "crop"
    """How: the shorter side is resized and the centre kept, or both sides are stretched."""
    standardise: bool = True
    """Pixels less the mean of their colour over train, over its deviation; false brings them to -1 to 1."""
    augmentation: Augmentation = Augmentation()
    model: ModelSettings = ModelSettings()
