from __future__ import annotations

import subprocess
import sys

import pytest

from scanpath.data.fetching.claim import claimed
from scanpath.errors import BusyError

HOLDER = """
import sys
from pathlib import Path
from scanpath.data.fetching.claim import claimed
with claimed(Path(sys.argv[1]), "x"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_the_second_is_told_at_once_and_a_killed_one_holds_nothing(tmp_path):
    lock = tmp_path / "new" / "lock"
    command = [sys.executable, "-c", HOLDER, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match="coco is being fetched by another process: wait"), claimed(lock, "coco"):
            pass
        holder.kill()
    with claimed(lock, "coco"):
        pass


def test_a_system_without_locks_goes_on(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with claimed(tmp_path / "lock", "coco"):
        assert not (tmp_path / "lock").exists()
