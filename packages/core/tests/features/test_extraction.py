import dataclasses
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.errors import ConfigError, DataError
from scanpath.features import extraction, planning
from scanpath.features.backbones import create_backbone
from scanpath.features.extraction import extract, store_key
from scanpath.features.pictures import NumberedPictures
from scanpath.features.store import INDEX, FeatureStore
from scanpath.features.units import unit_folder

SHARD = 5 * 4 * 4 * 64 * 2
"""Bytes of five pictures' features in half precision."""


@dataclasses.dataclass
class DrawnImages:
    """Pictures drawn from their names; it can fail at some, be slow, or kill the process at one of them."""

    fail_at: tuple[str, ...] = ()
    kill_at: str = ""
    seconds: float = 0
    read_names: list[str] = dataclasses.field(default_factory=list)

    def read(self, name: str) -> np.ndarray:
        if name == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if name in self.fail_at:
            raise DataError(f"{name} is torn.")
        self.read_names.append(name)
        time.sleep(self.seconds)
        return np.random.default_rng(int(name)).integers(0, 256, (32, 32, 3), np.uint8)


@dataclasses.dataclass
class DrawnSplit:
    images: DrawnImages | None = dataclasses.field(default_factory=DrawnImages)
    pictures: int = 17

    @property
    def image_ids(self) -> np.ndarray:
        return np.repeat(np.arange(self.pictures)[::-1] * 3 + 1, 2)

    @property
    def image_names(self) -> dict[int, str]:
        return {number * 3 + 1: str(number) for number in range(self.pictures)}


@pytest.fixture(scope="module")
def backbone():
    return create_backbone("scenes_cnn", weights="random", size=32)


def extracted(split, backbone, folder, **options):
    """Extract in units of one batch of five pictures."""
    return extract(split, backbone, folder, **{"batch": 5, "shard_bytes": SHARD, "decoders": 1, **options})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("dtype", "error"), [("float16", 2e-3), ("bfloat16", 1e-2), ("float32", 1e-5), ("int8", 0)])
def test_rows_are_the_backbones_features(tmp_path, backbone, dtype, error):
    split = DrawnSplit()
    store = extracted(split, backbone, tmp_path / "store", batch=3, dtype=dtype, data={"name": "x"})
    assert store.image_ids.tolist() == [number * 3 + 1 for number in range(17)]
    assert (store.index.backbone, store.index.data, store.index.dtype) == (backbone.facts, {"name": "x"}, dtype)
    store.verify()
    for number in (0, 4, 5, 16):
        pixels = torch.from_numpy(split.images.read(str(number))).permute(2, 0, 1)[None]
        expected = backbone(pixels)[0].numpy()
        got = store.read(store.rows([number * 3 + 1]))[0]
        coarse = 0.0045 * np.abs(expected).max(-1, keepdims=True) if dtype == "int8" else 0
        assert (np.abs(got - expected) <= error * np.abs(expected) + coarse + 1e-3).all()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".store.lock", "store"]


def test_a_shard_is_as_large_as_asked_in_whole_batches(tmp_path, backbone):
    store = extracted(DrawnSplit(), backbone, tmp_path / "store", batch=2)
    assert [shard.images for shard in store.index.shards] == [4, 4, 4, 4, 1]


def test_size_and_time_are_told_before_it_starts(tmp_path, backbone):
    told = []
    extracted(DrawnSplit(), backbone, tmp_path / "store", say=told.append)
    (line,) = told
    assert line.startswith(f"17 pictures -> 4x4x64 float16 of scenes_cnn: 0.0 MB in {tmp_path / 'store'}, about ")
    assert line.endswith("pictures a second")


def test_regions_of_several_layers_come_with_their_boxes(tmp_path):
    layered = create_backbone("scenes_cnn_layers", weights="random", size=32)
    store = extract(DrawnSplit(), layered, tmp_path / "store", batch=3)
    assert store.shape == (32, 128)
    assert store.boxes.shape == (17, 32, 4)
    np.testing.assert_array_equal(store.boxes[16], layered.boxes)
    store.verify()


