import dataclasses
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.errors import ConfigError, DataError
from scanpath.features import extraction
from scanpath.features.backbones import create_backbone
from scanpath.features.extraction import extract, store_key
from scanpath.features.store import ARRAY, INDEX


@dataclasses.dataclass
class DrawnImages:
    """Pictures drawn from their names; it can fail, or kill the process, at one of them."""

    fail_at: str = ""
    kill_at: str = ""
    read_names: list[str] = dataclasses.field(default_factory=list)

    def read(self, name: str) -> np.ndarray:
        if name == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if name == self.fail_at:
            raise DataError(f"{name} is torn.")
        self.read_names.append(name)
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


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(extraction, "BLOCK_ROWS", 5)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("dtype", "size"), [("float16", "0.0"), ("float32", "0.1")])
def test_rows_are_the_backbones_features(tmp_path, backbone, dtype, size):
    split = DrawnSplit()
    told = []
    store = extract(split, backbone, tmp_path / "store", batch=3, dtype=dtype, data={"name": "x"}, say=told.append)
    assert told == [f"17 pictures -> 4x4x64 {dtype} of scenes_cnn: {size} MB in {tmp_path / 'store'}"]
    assert store.image_ids.tolist() == [number * 3 + 1 for number in range(17)]
    assert (store.index.backbone, store.index.data) == (backbone.facts, {"name": "x"})
    store.verify()
    for number in (0, 4, 5, 16):
        pixels = torch.from_numpy(split.images.read(str(number))).permute(2, 0, 1)[None]
        expected = backbone(pixels)[0].numpy()
        got = store.read(store.rows([number * 3 + 1]))[0]
        np.testing.assert_allclose(got, expected, rtol=2e-3 if dtype == "float16" else 1e-5, atol=1e-3)


def test_regions_of_several_layers_come_with_their_boxes(tmp_path):
    layered = create_backbone("scenes_cnn_layers", weights="random", size=32)
    store = extract(DrawnSplit(), layered, tmp_path / "store", batch=3)
    assert store.shape == (32, 128)
    assert store.boxes.shape == (17, 32, 4)
    np.testing.assert_array_equal(store.boxes[16], layered.boxes)
    store.verify()


def test_a_second_call_reads_no_picture(tmp_path, backbone):
    extract(DrawnSplit(), backbone, tmp_path / "store")
    split = DrawnSplit()
    extract(split, backbone, tmp_path / "store")
    assert split.images.read_names == []


def test_a_failure_is_taken_up_and_ends_in_the_same_bytes(tmp_path, backbone):
    extract(DrawnSplit(), backbone, tmp_path / "whole")
    with pytest.raises(DataError, match="12 is torn"):
        extract(DrawnSplit(DrawnImages(fail_at="12")), backbone, tmp_path / "store")
    assert not (tmp_path / "store").exists()
    split = DrawnSplit()
    extract(split, backbone, tmp_path / "store")
    assert split.images.read_names == [str(number) for number in range(10, 17)]
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from scanpath.features import extraction
from scanpath.features.backbones import create_backbone
from test_extraction import DrawnImages, DrawnSplit
extraction.BLOCK_ROWS = 5
backbone = create_backbone("scenes_cnn", weights="random", size=32)
extraction.extract(DrawnSplit(DrawnImages(kill_at="16")), backbone, Path({folder!r}))
"""


def test_sigkill_then_damage_still_ends_in_the_same_bytes(tmp_path, backbone):
    extract(DrawnSplit(), backbone, tmp_path / "whole")
    script = KILLED.format(tests=str(Path(__file__).parent), folder=str(tmp_path / "store"))
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -signal.SIGKILL
    work = tmp_path / ".store.work"
    assert (work / extraction.JOURNAL).stat().st_size > 0
    with (work / ARRAY).open("r+b") as stream:  # what a power cut may do to a block that the journal calls finished
        stream.seek(500)
        stream.write(b"\x55\x55")
    with (work / extraction.JOURNAL).open("a") as journal:
        journal.write('[2, "cut sh')
    split = DrawnSplit()
    extract(split, backbone, tmp_path / "store")
    assert split.images.read_names[:5] == ["0", "1", "2", "3", "4"]
    assert contents(tmp_path / "store") == contents(tmp_path / "whole")
    assert not work.exists()


def test_another_plan_starts_afresh(tmp_path, backbone):
    with pytest.raises(DataError, match="torn"):
        extract(DrawnSplit(DrawnImages(fail_at="12")), backbone, tmp_path / "store", dtype="float32")
    split = DrawnSplit()
    extract(split, backbone, tmp_path / "store")
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
    extract(DrawnSplit(), backbone, tmp_path / "store")
    before = contents(tmp_path / "store")
    other = create_backbone("scenes_cnn", weights="random", size=40)
    with pytest.raises(DataError, match="made with other weights or sizes"):
        extract(DrawnSplit(), other, tmp_path / "store")
    assert contents(tmp_path / "store") == before
    (tmp_path / "store" / INDEX).write_text("{}")
    with pytest.raises(DataError, match="no index of features"):
        extract(DrawnSplit(), backbone, tmp_path / "store")


@pytest.mark.parametrize(
    ("split", "message"),
    [(DrawnSplit(pictures=0), "no pictures"), (DrawnSplit(images=None), "no pictures beside its questions")],
)
def test_a_split_without_pictures_is_refused(tmp_path, backbone, split, message):
    with pytest.raises(DataError, match=message):
        extract(split, backbone, tmp_path / "store")


def test_a_full_disk_is_seen_before_the_work(tmp_path, backbone, monkeypatch):
    monkeypatch.setattr(extraction.shutil, "disk_usage", lambda path: FreeNothing)
    with pytest.raises(DataError, match="has 0 MB free"):
        extract(DrawnSplit(), backbone, tmp_path / "store")


class FreeNothing:
    free = 1


@pytest.mark.parametrize("options", [{"batch": 0}, {"dtype": "int8"}])
def test_options_that_cannot_be_are_refused(tmp_path, backbone, options):
    with pytest.raises(ConfigError, match="expected batch >= 1 and float16 or float32"):
        extract(DrawnSplit(), backbone, tmp_path / "store", **options)


@pytest.mark.parametrize("device", ["nonsense", "cuda:73"])
def test_a_device_that_is_not_there_is_refused(tmp_path, backbone, device):
    with pytest.raises(ConfigError, match=f"device = '{device}' was given, which torch cannot use here .*doctor"):
        extract(DrawnSplit(), backbone, tmp_path / "store", device=device)
    assert list(tmp_path.iterdir()) == []


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
