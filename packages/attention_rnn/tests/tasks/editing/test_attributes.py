from __future__ import annotations

import torch

from scanpath.data.labelled_catalogue import open_labelled
from scanpath_attention_rnn.tasks.editing.attributes import CODES, VALUES, code, others, values_of, with_values


def test_values_are_read_from_celebas_attributes(root):
    split = with_values(open_labelled("faces", "test", root))
    values = values_of(split)
    assert values.shape == (10, 3)
    for row in range(10):
        colour = ("Black_Hair", "Blond_Hair", "Brown_Hair")[values[row, 0]]
        assert split.labels[colour].numbers[row] == 1
        assert [split.labels[name].numbers[row] for name in ("Male", "Smiling")] == values[row, 1:].tolist()


def test_codes_say_values():
    assert dict(CODES) == {"hair": 3, "gender": 1, "smile": 1}
    values = torch.tensor([1, 0])
    assert code("hair", values).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert code("smile", values).tolist() == [[1], [0]]


def test_every_other_value_is_an_edit():
    for name, values in VALUES.items():
        own = torch.arange(len(values))
        targets = torch.stack(others(name, own))
        assert all({*column} == {*own.tolist()} - {mine} for mine, column in enumerate(targets.T.tolist()))
