import builtins
import subprocess
import sys

from scanpath.features.locking import locked

HOLDER = """
import sys
from pathlib import Path
from scanpath.features.locking import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
    Path(sys.argv[2]).write_text("done")
"""


def test_the_second_process_waits_for_the_first(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock"), str(tmp_path / "done")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        holder.stdin.write("\n")
        holder.stdin.flush()
        with locked(tmp_path / "lock"):
            assert (tmp_path / "done").read_text() == "done"


def test_a_killed_holder_leaves_no_lock(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "lock"), str(tmp_path / "done")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        holder.stdout.readline()
        holder.kill()
    with locked(tmp_path / "lock"):
        assert not (tmp_path / "done").exists()


def test_a_system_without_locks_goes_on(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "fcntl":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with locked(tmp_path / "lock"):
        assert not (tmp_path / "lock").exists()
