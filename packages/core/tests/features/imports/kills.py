"""An import killed at twenty random moments, of a TSV, packed or not, and of HDF5, changes no byte: nox -s kills.

Each kill comes once a drawn number of shards is there, and up to a hundredth of a second: some while one is written.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanpath.features.imports.importing import JOURNAL
from scanpath.features.store import FeatureStore
from scanpath.testing.files.bundles import draw_picture, write_h5_rows, write_tsv, write_zip

KILLS = 20
PICTURES = 3000
WITHIN = 10
"""At least so many of the kills leave finished shards behind, and others undone."""
CALL = """
import sys
from pathlib import Path
from scanpath.features.imports.detecting import open_bundle
from scanpath.features.imports.importing import import_features
import_features(open_bundle([Path(sys.argv[1])]), Path(sys.argv[2]), skip_bad=True, shard_bytes=100_000)
"""
log = logging.getLogger(__name__)


def tsv(folder: Path) -> Path:
    """Write a TSV of which one line is cut short."""
    path = folder / "bundle.tsv"
    write_tsv(path, (draw_picture(image, regions=10 + image % 27, width=64) for image in range(PICTURES)))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:1200], lines[1200][:-600] + b"\r\n", *lines[1201:]]))
    return path


def packed(folder: Path) -> Path:
    """Write the same lines into two files of a zip."""
    whole = tsv(folder)
    lines = whole.read_bytes().splitlines(keepends=True)
    halves = [folder / "bundle.tsv.0", folder / "bundle.tsv.1"]
    for path, part in zip(halves, (lines[: PICTURES // 2], lines[PICTURES // 2 :]), strict=True):
        path.write_bytes(b"".join(part))
    write_zip(folder / "bundle.zip", halves, "bundle")
    return folder / "bundle.zip"


def h5(folder: Path) -> Path:
    path = folder / "bundle.h5"
    write_h5_rows(path, [draw_picture(image, regions=23, width=64) for image in range(PICTURES)])
    return path


def start(bundle: Path, out: Path) -> subprocess.Popen:
    with (out.parent / "said.txt").open("a") as said:
        return subprocess.Popen([sys.executable, "-c", CALL, str(bundle), str(out)], stdout=said, stderr=said)


def shards(work: Path) -> int:
    return len(list((work / "store").glob("*")))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("lay", "left_out"), [(tsv, 1), (packed, 1), (h5, 0)])
def test_twenty_kills(lay, left_out, tmp_path):
    bundle, whole, out, work = lay(tmp_path), tmp_path / "whole", tmp_path / "store", tmp_path / ".store.import"
    begun = time.monotonic()
    assert start(bundle, whole).wait() == 0, (tmp_path / "said.txt").read_text()[-2000:]
    duration, expected = time.monotonic() - begun, contents(whole)
    assert len(FeatureStore.open(whole).index.left_out) == left_out
    luck, within = random.Random(7), 0
    for moment in sorted(luck.randrange(len(expected) - 9) for _ in range(KILLS)):
        process = start(bundle, out)
        while shards(work) < moment or not work.exists():
            assert process.poll() is None, "the import ended before it could be killed"
            time.sleep(0.001)
        time.sleep(luck.random() / 100)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not out.exists()
        within += (work / JOURNAL).exists() and bool((work / JOURNAL).read_bytes())
    assert start(bundle, out).wait() == 0
    assert contents(out) == expected
    FeatureStore.open(out).verify()
    assert within >= WITHIN
    log.info("%d kills, %d of them with shards done; %.1f s undisturbed", KILLS, within, duration)