def test_a_second_call_reads_no_picture(tmp_path, backbone):
    extracted(DrawnSplit(), backbone, tmp_path / "store")
    split = DrawnSplit()
    extracted(split, backbone, tmp_path / "store")
    assert split.images.read_names == []


def test_a_failure_is_taken_up_and_ends_in_the_same_bytes(tmp_path, backbone):
    extracted(DrawnSplit(), backbone, tmp_path / "whole")
    with pytest.raises(DataError, match="12 is torn"):
        extracted(DrawnSplit(DrawnImages(fail_at=("12",))), backbone, tmp_path / "store")
    assert not (tmp_path / "store").exists()
    split = DrawnSplit()
    extracted(split, backbone, tmp_path / "store")
    assert split.images.read_names == [str(number) for number in range(10, 17)]
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")


def test_bad_pictures_are_listed_and_the_others_are_what_they_are(tmp_path, backbone):
    bad = DrawnImages(fail_at=("3", "5", "6", "7", "8", "9", "16"))
    store = extracted(DrawnSplit(bad), backbone, tmp_path / "store", skip_bad=True)
    assert [one.place for one in store.index.left_out][:2] == ["3 (id 10)", "5 (id 16)"]
    assert store.index.left_out[0].why == "3 is torn."
    assert [shard.images for shard in store.index.shards] == [4, 5, 1]
    whole = extracted(DrawnSplit(), backbone, tmp_path / "whole", dtype="float32")
    kept = [number * 3 + 1 for number in (0, 1, 2, 4, 10, 11, 12, 13, 14, 15)]
    assert store.image_ids.tolist() == kept
    np.testing.assert_allclose(store.read(store.rows(kept)), whole.read(whole.rows(kept)), rtol=2e-3, atol=1e-3)


def test_a_picture_that_vanished_is_a_bad_one(tmp_path, backbone, monkeypatch):
    def vanished(images, name, read=DrawnImages.read):
        if name == "3":
            raise FileNotFoundError(2, "No such file or directory", name)
        return read(images, name)

    monkeypatch.setattr(DrawnImages, "read", vanished)
    store = extracted(DrawnSplit(), backbone, tmp_path / "store", skip_bad=True)
    assert [(one.place, "No such file" in one.why) for one in store.index.left_out] == [("3 (id 10)", True)]


