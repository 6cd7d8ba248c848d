from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.visual_genome import (
    FIRST_IMAGE,
    read_coco_ids,
    read_genome,
)
from scanpath.testing.files.visual_genome import write_image_data, write_question_answers


@given(st.lists(st.tuples(st.integers(0, 9), st.text(), st.sampled_from(["red", "yes", "4"])), min_size=1, max_size=9))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, str, str]]
) -> None:
    asked.sort(key=lambda one: one[0])
    modal = [answer for _, _, answer in asked]
    split = VQASplit(
        name="made",
        question_ids=np.arange(len(asked)),
        image_ids=np.asarray([image for image, _, _ in asked]),
        questions=[question for _, question, _ in asked],
        image_names={image: "" for image, _, _ in asked},
        annotations=VQAAnnotations(modal, modal, modal, [(answer,) for answer in modal]),
    )
    folder = tmp_path_factory.mktemp("genome")
    write_question_answers(folder / "q.json", split)
    found = read_genome(folder / "q.json")
    assert found.annotations is not None
    assert (found.questions, found.annotations.modal) == (split.questions, modal)
    assert (found.image_ids - FIRST_IMAGE).tolist() == split.image_ids.tolist()
    write_image_data(folder / "i.json", range(10), {3: 42})
    assert read_coco_ids(folder / "i.json") == dict.fromkeys(range(10)) | {3: 42}
