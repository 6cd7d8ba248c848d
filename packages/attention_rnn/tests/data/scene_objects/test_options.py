"""What can be chosen is checked; the defaults are those of the table's small scale."""

from __future__ import annotations

import pytest

from scanpath.errors import ConfigError
from scanpath_attention_rnn.data.scene_objects.options import ObjectsOptions


def test_defaults_are_as_many_of_each_class():
    assert dict(ObjectsOptions().sizes) == {"train": 20 * 1000, "test": 20 * 200}


@pytest.mark.parametrize("values", [{"train": 0}, {"test": 2.0}, {"seed": -1}])
def test_what_cannot_be(values):
    with pytest.raises(ConfigError, match="the data set scene-objects was asked for with"):
        ObjectsOptions(**values)
