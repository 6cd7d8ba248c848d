from __future__ import annotations

import torch

from scanpath.tasks.captioning.batch import CaptionBatch


def test_all_tensors_move_and_nothing_stays_nothing() -> None:
    batch = CaptionBatch(torch.zeros(2, 3, 5), torch.arange(2), torch.tensor([1]), torch.tensor([[2, 3]]))
    moved = batch.to("meta")
    assert [part is None or part.device.type for part in moved] == ["meta"] * 4 + [True] * 2
    assert batch.to("cpu").words.tolist() == [[2, 3]]
