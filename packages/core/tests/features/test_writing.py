import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.features.shards import Form
from scanpath.features.store import FeatureStore, write_store
from scanpath.features.writing import StoreWriter, check_folder

BOX = np.array([[0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1]])
ONE = np.ones((2, 3))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_shards_end_by_their_bytes(tmp_path):
    writer = StoreWriter(tmp_path, "float16", shard_bytes=24)
    ended = [writer.add(image, ONE) for image in range(5)]  # 12 bytes each
    writer.finish()
    assert [bool(facts) for facts in ended] == [False, True, False, True, False]
    assert [facts.images for facts in FeatureStore.open(tmp_path).index.shards] == [2, 2, 1]


def test_going_on_behind_finished_shards_ends_in_the_same_bytes(tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    straight, first = StoreWriter(whole, "int8", shard_bytes=7), StoreWriter(parts, "int8", shard_bytes=7)
    for image in range(5):
        straight.add(image, ONE * image, BOX)
    for image in range(3):
        first.add(image, ONE * image, BOX)
    again = StoreWriter(parts, "int8", shard_bytes=7, shards=first.shards)
    again.resume(Form("int8", 3, boxes=True), None)
    assert again.seen == {0, 1}
    for image in range(2, 5):
        again.add(image, ONE * image, BOX)
    straight.finish(data={"kind": "x"})
    again.finish(data={"kind": "x"})
    assert contents(whole) == contents(parts)


@pytest.mark.parametrize(
    ("image", "features", "boxes", "message"),
    [
        (1, ONE, BOX, "the image 1 comes a second time"),
        (2, np.ones((2, 5)), BOX, r"the features are \(2, 5\), those before were Kx3 with boxes"),
        (2, ONE, None, "those before were Kx3 with boxes"),
        (2, np.ones((2, 1, 3)), BOX, "those before were Kx3 with boxes"),
        (2, np.ones((0, 3)), np.ones((0, 4)), "there is no region"),
        (2, np.array([[1, 2, np.nan], [0, 0, 0]]), BOX, "not a finite number"),
        (2, ONE, BOX[:1], r"boxes \(1, 4\) for 2 regions"),
        (2, ONE, BOX * np.nan, "a corner of a box is not a finite number"),
        (2, ONE, BOX + 0.5, r"beyond \[0, 1\]"),
        (2, ONE, BOX - 0.5, r"beyond \[0, 1\]"),
        (2, ONE, BOX[:, [2, 1, 0, 3]], "ends before it begins"),
    ],
)
def test_a_picture_that_does_not_fit_is_refused_and_leaves_no_trace(tmp_path, image, features, boxes, message):
    writer = StoreWriter(tmp_path, "float16")
    writer.add(1, ONE, BOX)
    with pytest.raises(DataError, match=message):
        writer.add(image, features, boxes)
    writer.finish()
    store = FeatureStore.open(tmp_path)
    assert store.image_ids.tolist() == [1]
    assert (store.boxes == BOX.astype(np.float32)).all()


def test_a_first_picture_that_is_refused_decides_nothing(tmp_path):
    writer = StoreWriter(tmp_path, "float16")
    with pytest.raises(DataError, match="finite"):
        writer.add(1, np.full((2, 5), np.nan))
    writer.add(1, ONE, BOX)
    writer.finish()
    assert FeatureStore.open(tmp_path).shape == (2, 3)


def test_nothing_cannot_be_stored(tmp_path):
    with pytest.raises(DataError, match="nothing to store"):
        StoreWriter(tmp_path, "float16").finish()


def test_where_a_store_can_be(tmp_path):
    check_folder(tmp_path / "new" / "store")
    write_store(tmp_path / "store", [3], np.ones((1, 2, 5), np.float16))
    check_folder(tmp_path / "store")  # whose features they are is somebody else's question
    (tmp_path / "file").touch()
    for place in ("file", "file/store"):
        with pytest.raises(DataError, match="file is a file, where a folder of features was to be: name another one"):
            check_folder(tmp_path / place)
    with pytest.raises(DataError, match="is there and holds no features: name a folder that is not there yet"):
        check_folder(tmp_path)
