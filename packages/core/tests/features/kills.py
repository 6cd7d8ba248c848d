"""The command killed at twenty random moments, by one process and by two, changes no byte: nox -s kills runs it.

Moments are spread over the time that the undisturbed command takes once its work folder is there, the trial that tells
the time included; an extraction that came to its end before is compared and begun anew.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from scanpath.data.images import encode_png
from scanpath.features.store import FeatureStore

KILLS = 20
PICTURES = 240
WITHIN = 10
"""At least so many of the kills leave finished units behind, and others undone."""
log = logging.getLogger(__name__)

LAUNCHERS = {
    "one process": [sys.executable, "-m", "scanpath"],
    "two processes": [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"),
        *("-m", "scanpath"),
    ],
}


def lay(folder: Path) -> Path:
    """Lay pictures, of which two are broken."""
    draw = np.random.default_rng(0)
    folder.mkdir()
    for number in range(PICTURES):
        content = encode_png(draw.integers(0, 256, (160, 200, 3), np.uint8), "a test")
        (folder / f"{number:06d}.png").write_bytes(content[:99] if number in (7, 200) else content)
    return folder


def start(launcher: list[str], images: Path, out: Path) -> subprocess.Popen:
    options = ["--backbone", "scenes_cnn", "--size", "192", "--batch", "4", "--shard", "0.6", "--decoders", "1"]
    command = [*launcher, "features", "extract", "--images", str(images), "--out", str(out), *options]
    with (out.parent / "said.txt").open("a") as said:
        return subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def wait_for(process: subprocess.Popen, folder: Path) -> None:
    while process.poll() is None and not folder.exists():
        time.sleep(0.01)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("launcher", LAUNCHERS.values(), ids=LAUNCHERS)
def test_twenty_kills(launcher: list[str], tmp_path: Path) -> None:
    images, whole, out, work = (
        lay(tmp_path / "images"),
        tmp_path / "whole",
        tmp_path / "store",
        tmp_path / ".store.work",
    )
    process = start(LAUNCHERS["one process"], images, whole)
    wait_for(process, tmp_path / ".whole.work")
    begun = time.monotonic()
    assert process.wait() == 0, (tmp_path / "said.txt").read_text()[-2000:]
    duration, expected = time.monotonic() - begun, contents(whole)
    assert len(FeatureStore.open(whole).index.left_out) == 2
    luck, kills, within, wholes = random.Random(7), 0, 0, 0
    while kills < KILLS or within < WITHIN:
        process = start(launcher, images, out)
        wait_for(process, work)
        try:
            process.wait(luck.random() * duration)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
            within += any(work.glob("units/*/unit.json"))
        process.wait()
        if out.exists():
            assert contents(out) == expected
            shutil.rmtree(out)
            shutil.rmtree(work, ignore_errors=True)
            wholes += 1
    assert start(launcher, images, out).wait() == 0
    assert contents(out) == expected
    FeatureStore.open(out).verify()
    log.info("%d kills, %d of them with units done; %.1f s undisturbed; %d wholes", kills, within, duration, wholes)
