from __future__ import annotations

import numpy as np
import torch

from scanpath.data.captions import CaptionSplit
from scanpath.tasks.captioning.dataset import CaptionColumns, CaptionDataset, PictureDataset, only
from scanpath.tasks.captioning.words import Words
from scanpath.tasks.pictures import PictureRows


def opened(train: CaptionSplit) -> tuple[PictureRows, CaptionColumns]:
    images = PictureRows(train)
    words = Words.build(train, of="letters", minimum=2, length=30)
    return images, CaptionColumns.of(train, images, words.sentences(train))


def test_a_batch_of_captions_reads_each_picture_once(train: CaptionSplit) -> None:
    images, columns = opened(train)
    assert columns.image_ids.tolist() == [9, 4]
    assert columns.pictures.tolist() == [0, 0, 0, 1, 1]
    dataset = CaptionDataset(images, columns, np.array([0, 1, 3]))
    assert len(dataset) == 3
    batch = only(dataset.__getitems__([2, 0, 1]))
    assert batch.image_ids.tolist() == [9, 4]
    assert batch.image_index.tolist() == [1, 0, 0]
    assert batch.words.tolist() == [[2, 5, 4, 6, 3, 0], [2, 5, 4, 1, 3, 0], [2, 1, 1, 4, 6, 3]]
    assert torch.equal(batch.images, images.gather(images.rows(np.array([9, 4]))).features)


def test_a_batch_of_pictures_has_all_of_their_captions(train: CaptionSplit) -> None:
    images, columns = opened(train)
    dataset = PictureDataset(images, columns)
    assert len(dataset) == 2
    batch = only(dataset.__getitems__([1, 0]))
    assert batch.image_ids.tolist() == [4, 9]
    assert batch.image_index.tolist() == [0, 0, 1, 1, 1]
    assert batch.words[:2].tolist() == [[2, 5, 4, 6, 3, 0], [2, 1, 3, 0, 0, 0]]
    assert torch.equal(batch.images[0], images.gather(images.rows(np.array([4]))).features[0])
