"""What the core brings can be loaded, name by name."""

from __future__ import annotations

import pytest

from scanpath.plugin import METHOD
from scanpath.registry import PARTS, resolve


@pytest.mark.parametrize(
    "address",
    [address for part in PARTS for address in getattr(METHOD, part).values()],
)
def test_addresses_lead_somewhere(address):
    assert callable(resolve(address))
