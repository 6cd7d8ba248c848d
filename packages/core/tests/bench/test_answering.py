"""``scanpath evaluate`` and ``predict-split`` on official files and drawn features, run to their end.

They run in this process, whose imports are done; test_training.py has a command in a process of its own.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scanpath.bench import answering
from scanpath.bench.answering import measure_answering
from scanpath.bench.data import Sizes
from scanpath.bench.processes import Watched
from scanpath.cli import main

SMALL = Sizes(questions=60, pictures=20, batch=8, regions=3, width=5, workers=(1, 0))
VAL = int(0.483 * 60)


def run_here(command: Sequence[str]) -> Watched:
    assert [*command[:3]] == [sys.executable, "-m", "scanpath"]
    with pytest.raises(SystemExit) as ended:
        main([*command[3:]])
    assert not ended.value.code
    return Watched(output="", resident=2**20, workers=())


def test_both_answer_every_question_and_every_figure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for extra in ("accelerate", "tensorboard", "torchdata"):
        pytest.importorskip(extra)
    monkeypatch.setattr(answering, "watch", run_here)
    lines = {line.what: line for line in measure_answering(tmp_path, SMALL)}
    told = []
    for name in ("evaluate", "predict-split"):
        told.append(f"scanpath {name}, workers 0: {VAL} questions, start and end counted")
        told.append(f"scanpath {name}, workers 0: memory of all processes besides the page cache")
    assert [*lines] == told
    assert all(line.value > 0 for line in lines.values())
    answers = {
        file: {one["question_id"]: one["answer"] for one in json.loads((tmp_path / file).read_text())}
        for file in ("run/predictions.json", "results.json")
    }
    assert len(answers["results.json"]) == VAL
    assert answers["results.json"] == answers["run/predictions.json"]
