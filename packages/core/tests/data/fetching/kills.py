"""A fetch killed at twenty random moments ends with the bytes of the undisturbed one: nox -s kills runs it.

Moments are spread over the time that the undisturbed command takes once it holds its lock: two downloads, checksums, a
mirror whose archive is bad, the unpacking and the moves. After every fourth kill the fetch goes on to its end, is
compared and begun anew, as is one that came to its end before. ``tests/cli/test_data_fetch.py`` kills at chosen bytes
and at chosen members.
"""

from __future__ import annotations

import hashlib
import io
import logging
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

KILLS = 20
WITHIN = 10
"""At least so many of the kills leave a part of a file or of an archive's content behind."""
log = logging.getLogger(__name__)


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


def offer(site: Any, path: Path) -> None:
    """Lay a file of a known checksum and an archive of none on the site, and write the table of both."""
    draws = random.Random(3)
    plain = draws.randbytes(2_000_003)
    archive = packed({f"pictures/{number}.jpg": draws.randbytes(500) for number in range(3000)} | {"a.json": b"[]"})
    addresses = [
        site.serve("plain.bin", plain),
        site.serve("mirror/a.zip", packed({"a.json": b"[]"})),
        site.serve("a.zip", archive),
    ]
    for name in ("/plain.bin", "/a.zip"):
        site.always[name] = site.slowly(20_000, 0.01)
    files = [
        {"name": "plain.bin", "addresses": addresses[:1], "sha256": hashlib.sha256(plain).hexdigest()},
        {"name": "a.zip", "addresses": addresses[1:], "gives": ["pictures", "a.json"]},
    ]
    source = {"about": "something", "folder": "some", "page": "http://a/", "files": files}
    path.write_text(yaml.safe_dump({"some": source}))


def start(sources: Path, root: Path) -> subprocess.Popen:
    """Begin the command, or go on with it, and return when it holds the lock."""
    lock = root / "some" / ".fetch" / "lock"
    lock.unlink(missing_ok=True)
    command = [sys.executable, "-m", "scanpath", "data", "fetch", "some", "--yes"]
    with sources.with_name("said.txt").open("a") as said:
        process = subprocess.Popen([*command, "--sources", sources, "--root", root], stdout=said, stderr=said)
    while process.poll() is None and not lock.exists():
        time.sleep(0.002)
    return process


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.timeout(1800)
def test_twenty_kills(site: Any, tmp_path: Path) -> None:
    sources, whole, root = tmp_path / "sources.yaml", tmp_path / "whole", tmp_path / "root"
    offer(site, sources)
    process = start(sources, whole)
    begun = time.monotonic()
    assert process.wait() == 0, sources.with_name("said.txt").read_text()[-2000:]
    duration, expected = time.monotonic() - begun, contents(whole)
    assert len(expected) == 3000 + 1 + 1 + 3  # and two receipts, and the lock
    luck, kills, within, wholes = random.Random(11), 0, 0, 0
    while kills < KILLS or within < WITHIN:
        process = start(sources, root)
        try:
            process.wait(luck.random() * duration)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.wait() == -signal.SIGKILL:
            kills += 1
            left = {path.suffix for path in (root / "some" / ".fetch").iterdir()}
            within += bool(left & {".part", ".unpacking", ".unpacked"})
            if kills % 4:
                continue
            process = start(sources, root)
        assert process.wait() == 0, sources.with_name("said.txt").read_text()[-2000:]
        assert contents(root) == expected
        shutil.rmtree(root)
        wholes += 1
    log.info("%d kills, %d of them with parts left; %.1f s undisturbed; %d wholes", kills, within, duration, wholes)
