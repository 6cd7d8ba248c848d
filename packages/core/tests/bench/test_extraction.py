import pytest

from scanpath.bench.extraction import ExtractionSizes, draw_photographs, measure_extraction
from scanpath.errors import MissingExtraError

SMALL = ExtractionSizes(backbone="scenes_cnn", size=64, pictures=3, batch=2, rounds=2, device="cpu")


def test_an_extraction_is_judged_by_the_bare_passes(tmp_path):
    bare, whole, by_bare, worked = measure_extraction(tmp_path, SMALL)
    assert bare.what == "bare passes of scenes_cnn at 64 pixels"
    assert 0 < whole.value < bare.value, "a network of a millisecond is not what decoding hides behind"
    assert by_bare.met is (by_bare.value >= 0.9)
    assert by_bare.value == pytest.approx(whole.value / bare.value, rel=0.9)
    assert 0 < worked.value < 1
    assert worked.met is None
    assert len([*tmp_path.glob("store*")]) == 3, "a first round, which does not count, and two"


def test_photographs_are_as_large_as_cocos_files(tmp_path):
    pictures = draw_photographs(tmp_path / "photographs", 2)
    assert pictures.image_ids.tolist() == [0, 1]
    assert pictures.images.read("000000000001.jpg").shape == (480, 640, 3)
    assert 60_000 < (tmp_path / "photographs" / "000000000001.jpg").stat().st_size < 400_000


def test_without_pillow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(MissingExtraError, match="drawing photographs needs 'pillow'"):
        next(measure_extraction(tmp_path, SMALL))
