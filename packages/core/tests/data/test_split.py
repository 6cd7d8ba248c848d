from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scanpath.data.split import VQAAnnotations, VQASplit, held_out, joined
from scanpath.errors import DataError


def five_questions() -> VQASplit:
    names = list("abcde")
    return VQASplit(
        name="made/train",
        question_ids=np.asarray([20, 21, 30, 40, 41]),
        image_ids=np.asarray([2, 2, 3, 4, 4]),
        questions=names,
        image_names={2: "two", 3: "three", 4: "four"},
        annotations=VQAAnnotations(names, ["other"] * 5, names, [(name,) for name in names]),
    )


def test_rows_are_taken_in_their_order_with_their_pictures() -> None:
    taken = five_questions().take([4, 0, 3], "made/some")
    assert (taken.name, len(taken)) == ("made/some", 3)
    assert taken.question_ids.tolist() == [41, 20, 40]
    assert taken.questions == ["e", "a", "d"]
    assert taken.image_names == {2: "two", 4: "four"}
    assert taken.annotations == VQAAnnotations(
        ["e", "a", "d"], ["other"] * 3, ["e", "a", "d"], [("e",), ("a",), ("d",)]
    )


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(DataError, match=r"columns of odd have lengths \[2, 3\]"):
        VQASplit("odd", np.arange(3), np.arange(3), ["a", "b"], {})


def test_held_out_pictures_are_few_whole_and_do_not_depend_on_the_others() -> None:
    ids = np.repeat(np.arange(7_001), 3)
    chosen = held_out(ids, one_in=10)
    assert abs(chosen.mean() - 0.1) < 0.01
    assert (chosen.reshape(-1, 3) == chosen.reshape(-1, 3)[:, :1]).all()
    np.testing.assert_array_equal(held_out(ids[::-7], one_in=10), chosen[::-7])
    assert np.flatnonzero(held_out(np.arange(100), one_in=10)).tolist() == PINNED


#: The choice must never change: it decides who trains on what.
PINNED = [0, 2, 8, 12, 34, 47, 77, 90]


def test_splits_are_joined_in_their_order_and_share_no_question() -> None:
    whole = five_questions()
    first, second = whole.take([0, 2], "one"), replace(whole.take([4], "two"), remarks=("mind",))
    found = joined("both", [first, second])
    assert (found.name, found.question_ids.tolist(), found.questions) == ("both", [20, 30, 41], ["a", "c", "e"])
    assert (found.image_names, found.images, found.remarks) == ({2: "two", 3: "three", 4: "four"}, None, ("mind",))
    assert found.annotations == whole.take([0, 2, 4]).annotations
    marked = joined("both", [first, replace(second, extra=np.asarray([True]))])
    assert marked.extra is not None
    assert marked.take([2, 0]).extra.tolist() == [True, False]
    with pytest.raises(DataError, match="one and three share 1 questions, the first being 30"):
        joined("both", [first, whole.take([2], "three")])
    with pytest.raises(DataError, match="blind has no annotations"):
        joined("both", [first, replace(second, name="blind", annotations=None)])
