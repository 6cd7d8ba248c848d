"""What a table gives back is what the reader gave, and the file is parsed once for all splits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from scanpath.data import digests, tables
from scanpath.data.caption_tables import kept_captions, read_captions_table, write_captions_table
from scanpath.data.captions import CaptionSplit, read_captions, tokenize_letters
from scanpath.data.coco import CocoCaptions, open_coco
from scanpath.data.scenes.layout import Layout
from scanpath.data.vqa import coco_name
from scanpath.testing.files.coco import write_karpathy


@pytest.fixture
def parts(small_world: Path) -> Mapping[str, CaptionSplit]:
    layout = Layout(small_world / "scenes")
    return {split: read_captions(layout.captions(split)) for split in ("train", "val", "test")}


def same(one: CaptionSplit, other: CaptionSplit) -> bool:
    arrays = all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("image_ids", "caption_ids", "caption_images")
    )
    return arrays and (one.captions, one.tokens, one.name, dict(one.image_names), one.remarks) == (
        other.captions,
        other.tokens,
        other.name,
        dict(other.image_names),
        other.remarks,
    )


def test_a_table_gives_back_what_was_written(parts: Mapping[str, CaptionSplit], tmp_path: Path) -> None:
    write_captions_table(tmp_path / "t.safetensors", parts, "key")
    found = read_captions_table(tmp_path / "t.safetensors", "key")
    assert list(found) == list(parts)
    assert all(same(found[name], parts[name]) for name in parts)
    for name, split in parts.items():
        assert found[name].letters == [tuple(tokenize_letters(text)) for text in split.captions]
        assert found[name].take(split.image_ids[:2].tolist()).letters == found[name].letters[:10]  # type: ignore[index]
    with pytest.raises(ValueError, match="was made from other files"):
        read_captions_table(tmp_path / "t.safetensors", "other")


def test_a_file_is_parsed_once(
    parts: Mapping[str, CaptionSplit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "SMALL", 0)
    source = tmp_path / "captions.json"
    source.write_text("1")
    reads = []

    def read() -> Mapping[str, CaptionSplit]:
        reads.append(source.read_text())
        return parts

    for _ in range(3):
        assert same(kept_captions(read, source, reader="a")["val"], parts["val"])
    assert reads == ["1"]
    source.write_text("22")
    kept_captions(read, source, reader="a")
    assert reads == ["1", "22"]
    assert len([*(tmp_path / digests.BESIDE).glob("captions-*.safetensors")]) == 1


def test_the_split_of_karpathy_is_the_same_from_its_table(
    parts: Mapping[str, CaptionSplit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "coco").mkdir()
    path = tmp_path / "coco" / "dataset_coco.json"
    some = {name: parts["train"].take(parts["train"].image_ids[rows].tolist()) for name, rows in _DEALT.items()}
    numbers = iter(range(10_000))
    write_karpathy(path, {name: _renumbered(split, numbers) for name, split in some.items()})
    plain = {split: open_coco(tmp_path, split) for split in ("train", "val", "test")}
    monkeypatch.setattr(tables, "SMALL", 0)
    for _ in range(2):
        assert all(same(open_coco(tmp_path, split), plain[split]) for split in plain)
    assert CocoCaptions(tmp_path).counts() == {"train": (100, 500), "val": (50, 250), "test": (61, 305)}
    assert json.loads(path.read_text())["dataset"] == "coco"


_DEALT = {"train": slice(70), "restval": slice(70, 100), "val": slice(100, 150), "test": slice(150, None)}


def _renumbered(split: CaptionSplit, numbers: object) -> CaptionSplit:
    from dataclasses import replace

    names = {image: coco_name("val2014", image) for image in split.image_ids.tolist()}
    numbers_of = np.array([next(numbers) for _ in split.caption_ids])  # type: ignore[call-overload]
    return replace(split, caption_ids=numbers_of, image_names=names)
