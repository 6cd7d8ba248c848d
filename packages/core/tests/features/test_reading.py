import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.features.reading import TABLE, checksum, shard_name, table_fields
from scanpath.features.shards import write_tensors
from scanpath.features.store import FeatureStore
from scanpath.features.writing import StoreWriter


def store(folder):
    writer = StoreWriter(folder, "float16", shard_bytes=1)
    for image in (5, 3, 7):
        writer.add(image, np.ones((2, 3)))
    writer.finish()
    return folder


def test_a_shard_is_mapped_when_it_is_read_first(tmp_path):
    opened = FeatureStore.open(store(tmp_path))
    with (tmp_path / shard_name(1)).open("r+b") as stream:
        stream.write(b"\0" * 8)
    opened.read([0, 2])
    with pytest.raises(DataError, match=r"features-00001.safetensors is not the file that the index describes"):
        opened.read([1])


@pytest.mark.parametrize("starts", [[0, 2, 4, 5], [1, 3, 5, 6], [0, 4, 2, 6], [0, 2, 2, 6], [0, 3, 4, 6]])
def test_a_table_whose_counts_do_not_fit_is_refused(tmp_path, starts):
    folder = store(tmp_path)
    write_tensors(folder / TABLE, table_fields(3), {"image_ids": [np.array([5, 3, 7])], "starts": [np.array(starts)]})
    with pytest.raises(DataError, match="does not go with the index"):
        FeatureStore.open(folder)


def test_a_shard_that_is_gone_is_named(tmp_path):
    (store(tmp_path) / shard_name(2)).unlink()
    with pytest.raises(DataError, match=r"features-00002.safetensors is missing"):
        FeatureStore.open(tmp_path)


def test_a_checksum_is_of_the_bytes():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert checksum(np.zeros((0, 3))) == empty
    assert checksum(np.arange(6).reshape(2, 3).T) == checksum(np.ascontiguousarray(np.arange(6).reshape(2, 3).T))
