import multiprocessing
import os
import tarfile
import time

import numpy as np
import pytest

from scanpath.errors import ConfigError, DataError
from scanpath.features.imports import importing
from scanpath.features.imports.detecting import open_bundle
from scanpath.features.imports.importing import JOURNAL, REFUSED, import_features
from scanpath.features.store import FeatureStore, write_store
from scanpath.testing.files.bundles import (
    draw_picture,
    tsv_line,
    write_h5_grids,
    write_h5_named,
    write_h5_rows,
    write_npz,
    write_npz_regions,
    write_tsv,
    write_zip,
)

IDS = [7, 3, 11, 5, 2, 13, 17]
PICTURES = [draw_picture(image, regions=2 + image % 3, width=7) for image in IDS]
SAME = [draw_picture(image, regions=3, width=7) for image in IDS]
GRIDS = {image: np.random.default_rng(image).standard_normal((2, 3, 5)).astype(np.float16) for image in IDS}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def tsv(folder, pictures=PICTURES, *, name="x.tsv"):
    folder.mkdir(exist_ok=True)
    write_tsv(folder / name, pictures)
    return open_bundle([folder / name])


def h5(write):
    def make(folder):
        pytest.importorskip("h5py")
        write(folder / "x.h5")
        return open_bundle([folder / "x.h5"])

    return make


def npz(folder):
    write_npz(folder / "grids", GRIDS)
    return open_bundle([folder / "grids"])


def npz_regions(folder):
    write_npz_regions(folder / "regions", SAME)
    return open_bundle([folder / "regions"])


def packed_zip(folder, pictures=PICTURES):
    write_tsv(folder / "x.tsv.0", pictures[:3])
    write_tsv(folder / "x.tsv.1", pictures[3:])
    write_zip(folder / "x.zip", [folder / "x.tsv.0", folder / "x.tsv.1"], "trainval_36")
    return open_bundle([folder / "x.zip"])


def packed_tar(folder, pictures=PICTURES):
    write_tsv(folder / "x.tsv", pictures)
    with tarfile.open(folder / "x.tar.gz", "w:gz") as archive:
        archive.add(folder / "x.tsv", "trainval_36/x.tsv")
    return open_bundle([folder / "x.tar.gz"])


BUNDLES = {
    "tsv": tsv,
    "zip": packed_zip,
    "tar": packed_tar,
    "rows": h5(lambda path: write_h5_rows(path, SAME)),
    "names": h5(lambda path: write_h5_named(path, SAME)),
    "grids": h5(lambda path: write_h5_grids(path, GRIDS)),
    "npz": npz,
    "npz of regions": npz_regions,
}


@pytest.mark.parametrize("make", BUNDLES.values(), ids=BUNDLES)
@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_every_kind_becomes_a_store(tmp_path, make, dtype):
    told = []
    store = import_features(make(tmp_path), tmp_path / "store", dtype=dtype, shard_bytes=64, say=told.append)
    assert len(told) == 1
    store.verify()
    assert sorted(store.image_ids.tolist()) == sorted(IDS)
    assert len(store.index.shards) > 1
    expected = {one.image_id: one.features for one in (PICTURES if "tsv" in str(store.index.data) else SAME)}
    if len(store.shape) == 3:
        expected = GRIDS
    for image in IDS:
        got = store.read(store.rows([image]))[0]
        np.testing.assert_allclose(got, expected[image], atol=2e-3 if dtype == "float16" else 0.02)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".store.")] == [".store.lock"]


def test_boxes_and_numbers_of_regions_are_kept(tmp_path):
    store = import_features(tsv(tmp_path), tmp_path / "store", shard_bytes=64)
    got = store.gather(store.rows(IDS))
    assert store.variable
    assert got.mask.sum(1).tolist() == [len(one.boxes) for one in PICTURES]
    for place, picture in enumerate(PICTURES):
        corners = got.boxes[place, : len(picture.boxes)].numpy() * [640, 480, 640, 480]
        np.testing.assert_allclose(corners, picture.boxes, atol=1e-3)


def test_refused_rows_are_listed_with_their_lines_and_left_out_only_when_asked(tmp_path):
    nan = PICTURES[1]._replace(features=PICTURES[1].features * np.nan)
    lines = [tsv_line(PICTURES[0]), tsv_line(nan), b"\n", tsv_line(PICTURES[2]), tsv_line(PICTURES[0])]
    (tmp_path / "x.tsv").write_bytes(b"".join(lines))
    source = open_bundle([tmp_path / "x.tsv"])
    listed = tmp_path / ".store.import" / REFUSED
    with pytest.raises(DataError, match=r"3 of 5 rows were refused, the first being line 2 of x.tsv: a feature"):
        import_features(source, tmp_path / "store", shard_bytes=64)
    assert not (tmp_path / "store").exists()
    assert [line.partition(":")[0] for line in listed.read_text().splitlines()] == [
        "line 2 of x.tsv",
        "line 3 of x.tsv",
        "line 5 of x.tsv",
    ]
    assert "the image 7 comes a second time" in listed.read_text()
    store = import_features(source, tmp_path / "store", shard_bytes=64, skip_bad=True)
    assert store.image_ids.tolist() == [7, 11]
    assert [one.place for one in store.index.left_out] == ["line 2 of x.tsv", "line 3 of x.tsv", "line 5 of x.tsv"]


