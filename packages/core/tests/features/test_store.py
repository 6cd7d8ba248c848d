import json
import multiprocessing
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scanpath.errors import DataError
from scanpath.features.reading import TABLE, shard_name
from scanpath.features.store import ARRAY, BOXES, INDEX, FeatureStore, write_store
from scanpath.features.writing import StoreWriter


def small_store(folder: Path, *, rows: int = 7, boxes: bool = False) -> tuple[FeatureStore, np.ndarray]:
    generator = np.random.default_rng(3)
    features = generator.standard_normal((rows, 5, 3) if boxes else (rows, 2, 3, 5)).astype(np.float16)
    ids = generator.permutation(rows) * 11 + 2
    corners = generator.random((rows, 5, 4)) if boxes else None
    return write_store(folder, ids, features, boxes=corners, block=3, data={"name": "x"}), features


@settings(max_examples=25, deadline=None)
@given(
    ids=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=13, unique=True),
    axes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    half=st.booleans(),
    block=st.integers(1, 17),
    data=st.data(),
)
def test_what_is_written_is_read_under_any_ids_and_order(tmp_path_factory, ids, axes, half, block, data):
    folder = tmp_path_factory.mktemp("stores") / "store"
    features = np.random.default_rng(len(ids)).standard_normal((len(ids), *axes))
    features = features.astype(np.float16 if half else np.float32)
    store = write_store(folder, ids, features, block=block)
    wanted = data.draw(st.lists(st.sampled_from(ids), max_size=29))
    store.verify()
    assert store.shape == tuple(axes)
    assert store.dtype == features.dtype
    read = store.read(store.rows(wanted))
    assert read.dtype == features.dtype
    assert read.tobytes() == features[[ids.index(one) for one in wanted]].tobytes()


def test_missing_pictures_are_named_and_counted(tmp_path):
    store, _ = small_store(tmp_path / "store")
    with pytest.raises(DataError, match=r"no features for 4 pictures, the first being -5, 3, 1000:"):
        store.rows([2, 3, 3, 1000, -5, 2000])


def test_rows_of_no_pictures_are_empty(tmp_path):
    store, _ = small_store(tmp_path / "store")
    assert store.read(store.rows([])).shape == (0, 2, 3, 5)


def test_boxes_come_back(tmp_path):
    store, _ = small_store(tmp_path / "store", boxes=True)
    assert store.boxes is not None
    assert store.boxes.shape == (7, 5, 4)
    assert store.boxes.dtype == np.float32
    assert (store.gather([6, 1]).boxes.numpy() == store.boxes[[6, 1]]).all()


def test_it_travels_as_a_path_and_is_read_in_another_process(tmp_path):
    store, features = small_store(tmp_path / "store")
    assert len(pickle.dumps(store)) < 500
    with multiprocessing.get_context("fork").Pool(1) as pool:
        read = pool.apply(store.read, ([6, 1],))
    assert (read == features[[6, 1]]).all()


def test_a_read_row_is_a_copy(tmp_path):
    store, features = small_store(tmp_path / "store")
    row = store.read([4])
    row += 1
    assert (store.read([4]) == features[[4]]).all()


@pytest.mark.parametrize("name", [ARRAY, INDEX, BOXES])
def test_a_file_cut_anywhere_is_refused(tmp_path, name):
    store, _ = small_store(tmp_path / "store", boxes=True)
    path = store.folder / name
    whole = path.read_bytes()
    for length in [0, 1, 7, 60, len(whole) // 2, len(whole) - 3]:
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match="make the features again"):
            FeatureStore.open(store.folder)
    path.unlink()
    with pytest.raises(DataError, match="scanpath features"):
        FeatureStore.open(store.folder)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 127), byte=st.integers(0, 255))
def test_a_damaged_header_is_a_sentence_or_harmless(tmp_path_factory, place, byte):
    store, features = small_store(tmp_path_factory.mktemp("stores") / "store")
    path = store.folder / ARRAY
    content = bytearray(path.read_bytes())
    content[place] = byte
    path.write_bytes(content)
    try:
        again = FeatureStore.open(store.folder)
    except DataError:
        return
    assert (again.read(range(7)) == features).all()


