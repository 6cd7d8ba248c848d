from __future__ import annotations

import torch

from scanpath_attention_rnn.tasks.editing.batch import to_pixels, to_range


def test_pixels_come_back():
    pixels = torch.arange(256, dtype=torch.uint8)
    found = to_range(pixels)
    assert (found.min().item(), found.max().item()) == (-1, 1)
    assert torch.equal(to_pixels(found), pixels)
    assert to_pixels(torch.tensor([-3.0, 0.0, 2.0])).tolist() == [0, 128, 255]


def test_a_batch_holds_what_its_items_do(batch, drawn):
    assert batch.pictures.shape == (5, 3, 16, 16)
    assert batch.pictures.dtype == torch.uint8
    assert (batch.values.shape, batch.targets.dtype, batch.mix.dtype) == ((5, 3), torch.int64, torch.float32)
    assert batch.parts.shape == (5, 16, 16)
    assert len({*batch.keys}) == 5
    assert drawn.parts is None