def test_leaving_out_reads_nothing_again(tmp_path, monkeypatch):
    lines = [tsv_line(PICTURES[0]), b"\n", tsv_line(PICTURES[2])]
    (tmp_path / "x.tsv").write_bytes(b"".join(lines))
    source = open_bundle([tmp_path / "x.tsv"])
    with pytest.raises(DataError, match="1 of 3 rows were refused"):
        import_features(source, tmp_path / "store")
    monkeypatch.setattr(type(source), "read", lambda *_: pytest.fail("it was read again"))
    assert len(import_features(source, tmp_path / "store", skip_bad=True)) == 2


def test_another_kind_of_file_is_given_up_early(tmp_path):
    (tmp_path / "x.tsv").write_bytes(b"image,caption\n" * 5000)
    with pytest.raises(DataError, match=r"none of the first 100 rows is a picture, the first being line 1 of x.tsv"):
        import_features(open_bundle([tmp_path / "x.tsv"]), tmp_path / "store", skip_bad=True)


@pytest.mark.parametrize("skip_bad", [False, True])
def test_an_empty_bundle_is_refused(tmp_path, skip_bad):
    with pytest.raises(DataError, match="has no picture"):
        import_features(tsv(tmp_path, []), tmp_path / "store", skip_bad=skip_bad)


def test_a_second_call_reads_nothing_and_other_features_are_left_alone(tmp_path, monkeypatch):
    source = tsv(tmp_path)
    import_features(source, tmp_path / "store")
    before = contents(tmp_path / "store")
    other = tsv(tmp_path / "other", PICTURES[:3])
    for wanted in ({"source": other}, {"source": source, "dtype": "int8"}):
        with pytest.raises(DataError, match="holds other features: name another folder"):
            import_features(folder=tmp_path / "store", **wanted)
    monkeypatch.setattr(type(source), "read", lambda *_: pytest.fail("it was read again"))
    import_features(source, tmp_path / "store")
    assert contents(tmp_path / "store") == before


@pytest.mark.parametrize("make", BUNDLES.values(), ids=BUNDLES)
def test_a_bundle_whose_contents_changed_is_told_from_its_store(tmp_path, make):
    """The files keep their lengths."""
    source = make(tmp_path)
    import_features(source, tmp_path / "store")
    path = source.files[-1]
    content, times = bytearray(path.read_bytes()), path.stat().st_mtime_ns
    content[-40] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times + 1, times + 1))
    with pytest.raises(DataError, match=r"store was made of \S+( and 6 more)?, changed since: name another folder"):
        import_features(source, tmp_path / "store")


@pytest.mark.parametrize("make", BUNDLES.values(), ids=BUNDLES)
def test_a_bundle_that_was_copied_is_taken_for_the_same_and_told(tmp_path, make, monkeypatch):
    source, told = make(tmp_path), []
    import_features(source, tmp_path / "store")
    os.utime(source.files[-1], ns=(0, 1))
    monkeypatch.setattr(type(source), "read", lambda *_: pytest.fail("it was read again"))
    import_features(source, tmp_path / "store", say=told.append)
    (sentence,) = told
    assert "was written at another time than what" in sentence
    assert f"nothing is read again; if it was changed by hand, delete {tmp_path / 'store'}" in sentence


def test_a_bundle_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    source = tsv(tmp_path)
    read = type(source).read

    def disturbed(self, place):
        yield from read(self, place)
        os.utime(tmp_path / "x.tsv", ns=(0, 1))

    monkeypatch.setattr(type(source), "read", disturbed)
    with pytest.raises(DataError, match="tsv changed while it was read: run the same command again"):
        import_features(source, tmp_path / "store")
    assert not (tmp_path / "store").exists()
    monkeypatch.undo()
    assert import_features(source, tmp_path / "store").image_ids.tolist() == IDS


def test_a_store_without_its_bad_rows_is_no_store_of_all(tmp_path):
    (tmp_path / "x.tsv").write_bytes(tsv_line(PICTURES[0]) + b"\n")
    source = open_bundle([tmp_path / "x.tsv"])
    import_features(source, tmp_path / "store", skip_bad=True)
    with pytest.raises(
        DataError, match=r"with --skip-bad and lacks 1 rows, the first being line 2 of x.tsv: there are"
    ):
        import_features(source, tmp_path / "store")
    assert len(import_features(source, tmp_path / "store", skip_bad=True)) == 1


