"""How a recipe names a host that one mechanism looks for: the model section of classification and of captions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict

from scanpath.attention.creation import check_attention_options
from scanpath.settings import SelfChecked
from scanpath.tasks.mechanisms import Mechanism, refused


class HostSettings(SelfChecked):
    """The section that a model is saved as: names, and plain options of the host as further keys.

    An option whose name ends in ``_attention`` names an attention as ``attention`` does, and is checked as it is.
    """

    model_config = ConfigDict(extra="allow")

    name: str
    attention: Mechanism | None

    @classmethod
    def check_host(cls, name: str, options: Mapping[str, Any]) -> None:
        """Refuse a host that nobody brings, or options that it does not take.

        Raises:
            ScanpathError: as said.
        """
        raise NotImplementedError

    def _mistakes(self) -> Iterator[str]:
        options = self.model_extra or {}
        yield from refused(self.check_host, {"name": self.name, **options}, "model")
        yield from refused(check_attention_options, self.attention, "attention")
        for place, value in options.items():
            if place.endswith("_attention"):
                yield from refused(check_attention_options, value, place)
