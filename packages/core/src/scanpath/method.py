"""What a package brings: names and addresses, no objects, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GROUP = "scanpath.methods"
"""The entry-point group through which packages are found."""
Addresses = Mapping[str, str]
"""A mapping of a public name to where it lives, ``"module:Name"``."""
TASK_FOR_RUNS = ("Settings", "load", "save", "fingerprint", "results", "remarks", "measure_names")
"""What a task has for runs (``scanpath.experiments.config.RunnableTask``), beside what a trainer needs of it."""


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """A kernel for accelerators, and whether one has measured it; until then nothing takes it unasked."""

    needs: str
    """The library that it is written in, as it is imported."""
    asked_by: str
    """How a user takes it, such as ``kernel="triton"``."""
    command: str
    """What measures it."""
    measured: str = ""
    """On which hardware it was measured, and where the figures lie; empty while nowhere."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """One package's entry in the catalogue, found through the entry-point group :data:`GROUP`.

    It is made of strings so that listing what is installed imports nothing; an address is resolved when its name is
    asked for.
    """

    name: str
    """The package's short name, as in ``nox -s "tests(han)"``."""
    paper: str
    """Title, authors, venue and address of the paper."""
    scorers: Addresses = field(default_factory=dict)
    attentions: Addresses = field(default_factory=dict)
    co_attentions: Addresses = field(default_factory=dict)
    datasets: Addresses = field(default_factory=dict)
    """Classes of data sets (:class:`scanpath.data.dataset.Dataset`), by the name that ``task.data`` gives."""
    labelled: Addresses = field(default_factory=dict)
    """Classes of data sets without questions, pictures with classes (:class:`scanpath.data.labelled.LabelledData`)."""
    captions: Addresses = field(default_factory=dict)
    """Classes of data sets of captions (:class:`scanpath.data.caption_catalogue.CaptionData`)."""
    hosts: Addresses = field(default_factory=dict)
    """Hosts of visual question answering (:class:`scanpath.hosts.builders.HostBuilder`), by ``task.model.name``."""
    classifiers: Addresses = field(default_factory=dict)
    """Hosts of classification (:class:`scanpath.hosts.classifiers.ClassifierBuilder`), by ``task.model.name``."""
    backbones: Addresses = field(default_factory=dict)
    """Frozen networks (:class:`scanpath.features.brought.BroughtBackbone`), by the name in ``task.features``."""
    captioners: Addresses = field(default_factory=dict)
    """Hosts that describe pictures (:class:`scanpath.hosts.caption_model.CaptionerBuilder`), by ``task.model.name``."""
    tasks: Addresses = field(default_factory=dict)
    measures: Addresses = field(default_factory=dict)
    benches: Addresses = field(default_factory=dict)
    """What it measures of its own (:class:`scanpath.bench.method.Bench`) when ``scanpath bench cost --method`` asks."""
    kernels: Addresses = field(default_factory=dict)
    """Facts about kernels for accelerators (:class:`Kernel`), which ``scanpath doctor`` tells."""
    recipes: str = ""
    """The package that holds YAML files of settings for ``scanpath train``; empty when it has none."""
    tables: str = ""
    """The package that holds the YAML files of the paper's tables; empty when it has none."""