def test_a_store_of_before_is_other_features(tmp_path):
    """One that an extraction has made."""
    write_store(tmp_path / "store", [3], np.ones((1, 2, 5), np.float16))
    with pytest.raises(DataError, match="holds other features"):
        import_features(tsv(tmp_path), tmp_path / "store")


def test_what_is_not_read_is_told(tmp_path):
    told = []
    np.savez(tmp_path / "3.npz", x=GRIDS[3].transpose(2, 0, 1), info=[1])
    import_features(open_bundle([tmp_path / "3.npz"]), tmp_path / "one", say=told.append)
    assert told[1:] == ["3.npz also holds 'info': not read."]
    del told[:]
    write_tsv(tmp_path / "x.tsv", PICTURES)
    write_zip(tmp_path / "x.zip", [tmp_path / "x.tsv", tmp_path / "3.npz"])
    import_features(open_bundle([tmp_path / "x.zip"]), tmp_path / "two", say=told.append)
    assert told[1:] == ["x.zip holds 1 more file, 3.npz the first: not read."]


def test_an_archive_gives_the_shards_of_its_files(tmp_path):
    import_features(packed_zip(tmp_path), tmp_path / "packed", shard_bytes=64)
    plain = open_bundle([tmp_path / "x.tsv.0", tmp_path / "x.tsv.1"])
    import_features(plain, tmp_path / "plain", shard_bytes=64)
    expected, got = contents(tmp_path / "plain"), contents(tmp_path / "packed")
    assert {name for name in expected if got[name] != expected[name]} == {"index.json"}
    assert got.keys() == expected.keys()


def test_options_that_cannot_be_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="dtype = 'int4' was given, expected one of float16, int8"):
        import_features(tsv(tmp_path), tmp_path / "store", dtype="int4")


def test_a_full_disk_is_seen_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(importing.shutil, "disk_usage", lambda path: FreeNothing)
    with pytest.raises(DataError, match="has 0 MB free, the features need about"):
        import_features(tsv(tmp_path), tmp_path / "store")


class FreeNothing:
    free = 1


def test_a_changed_bundle_starts_afresh(tmp_path):
    source = tsv(tmp_path, [*PICTURES[:2], PICTURES[0]])
    with pytest.raises(DataError, match="1 of 3 rows were refused"):
        import_features(source, tmp_path / "store", shard_bytes=64)
    told = []
    store = import_features(tsv(tmp_path), tmp_path / "store", shard_bytes=64, say=told.append)
    assert store.image_ids.tolist() == IDS
    assert told[1:] == ["the bundle, or how it is to be stored, is not what it was: it is read from its beginning"]


def test_a_damaged_shard_is_made_again(tmp_path):
    import_features(tsv(tmp_path), tmp_path / "whole", shard_bytes=64)
    with pytest.raises(DataError, match="were refused"):
        import_features(tsv(tmp_path, [*PICTURES, PICTURES[0]]), tmp_path / "store", shard_bytes=64)
    shards = tmp_path / ".store.import" / "store"
    before = contents(shards)
    content = bytearray(before["features-00001.safetensors"])
    content[-1] ^= 1
    (shards / "features-00001.safetensors").write_bytes(content)
    with pytest.raises(DataError, match="1 of 8 rows were refused"):
        import_features(open_bundle([tmp_path / "x.tsv"]), tmp_path / "store", shard_bytes=64)
    assert contents(shards) == before


@pytest.mark.parametrize("kind", ["tsv", "zip", "tar", "npz"])
def test_kills_at_random_moments_change_no_byte(tmp_path, kind):
    """Killed again and again until it is done; a cut journal is thrown in."""
    if kind != "npz":
        make = {"tsv": tsv, "zip": packed_zip, "tar": packed_tar}[kind]
        (bundle,) = make(tmp_path, [draw_picture(image, regions=1 + image % 7, width=97) for image in range(150)]).files
    else:
        bundle = tmp_path / "grids"
        write_npz(bundle, {image: GRIDS[7] * image for image in range(150)})
    started = time.perf_counter()
    import_features(open_bundle([bundle]), tmp_path / "whole", dtype="int8", shard_bytes=2000)
    took = time.perf_counter() - started
    draw, kills = np.random.default_rng(0), 0
    fork = multiprocessing.get_context("fork")
    options = {"dtype": "int8", "shard_bytes": 2000}
    while not (tmp_path / "store").exists() and kills < 60:
        child = fork.Process(target=import_features, args=(open_bundle([bundle]), tmp_path / "store"), kwargs=options)
        child.start()
        child.join(draw.uniform(0.01, 0.15) * took)
        if child.is_alive():
            child.kill()
            kills += 1
        child.join()
        journal = tmp_path / ".store.import" / JOURNAL
        if kills == 5 and journal.exists():
            with journal.open("a") as stream:
                stream.write('{"shard": n')
    assert kills >= (5 if kind == "npz" else 20)
    import_features(open_bundle([bundle]), tmp_path / "store", dtype="int8", shard_bytes=2000)
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")
    FeatureStore.open(tmp_path / "store").verify()
