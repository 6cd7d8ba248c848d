from scanpath.bench import parts
from scanpath.bench.data import Sizes, measure_store
from scanpath.bench.parts import PARTS


def test_the_parts_have_their_names():
    assert [*PARTS] == ["store", "questions", "training", "answering", "extraction"]
    assert PARTS["store"] is measure_store


def test_an_extraction_is_measured_in_the_folder_that_is_given(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "measure_extraction", lambda folder: iter([folder]))
    assert [*PARTS["extraction"](tmp_path, Sizes())] == [tmp_path]
