"""``scanpath evaluate`` and ``predict-split`` on official files and drawn features, run to their end."""

import json
from pathlib import Path

import pytest

from scanpath.bench.answering import measure_answering
from scanpath.bench.data import Sizes

SMALL = Sizes(questions=60, pictures=20, batch=8, regions=3, width=5, workers=(0, 1))
VAL = int(0.483 * 60)


def test_both_answer_every_question_and_every_figure_is_told(tmp_path: Path) -> None:
    for extra in ("accelerate", "tensorboard", "torchdata"):
        pytest.importorskip(extra)
    lines = {line.what: line for line in measure_answering(tmp_path, SMALL)}
    told = []
    for name in ("evaluate", "predict-split"):
        told.append(f"scanpath {name}, workers 1: {VAL} questions, start and end counted")
        if Path("/proc/self/smaps_rollup").exists():
            told.append(f"scanpath {name}, workers 1: memory of all processes besides the page cache")
    assert [*lines] == told
    assert all(line.value > 0 for line in lines.values())
    answers = {
        file: {one["question_id"]: one["answer"] for one in json.loads((tmp_path / file).read_text())}
        for file in ("run/predictions.json", "results.json")
    }
    assert len(answers["results.json"]) == VAL
    assert answers["results.json"] == answers["run/predictions.json"]
