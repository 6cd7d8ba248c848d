"""The metric's benchmark: its data are official in form and repeat as answers do; its clock runs."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from scanpath.bench.metric import answer_strings, measure_metric, synthetic_annotations


def test_data_are_seeded_official_and_repeat() -> None:
    rows, predictions = synthetic_annotations(503, seed=3)
    assert (rows, predictions) == synthetic_annotations(503, seed=3)
    assert [row["question_id"] for row in rows] == list(predictions)
    assert {len({record["answer_id"] for record in row["answers"]}) for row in rows} == {10}
    counts = Counter(record["answer"] for row in rows for record in row["answers"])
    assert counts.most_common(1)[0][1] > 100 * min(counts.values())
    assert len(set(answer_strings(211, np.random.default_rng(0)))) == 211


@pytest.mark.parametrize("version", ["official", "official-2017", "simple"])
def test_measures(version: str) -> None:
    speed = measure_metric(307, version=version)
    assert speed.questions == 307
    assert speed.cold > 0
    assert speed.warm > 0
    assert 30 < speed.overall < 100