def test_changed_contents_are_found_by_verify(tmp_path):
    store, _ = small_store(tmp_path / "store")
    path = store.folder / ARRAY
    content = bytearray(path.read_bytes())
    content[-70] ^= 1  # 60 bytes a row: the last but one, in the second block
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"rows 3 to 5 of .* are damaged"):
        FeatureStore.open(store.folder).verify()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other/2"}, "format"),
        ({"dtype": "float64"}, "dtype"),
        ({"dtype": "float32"}, "expects"),
        ({"shape": [2, 5, 3]}, "expects"),
        ({"image_ids": [1, 2, 2, 3, 4, 5, 6]}, "twice"),
        ({"image_ids": [2**63, 2, 7, 3, 4, 5, 6]}, "image_ids"),
        ({"sha256": []}, "0 checksums for 7 rows"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_an_index_that_does_not_fit_is_refused(tmp_path, change, message):
    store, _ = small_store(tmp_path / "store")
    path = store.folder / INDEX
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DataError, match=message):
        FeatureStore.open(store.folder)


def test_a_pickle_in_its_place_is_never_loaded(tmp_path):
    store, _ = small_store(tmp_path / "store")
    np.save(store.folder / ARRAY, np.array([{"a": 1}] * 7, dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="make the features again"):
        FeatureStore.open(store.folder)


def test_writing_needs_one_id_a_row(tmp_path):
    with pytest.raises(DataError, match="2 image ids for 3 rows"):
        write_store(tmp_path / "store", [1, 2], np.zeros((3, 2, 5), np.float32))
    assert list(tmp_path.iterdir()) == []


def sharded(folder: Path, features: dict[int, np.ndarray], *, dtype="float16", boxes=None, most=2**27) -> FeatureStore:
    folder.mkdir(parents=True)
    writer = StoreWriter(folder, dtype, shard_bytes=most)
    for image, regions in features.items():
        writer.add(image, regions, None if boxes is None else boxes[image])
    writer.finish(data={"kind": "drawn"})
    return FeatureStore.open(folder)


def drawn(counts: dict[int, int], width: int = 7) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    generator = np.random.default_rng(5)
    features = {image: generator.standard_normal((count, width)).astype(np.float16) for image, count in counts.items()}
    boxes = {}
    for image, count in counts.items():
        corners = np.sort(generator.random((count, 2, 2), dtype=np.float32), axis=1)
        boxes[image] = corners.reshape(count, 4)
    return features, boxes


@settings(max_examples=40, deadline=None)
@given(
    counts=st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.integers(1, 5), min_size=1, max_size=13),
    width=st.integers(1, 7),
    with_boxes=st.booleans(),
    most=st.integers(1, 200),
    data=st.data(),
)
def test_shards_give_back_any_pictures_in_any_order(tmp_path_factory, counts, width, with_boxes, most, data):
    features, boxes = drawn(counts, width)
    folder = tmp_path_factory.mktemp("stores") / "store"
    store = sharded(folder, features, boxes=boxes if with_boxes else None, most=most)
    store.verify()
    wanted = data.draw(st.lists(st.sampled_from(sorted(counts)), max_size=29))
    got = store.gather(store.rows(wanted))
    assert store.shape == (max(counts.values()), width)
    assert store.variable == (len(set(counts.values())) > 1)
    assert (got.mask is None) == (not store.variable)
    assert (got.boxes is None) == (not with_boxes)
    for place, image in enumerate(wanted):
        count = counts[image]
        assert got.features[place, :count].numpy().tobytes() == features[image].tobytes()
        assert (got.features[place, count:] == 0).all()
        if got.mask is not None:
            assert got.mask[place].tolist() == [True] * count + [False] * (got.features.shape[1] - count)
        if got.boxes is not None:
            assert (got.boxes[place, :count].numpy() == boxes[image]).all()
            assert (got.boxes[place, count:] == 0).all()


def test_grids_keep_their_axes(tmp_path):
    grids = {image: np.random.default_rng(image).standard_normal((2, 3, 5)).astype(np.float16) for image in (9, 4, 1)}
    store = sharded(tmp_path / "store", grids, most=61)
    assert len(store.index.shards) == 2
    assert store.shape == (2, 3, 5)
    assert store.read(store.rows([4, 9])).tobytes() == grids[4].tobytes() + grids[9].tobytes()
    assert store.read(store.rows([])).shape == (0, 2, 3, 5)


