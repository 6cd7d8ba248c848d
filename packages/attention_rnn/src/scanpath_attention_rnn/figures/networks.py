"""What a trained network sees: the map behind each layer, what it leaves of the features, their product, the answers.

Letters: N pictures, B questions about them.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from scanpath.errors import ConfigError
from scanpath.metrics.looking import product_of_layers
from scanpath.predict import Model, load_run
from scanpath.predict.pictures import Picture
from scanpath.predict.sight import Sight
from scanpath.report.figure_command import named_runs
from scanpath_attention_rnn.attention_rnn import AttentionRNN
from scanpath_attention_rnn.hosts import ProgressiveCNN

ROUNDING = 1e-5
"""A share by which an even map may be above itself."""


class Looks(NamedTuple):
    """What a network made of B questions."""

    maps: Mapping[str, Tensor]
    """Of each layer that looks, (B, 1, h, w): gates, and weights of the last."""
    features: Sequence[Tensor]
    """Of each layer that looks, its features times its map, averaged over channels: (B, h, w)."""
    product: Tensor
    """Of all maps at the largest one's size, (B, H, W), sum 1."""
    attended: Tensor
    """Of all features, likewise."""
    answers: Sequence[str]


class Network:
    """A network of the host ``progressive`` that has learnt a data set of digits.

    Args:
        name: What figures call it.
        model: As it was loaded.

    Raises:
        ConfigError: It is another host's.
    """

    def __init__(self, name: str, model: Model) -> None:
        module: Any = model.module
        if not isinstance(module, ProgressiveCNN):
            raise ConfigError(
                f"{model.origin} is no network of the host progressive, whose layers look one after another: name a "
                "run of attention_rnn's tables."
            )
        self.name = name
        self.origin = Path(model.origin).resolve().name
        self.module = module
        self._vocabularies = model.vocabularies
        self._sight = Sight(model.section, origin=model.origin, device="cpu")

    def check_words(self, questions: Sequence[str]) -> None:
        """See to it that the network has learnt such questions.

        Raises:
            ConfigError: It does not know a word of one.
        """
        known = self._vocabularies.words.words
        unknown = [one for one in dict.fromkeys(questions) if one not in known]
        if unknown:
            raise ConfigError(
                f"{self.origin} has never read {unknown[0]!r}, only {', '.join(sorted(known))}: give --data what it "
                "was trained on."
            )

    @torch.no_grad()
    def look(self, pictures: Sequence[Picture], questions: Sequence[str], image_index: Sequence[int]) -> Looks:
        """Look at N pictures with B questions, whose pictures' rows are ``image_index`` (B,)."""
        images = torch.cat([self._sight.see(picture).images for picture in pictures])
        rows = torch.tensor(image_index)
        grids: list[Tensor] = []
        hooks = [stage.register_forward_hook(lambda _stage, _given, out: grids.append(out)) for stage in self._stages()]
        try:
            output = self.module(images, torch.from_numpy(self._vocabularies.encode(questions)), rows)
        finally:
            for hook in hooks:
                hook.remove()
        grids[0] = grids[0].index_select(0, rows)  # from the second that looks on, a map is a question's
        features = [(grid * one).mean(1) for grid, one in zip(grids, output.maps.values(), strict=True)]
        answers = [self._vocabularies.answers.answers[best] for best in output.logits.argmax(1).tolist()]
        product = product_of_layers(list(output.maps.values()))[:, 0]
        attended = product_of_layers([one.unsqueeze(1) for one in features])[:, 0]
        return Looks(output.maps, features, product, attended, answers)

    def _stages(self) -> Iterator[torch.nn.Module]:
        """Give the stages that something looks behind."""
        for number, stage in enumerate(self.module.stages, 1):
            if f"pool{number}" in self.module.scorers:
                yield stage

    def layers(self) -> dict[str, AttentionRNN]:
        """Return the layers that draw what they attend to, by the place they stand at.

        Raises:
            ConfigError: Some place draws nothing.
        """
        found = {}
        for name, scorer in self.module.scorers.items():
            drawing = [part for part in scorer.modules() if isinstance(part, AttentionRNN) and part.sample]
            if not drawing:
                raise ConfigError(
                    f"{self.origin} draws no values at {name}: name a run of ARNN~, whose scorer is attention_rnn with "
                    "sample=true."
                )
            found[name] = drawing[0]
        return found

    @contextlib.contextmanager
    def spread_by(self, factor: float) -> Iterator[None]:
        """Multiply the deviations of all that is drawn, for a while, beyond what the network itself does."""
        layers = self.layers().values()
        before = [layer.spread for layer in layers]
        try:
            for layer, own in zip(layers, before, strict=True):
                layer.spread = factor * own
            yield
        finally:
            for layer, own in zip(layers, before, strict=True):
                layer.spread = own


def load(given: str) -> Network:
    """Load a run, or a folder that ``scanpath export`` wrote, given as ``NAME=FOLDER`` or ``FOLDER``.

    Raises:
        ConfigError: It is another host's.
        RunError: The folder holds neither.
    """
    ((name, folder),) = named_runs([given])
    model = load_run(Path(folder))
    return Network(name or _described(model.section.model.plain()), model)


def load_all(given: Sequence[str]) -> list[Network]:
    """Load runs whose names differ.

    Raises:
        ConfigError: Two are called the same.
    """
    networks = [load(one) for one in given]
    for one, other in itertools.combinations(networks, 2):
        if one.name == other.name:
            raise ConfigError(
                f"{one.origin} and {other.origin} are both called {one.name!r}: give names, such as CTX={other.origin}."
            )
    return networks


def _described(settings: Mapping[str, Any]) -> str:
    """Name a network by its scorer and that one's options."""
    scorer = settings.get("scorer")
    if not isinstance(scorer, Mapping):
        return str(scorer)
    return ", ".join([str(scorer["name"]), *(f"{key} {value}" for key, value in scorer.items() if key != "name")])
