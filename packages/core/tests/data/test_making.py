from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanpath.data.making import in_order, make_once
from scanpath.data.manifest import write_manifest
from scanpath.errors import DataError


def task(number: int) -> str:
    """A task for ``eval``, which every process can import: the square, and who worked it out; 13 is a fault."""
    return f"({number} ** 2, __import__('os').getpid(), 1 // ({number} - 13))"


def test_results_come_in_order_whoever_works() -> None:
    alone = list(in_order(eval, [task(number) for number in range(11)], workers=1))
    together = list(in_order(eval, [task(number) for number in range(11)], workers=2))
    assert [one for one, *_ in alone] == [one for one, *_ in together] == [number * number for number in range(11)]
    assert {process for _, process, _ in alone} == {os.getpid()}
    assert os.getpid() not in {process for _, process, _ in together}
    few = in_order(eval, [task(number) for number in range(3)])  # little work stays here
    assert {process for _, process, _ in few} == {os.getpid()}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_the_work_arrives_here(workers: int) -> None:
    found = in_order(eval, [task(number) for number in range(11, 17)], workers=workers)
    assert [next(found)[0], next(found)[0]] == [121, 144]
    with pytest.raises(ZeroDivisionError):
        next(found)


def make(folder: Path, text: str, *, version: int = 3, **options: object) -> Path:
    def fill(part: Path) -> None:
        (part / "a.txt").write_text(text)
        if text == "bad":
            raise RuntimeError("half way")
        write_manifest(part, version=version, options=options, content="abc", counts={})

    return make_once(folder, "dots", fill, version=version, options=options)


def test_it_is_made_once_and_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "dots"
    assert make(folder, "one", seed=0) == folder
    assert make(folder, "other", seed=0) == folder
    assert (folder / "a.txt").read_text() == "one"
    with pytest.raises(DataError, match=r"holds dots made with seed = 0, and seed = 5 was asked for: delete the fold"):
        make(folder, "other", seed=5)
    with pytest.raises(DataError, match=r"holds dots of version 3, expected 4: delete it"):
        make(folder, "other", version=4, seed=0)


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="half way"):
        make(tmp_path / "dots", "bad")
    assert [path.name for path in tmp_path.iterdir()] == [".dots.lock"]
    (tmp_path / ".dots.1234.part").mkdir()  # of a killed maker
    make(tmp_path / "dots", "good")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".dots.lock", "dots"]


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dots").mkdir()
    (tmp_path / "dots" / "precious.txt").write_text("mine")
    (tmp_path / ".dots.old").mkdir()  # as a kill leaves it, but beside a folder that is none of ours
    with pytest.raises(DataError, match=r"no finished data set in .*: run scanpath data make dots"):
        make(tmp_path / "dots", "one")
    assert (tmp_path / "dots" / "precious.txt").read_text() == "mine"
    assert (tmp_path / ".dots.old").exists()


def test_an_option_may_be_a_tuple(tmp_path: Path) -> None:
    folder = make(tmp_path / "dots", "one", sides=(3, 5))
    assert make(folder, "other", sides=(3, 5)) == folder
    with pytest.raises(DataError, match=r"made with sides = \[3, 5\], and sides = \[3, 7\] was asked for"):
        make(folder, "other", sides=(3, 7))


def test_a_script_without_a_main_block_is_told_so_and_does_not_wait_for_itself(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    call = f"make_dataset('scenes', {str(tmp_path / 'data')!r}, workers=2, images=11)"
    script.write_text(f"from scanpath.data.catalogue import make_dataset\n{call}\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert "scenes is made by a script that its own workers run again: put the call behind if __name__" in done.stderr
    assert not (tmp_path / "data" / "scenes").exists()
