from __future__ import annotations

import pytest

from scanpath.errors import ConfigError
from scanpath_attention_rnn.data.faces.options import FacesOptions


def test_sizes_are_by_split():
    assert FacesOptions(train=3, val=5, test=7).sizes == {"train": 3, "val": 5, "test": 7}


@pytest.mark.parametrize(("name", "value"), [("train", 0), ("side", 15), ("seed", -1), ("test", 2.0)])
def test_what_cannot_be_is_refused(name, value):
    with pytest.raises(ConfigError, match=f"data set faces was asked for with {name} = {value}, expected a whole"):
        FacesOptions(**{name: value})