@pytest.mark.parametrize(("dtype", "read"), [("bfloat16", np.float32), ("int8", np.float16), ("float32", np.float32)])
def test_other_types_are_read_widened(tmp_path, dtype, read):
    features, _ = drawn({3: 2, 11: 4})
    store = sharded(tmp_path / "store", features, dtype=dtype, most=1)
    assert store.dtype == read
    assert store.read([0, 1]).dtype == read
    for image, count in ((3, 2), (11, 4)):
        got = store.read(store.rows([image]))[0]
        np.testing.assert_allclose(got[:count], features[image], atol=0.02, rtol=0.01)


def test_rows_that_are_not_there_are_refused_and_those_from_the_end_found(tmp_path):
    features, _ = drawn({3: 2, 11: 2, 5: 2})
    store = sharded(tmp_path / "store", features, most=1)
    assert (store.read([-1]) == features[5]).all()
    with pytest.raises(IndexError):
        store.read([3])


def test_boxes_of_all_pictures_are_given_where_they_have_one_number(tmp_path):
    features, boxes = drawn({3: 2, 11: 2, 5: 2})
    store = sharded(tmp_path / "same", features, boxes=boxes, most=40)
    assert (store.boxes == np.stack([*boxes.values()])).all()
    features, boxes = drawn({3: 2, 11: 3})
    with pytest.raises(DataError, match=r"different numbers of boxes: read them with gather\(\)"):
        _ = sharded(tmp_path / "different", features, boxes=boxes).boxes


def test_a_sharded_store_is_read_in_another_process(tmp_path):
    features, _ = drawn({3: 2, 11: 3})
    store = sharded(tmp_path / "store", features)
    assert len(pickle.dumps(store)) < 500
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert (pool.apply(store.read, ([1],))[0] == features[11]).all()


@pytest.mark.parametrize("name", [TABLE, shard_name(0), shard_name(1), INDEX])
def test_a_file_of_shards_cut_anywhere_is_refused(tmp_path, name):
    features, boxes = drawn({3: 2, 11: 3})
    store = sharded(tmp_path / "store", features, boxes=boxes, most=1)
    path = store.folder / name
    whole = path.read_bytes()
    for length in [0, 1, 7, 60, len(whole) // 2, len(whole) - 3]:
        path.write_bytes(whole[:length])
        with pytest.raises(DataError, match="make the features again"):
            FeatureStore.open(store.folder)
    path.unlink()
    with pytest.raises(DataError, match="scanpath features"):
        FeatureStore.open(store.folder)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from([TABLE, shard_name(1)]), place=st.integers(0, 127), byte=st.integers(0, 255))
def test_a_damaged_header_of_a_shard_is_a_sentence_or_harmless(tmp_path_factory, name, place, byte):
    features, _ = drawn({3: 2, 11: 3, 4: 2})
    store = sharded(tmp_path_factory.mktemp("stores") / "store", features, most=1)
    path = store.folder / name
    content = bytearray(path.read_bytes())
    before, content[place] = content[place], byte
    path.write_bytes(content)
    try:
        read = FeatureStore.open(store.folder).gather([1]).features[0]
    except DataError:
        assert before != byte
        return
    assert (read.numpy() == features[11]).all()


@pytest.mark.parametrize(("name", "told"), [(TABLE, "images.safetensors is"), (shard_name(1), "features-00001.*is")])
def test_a_changed_byte_is_found_by_verify(tmp_path, name, told):
    features, _ = drawn({3: 2, 11: 3, 4: 2})
    store = sharded(tmp_path / "store", features, most=1)
    path = store.folder / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert [check.whole for check in store.checks()].count(False) == 1
    with pytest.raises(DataError, match=f"{told} damaged"):
        store.verify()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shape": [3, 8]}, "is not the file|bytes, expected"),
        ({"shape": [4, 7]}, "does not go with the index"),
        ({"variable": False}, "does not go with the index"),
        ({"shards": []}, "shards"),
        ({"boxes": True}, "bytes, expected"),
        ({"dtype": "int4"}, "dtype"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_an_index_of_shards_that_does_not_fit_is_refused(tmp_path, change, message):
    features, _ = drawn({3: 2, 11: 3})
    store = sharded(tmp_path / "store", features)
    path = store.folder / INDEX
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DataError, match=message):
        FeatureStore.open(store.folder)