def test_a_batch_that_the_device_cannot_hold_is_a_sentence(tmp_path, monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    backbone = create_backbone("scenes_cnn", weights="random", size=32)
    monkeypatch.setattr(backbone, "describe", full)
    with pytest.raises(ConfigError, match="cpu has too little memory for batches of 5 pictures: give a sm"):
        extracted(DrawnSplit(), backbone, tmp_path / "store")


def test_numbers_that_the_type_cannot_hold_are_a_bad_picture(tmp_path):
    backbone = create_backbone("scenes_cnn", weights="random", size=32)
    with torch.no_grad():
        backbone.body.convolutions[3].weight.fill_(float("inf"))
    with pytest.raises(DataError, match="the picture 0: a feature is not a finite number"):
        extracted(DrawnSplit(), backbone, tmp_path / "store")
    with pytest.raises(
        DataError, match=r"none of the 17 pictures could be used, the first being 0 \(id 1\): a feature"
    ):
        extracted(DrawnSplit(), backbone, tmp_path / "store", skip_bad=True)
    assert [path.name for path in tmp_path.iterdir()] == [".store.lock"]


CHILD = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from scanpath.features.backbones import create_backbone
from scanpath.features.crew import joined_crew
from test_extraction import DrawnImages, DrawnSplit, extracted
with joined_crew() as crew:
    backbone = create_backbone("scenes_cnn", weights="random", size=32)
    images = DrawnImages({fail_at!r}, {kill_at!r}, {seconds!r})
    extracted(DrawnSplit(images, {pictures}), backbone, Path({folder!r}), skip_bad=True, crew=crew)
"""


def child(folder, *, fail_at=(), kill_at="", seconds=0.0, pictures=17, launcher=("-c",)):
    script = CHILD.format(
        tests=str(Path(__file__).parent),
        folder=str(folder),
        fail_at=fail_at,
        kill_at=kill_at,
        seconds=seconds,
        pictures=pictures,
    )
    if launcher == ("-c",):
        return [sys.executable, "-c", script]
    file = folder.with_name(f"{folder.name}.py")
    file.write_text(script)
    return [sys.executable, *launcher, str(file)]


def test_sigkill_then_damage_still_ends_in_the_same_bytes(tmp_path, backbone):
    extracted(DrawnSplit(pictures=40), backbone, tmp_path / "whole", skip_bad=True)
    killed = subprocess.run(child(tmp_path / "store", kill_at="39", seconds=0.02, pictures=40), check=False)
    assert killed.returncode == -signal.SIGKILL
    work = tmp_path / ".store.work"
    (shard,) = unit_folder(work, 0).glob("*.safetensors")
    with shard.open("r+b") as stream:  # what a power cut may do to a unit that was called whole
        stream.seek(-2, os.SEEK_END)
        stream.write(b"\x55\x55")
    (unit_folder(work, 1) / "unit.json").write_text('{"shard": n')
    split = DrawnSplit(pictures=40)
    extracted(split, backbone, tmp_path / "store", skip_bad=True)
    assert split.images.read_names[:10] == [str(number) for number in range(10)]
    assert len(split.images.read_names) < 40
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")
    assert not work.exists()


def in_a_fork(folder, split, backbone):
    torch.set_num_threads(1)  # the parent's pool of threads did not come along
    extracted(split, backbone, folder, skip_bad=True)


def test_twenty_kills_at_random_moments_change_no_byte(tmp_path, backbone):
    """Killed again and again while it reads, computes, writes and puts together; the command is in ``kills.py``."""
    bad = ("7", "40")
    extracted(DrawnSplit(DrawnImages(bad), 60), backbone, tmp_path / "whole", skip_bad=True)
    fork, luck, kills = multiprocessing.get_context("fork"), random.Random(3), 0
    split = DrawnSplit(DrawnImages(bad, seconds=0.01), 60)
    while kills < 20:
        child = fork.Process(target=in_a_fork, args=(tmp_path / "store", split, backbone))
        child.start()
        child.join(luck.uniform(0, 0.2))
        if child.is_alive():
            child.kill()
            kills += 1
        child.join()
        if (tmp_path / "store").exists():
            assert contents(tmp_path / "store") == contents(tmp_path / "whole")
            shutil.rmtree(tmp_path / "store")
    in_a_fork(tmp_path / "store", split, backbone)
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")
    FeatureStore.open(tmp_path / "store").verify()


def test_a_kill_while_the_store_is_put_together_loses_nothing(tmp_path, backbone, monkeypatch):
    extracted(DrawnSplit(), backbone, tmp_path / "whole")
    monkeypatch.setattr(extraction.StoreWriter, "finish", lambda *_, **__: os.strerror(1 / 0))
    with pytest.raises(ZeroDivisionError):
        extracted(DrawnSplit(), backbone, tmp_path / "store")
    monkeypatch.undo()
    split = DrawnSplit()
    extracted(split, backbone, tmp_path / "store")
    assert split.images.read_names == []
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")


def test_what_a_kill_left_behind_the_rename_is_removed(tmp_path, backbone):
    extracted(DrawnSplit(), backbone, tmp_path / "store")
    (tmp_path / ".store.work" / "units").mkdir(parents=True)
    extracted(DrawnSplit(), backbone, tmp_path / "store")
    assert not (tmp_path / ".store.work").exists()


def test_two_processes_write_the_bytes_of_one(tmp_path, backbone):
    bad = ("7",)
    extracted(DrawnSplit(DrawnImages(bad)), backbone, tmp_path / "whole", skip_bad=True)
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2")
    subprocess.run(child(tmp_path / "store", fail_at=bad, launcher=launcher), check=True)
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")


def test_what_other_options_left_unfinished_is_not_thrown_away(tmp_path, backbone):
    with pytest.raises(DataError, match="torn"):
        extracted(DrawnSplit(DrawnImages(fail_at=("12",))), backbone, tmp_path / "store", dtype="float32")
    left = sorted((tmp_path / ".store.work").rglob("*"))
    for options in ({}, {"dtype": "float32", "batch": 3}):
        with pytest.raises(DataError, match=r"\.store\.work holds an unfinished extraction of other pictures"):
            extracted(DrawnSplit(), backbone, tmp_path / "store", **options)
    assert sorted((tmp_path / ".store.work").rglob("*")) == left
    extracted(DrawnSplit(), backbone, tmp_path / "store", dtype="float32")


def test_where_nothing_was_finished_another_plan_starts_afresh(tmp_path, backbone):
    with pytest.raises(DataError, match="torn"):
        extracted(DrawnSplit(DrawnImages(fail_at=("1",))), backbone, tmp_path / "store", dtype="float32")
    split = DrawnSplit()
    extracted(split, backbone, tmp_path / "store")
    assert len(split.images.read_names) == 17


def test_two_at_once_do_the_work_once(tmp_path, backbone):
    splits = [DrawnSplit(), DrawnSplit()]
    threads = [threading.Thread(target=extract, args=(one, backbone, tmp_path / "store")) for one in splits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(one.images.read_names) for one in splits) == [0, 17]


def test_a_folder_with_other_features_is_left_alone(tmp_path, backbone):
    extracted(DrawnSplit(), backbone, tmp_path / "store", data={"name": "x"})
    before = contents(tmp_path / "store")
    other = create_backbone("scenes_cnn", weights="random", size=40)
    with pytest.raises(DataError, match="made with other weights, sizes or preprocessing"):
        extracted(DrawnSplit(), other, tmp_path / "store")
    for options in ({"dtype": "int8"}, {"data": {"name": "y"}}):
        with pytest.raises(DataError, match="holds features of other pictures, or as float16: name another folder"):
            extracted(DrawnSplit(), backbone, tmp_path / "store", **options)
    assert contents(tmp_path / "store") == before
    (tmp_path / "store" / INDEX).write_text("{}")
    with pytest.raises(DataError, match="no index of features"):
        extracted(DrawnSplit(), backbone, tmp_path / "store")


def test_a_full_disk_is_seen_before_the_work(tmp_path, backbone, monkeypatch):
    monkeypatch.setattr(planning.shutil, "disk_usage", lambda path: FreeNothing)
    with pytest.raises(DataError, match="has 0 MB free, the features need 0 MB: store them as int8"):
        extracted(DrawnSplit(), backbone, tmp_path / "store")


class FreeNothing:
    free = 1


def test_without_hard_links_shards_are_copied(tmp_path, backbone, monkeypatch):
    def refuse(*_):
        raise OSError("not on this disk")

    extracted(DrawnSplit(), backbone, tmp_path / "whole")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    extracted(DrawnSplit(), backbone, tmp_path / "store")
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")


@pytest.mark.parametrize("device", ["nonsense", "cuda:73"])
def test_a_device_that_is_not_there_is_refused(tmp_path, backbone, device):
    with pytest.raises(ConfigError, match=f"device = '{device}' was given, which torch does not know or .*doctor"):
        extracted(DrawnSplit(), backbone, tmp_path / "store", device=device)
    assert list(tmp_path.iterdir()) == []


def test_numbered_pictures_are_extracted_under_their_ids(tmp_path, backbone):
    store = extracted(NumberedPictures({13: "2", 11: "0"}, DrawnImages()), backbone, tmp_path / "store")
    assert store.image_ids.tolist() == [11, 13]


def test_the_key_tells_data_weights_and_type_apart(backbone):
    other = create_backbone("scenes_cnn", weights="random", size=40)
    keys = [
        store_key(backbone, "1"),
        store_key(backbone, "2"),
        store_key(other, "1"),
        store_key(backbone, "1", "float32"),
    ]
    assert len(set(keys)) == 4
    assert keys[0] == store_key(backbone, "1")
