import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.features.index import LeftOut
from scanpath.features.units import Units, end_unit, read_unit, start_unit, unit_folder


@given(st.integers(1, 200), st.integers(1, 20), st.integers(1, 50), st.integers(1, 2000))
def test_every_row_is_in_one_batch_of_one_unit(rows, batch, row_bytes, shard_bytes):
    units = Units.of(rows, batch, row_bytes, shard_bytes)
    covered = []
    for unit in range(units.total):
        batches = [*units.split(unit)]
        assert [one.ends_unit for one in batches] == [False] * (len(batches) - 1) + [True]
        assert sum(one.last - one.first for one in batches) == units.pictures(unit)
        assert all(0 < one.last - one.first <= batch for one in batches)
        covered += [row for one in batches for row in range(one.first, one.last)]
    assert covered == list(range(rows))
    assert units.batches == 1 or units.size * row_bytes <= shard_bytes


def test_a_unit_is_whole_or_not_there(tmp_path):
    folder = unit_folder(tmp_path, 3)
    assert read_unit(folder) is None
    writer = start_unit(folder, "float16")
    writer.add(5, np.ones((2, 3, 7)))
    assert read_unit(folder) is None
    bad = [LeftOut(place="x", why="y")]
    end_unit(writer, bad)
    facts = read_unit(folder)
    assert (facts.axes, facts.form.width, facts.form.boxes, facts.left_out) == ((2, 3), 7, False, bad)
    assert facts.shard.images == 1
    start_unit(folder, "float16")
    assert read_unit(folder) is None, "begun again"


def test_a_unit_of_bad_pictures_alone_is_whole(tmp_path):
    writer = start_unit(tmp_path / "u", "int8")
    end_unit(writer, [LeftOut(place="x", why="y")])
    assert read_unit(tmp_path / "u").shard is None


@pytest.mark.parametrize("harm", ["facts", "shard", "gone"])
def test_damage_is_seen(tmp_path, harm):
    writer = start_unit(tmp_path / "u", "float16")
    writer.add(5, np.ones((2, 3)))
    end_unit(writer, [])
    (shard,) = (tmp_path / "u").glob("*.safetensors")
    if harm == "facts":
        (tmp_path / "u" / "unit.json").write_text("{")
    elif harm == "gone":
        shard.unlink()
    else:
        shard.write_bytes(shard.read_bytes()[:-1] + b"?")
        assert read_unit(tmp_path / "u", thoroughly=False)
    assert read_unit(tmp_path / "u") is None
