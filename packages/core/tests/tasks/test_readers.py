"""Who gives a data set to the wrong task is told the right one."""

from __future__ import annotations

import pytest

from scanpath.registry import Part
from scanpath.tasks.readers import not_read


@pytest.mark.parametrize(
    ("part", "name", "sentence"),
    [
        ("datasets", "mnist", "'mnist' is a data set of labelled pictures, which task.name=classification reads"),
        ("datasets", "coco-captions", "'coco-captions' is a data set of captions, which task.name=captioning reads"),
        ("captions", "scenes", "'scenes' is a data set, which task.name=vqa reads"),
        ("labelled", "vqa2", "'vqa2' is a data set, which task.name=vqa reads"),
        ("datasets", "dot", "'dot' is a scorer, not a data set of questions: create_scorer builds it"),
        ("labelled", "mnsit", "no installed package brings the data set of labelled pictures 'mnsit'; did you mean"),
    ],
)
def test_the_task_that_reads_it_is_named(part: Part, name: str, sentence: str) -> None:
    assert not_read(part, name).startswith(sentence)
