"""Names of pictures against a plain dict."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.names import Names


def test_names_are_a_mapping_in_order() -> None:
    names = Names.of({7: "seven", -3: "minus three", 2**40: "large"})
    assert Names.of(names) is names
    assert names == {7: "seven", -3: "minus three", 2**40: "large"}
    assert [*names] == [-3, 7, 2**40]
    assert [*names.items()] == [(-3, "minus three"), (7, "seven"), (2**40, "large")]
    assert [*names.values()] == ["minus three", "seven", "large"]
    assert "seven" in names.values()
    assert (8, "seven") not in names.items()
    assert names.take(np.asarray([-3, 2**40])) == {-3: "minus three", 2**40: "large"}
    assert (names.get(8), names.get(2**41), 7 in names) == (None, None, True)
    for missing in (8, 2**41):
        with pytest.raises(KeyError, match=str(missing)):
            names.take(np.asarray([-3, missing]))
