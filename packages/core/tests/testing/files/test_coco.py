from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.captions import CaptionSplit, read_captions
from scanpath.data.coco import PICTURES, read_karpathy
from scanpath.data.tokenisers import tokenize
from scanpath.data.vqa import coco_name
from scanpath.errors import DataError
from scanpath.testing.files.coco import write_captions, write_karpathy


@given(st.dictionaries(st.integers(0, 2**40), st.lists(st.text(), min_size=1, max_size=3), min_size=1, max_size=9))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, texts: dict[int, list[str]]) -> None:
    captions = [text for some in texts.values() for text in some]
    split = CaptionSplit(
        name="made",
        image_ids=np.fromiter(texts, dtype=np.int64),
        image_names={image: coco_name(PICTURES[image % 2], image) for image in texts},
        caption_ids=np.arange(len(captions)) * 3,
        caption_images=np.repeat(np.fromiter(texts, dtype=np.int64), [len(some) for some in texts.values()]),
        captions=captions,
        tokens=[tuple(tokenize(text)) for text in captions],
    )
    folder = tmp_path_factory.mktemp("coco")
    write_captions(folder / "c.json", split)
    write_karpathy(folder / "k.json", {"restval": split})
    for found in (read_captions(folder / "c.json"), read_karpathy(folder / "k.json", "train")):
        assert (found.references(), found.tokens, found.image_names) == (texts, split.tokens, split.image_names)
        assert found.caption_ids.tolist() == split.caption_ids.tolist()
        assert len(found.remarks) == (not all(map(tokenize, captions)))
    told = {entry["filename"]: entry["filepath"] for entry in json.loads((folder / "k.json").read_text())["images"]}
    assert told == {name: PICTURES[image % 2] for image, name in split.image_names.items()}


def test_pictures_that_are_not_called_as_coco_s_are_refused(tmp_path: Path) -> None:
    split = CaptionSplit("made", np.asarray([7]), {7: "7.png"}, np.asarray([1]), np.asarray([7]), ["a"], [("a",)])
    with pytest.raises(DataError, match=r"picture 7 is called '7.png', .*: call it COCO_train2014_000000000007.jpg"):
        write_karpathy(tmp_path / "k.json", {"val": split})
