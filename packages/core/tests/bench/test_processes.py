"""A command's memory, watched from outside."""

import sys
from pathlib import Path

import pytest

from scanpath.bench.processes import watch
from scanpath.errors import ScanpathError

needs_proc = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux's /proc is not there")
HELD = 64 * 2**20

#: Holds memory, shares it with a child that changes a quarter of it, and maps a file.
FAMILY = f"""
import mmap, multiprocessing, sys, time
held = bytearray({HELD})
for page in range(0, {HELD}, 4096):
    held[page] = 1
file = open(sys.argv[1], "rb")
mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
sum(mapped[::4096])
def child():
    for page in range(0, {HELD} // 4, 4096):
        held[page] = 2
    time.sleep(1.5)
process = multiprocessing.get_context("fork").Process(target=child)
process.start()
process.join()
print("done")
"""


@needs_proc
def test_shared_memory_counts_once_and_mapped_files_not_at_all(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 4 * HELD)
    watched = watch([sys.executable, "-c", FAMILY, str(tmp_path / "large")])
    assert watched.output == "done\n"
    assert 1.25 * HELD < watched.resident < 1.25 * HELD + 30 * 2**20
    assert HELD // 4 < watched.workers[0] < HELD // 4 + 15 * 2**20


def test_a_command_that_fails_is_told_with_its_last_line():
    with pytest.raises(ScanpathError, match=r"ended with 3: the reason"):
        watch([sys.executable, "-c", "import sys; print('first'); print('the reason', file=sys.stderr); sys.exit(3)"])
