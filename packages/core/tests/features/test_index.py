import pytest

from scanpath.errors import DataError
from scanpath.features.index import INDEX, ShardedIndex, ShardFacts, StoreIndex, read_index

SHARDED = ShardedIndex(
    shape=(3, 7),
    variable=True,
    dtype="int8",
    boxes=True,
    table_sha256="0",
    shards=[ShardFacts(images=2, regions=5, sha256="1"), ShardFacts(images=11, regions=13, sha256="2")],
)
WHOLE = StoreIndex(shape=(3, 7), dtype="float16", block=5, sha256=["0"], image_ids=[3, 1])


@pytest.mark.parametrize("index", [SHARDED, WHOLE])
def test_what_is_written_is_read(tmp_path, index):
    (tmp_path / INDEX).write_text(index.model_dump_json())
    assert read_index(tmp_path / INDEX) == index


def test_sums_and_form():
    assert (SHARDED.images, SHARDED.regions) == (13, 18)
    assert SHARDED.form == ("int8", 7, True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "scanpath-features/3"}', '{"format": "scanpath-feat'])
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / INDEX).write_text(text)
    with pytest.raises(DataError, match=r"is no index of features .*: delete the folder and make the features again"):
        read_index(tmp_path / INDEX)


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match=r"holds no features .*extract or import has made"):
        read_index(tmp_path / INDEX)
