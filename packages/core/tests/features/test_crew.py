"""Two processes at one extraction are tested in ``test_extraction.py``; here is what one knows by itself."""

import subprocess
import sys

import pytest

from scanpath.errors import RunError
from scanpath.features import crew
from scanpath.features.crew import Crew, joined_crew


def test_without_torchrun_there_is_one_process_and_no_waiting(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined_crew() as alone:
        assert (alone, alone.is_first) == (Crew(0, 1, 0), True)
        alone.wait()
        assert alone.after_the_first(lambda: True)
        assert not alone.after_the_first(lambda: False)


def test_each_process_has_a_gpu_of_its_own_while_there_are_some(monkeypatch):
    monkeypatch.setattr(crew.torch.cuda, "device_count", lambda: 4)
    assert [Crew(rank, 8, rank).place("cuda") for rank in (0, 1, 5)] == ["cuda:0", "cuda:1", "cuda:1"]
    assert [Crew(5, 8, 1).place(device) for device in ("cpu", "cuda:3")] == ["cpu", "cuda:3"]
    assert Crew().place("cuda") == "cuda"


def test_a_process_that_ended_is_a_sentence_to_those_who_wait(monkeypatch):
    def closed():
        raise RuntimeError("Connection closed by peer")

    monkeypatch.setattr(crew.torch.distributed, "barrier", closed)
    with pytest.raises(RunError, match="another of the processes has ended"):
        Crew(0, 2, 0).wait()


FAILS = """
from scanpath.errors import DataError
from scanpath.features.crew import joined_crew

def lead():
    raise DataError("the disk is full.")

with joined_crew() as crew:
    assert crew.after_the_first(lambda: True) and not crew.after_the_first(lambda: False)
    try:
        crew.after_the_first(lead)
    except Exception as error:
        print(f"{crew.rank} {error}\\n", end="", flush=True)  # one write: the other process writes there too
"""


def test_the_others_hear_that_the_first_failed(tmp_path):
    (tmp_path / "fails.py").write_text(FAILS)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    told = subprocess.run([*launcher, str(tmp_path / "fails.py")], check=True, capture_output=True, text=True).stdout
    assert sorted(told.splitlines()) == [
        "0 the disk is full.",
        "1 the first of the processes could not go on: its own sentence says why.",
    ]
