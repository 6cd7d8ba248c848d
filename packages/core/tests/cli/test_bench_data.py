import json

import pytest

from scanpath.cli import main

SMALL = (
    "--part",
    "store",
    "--images",
    "23",
    "--regions",
    "3",
    "--width",
    "7",
    "--batch",
    "11",
    "--rounds",
    "2",
    "--opened",
    "300",
)


def bench(capsys, *words):
    code = 0
    try:
        main(["bench", "data", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def test_one_table_and_its_figures(tmp_path, capsys):
    pytest.importorskip("h5py")
    code, told, err = bench(capsys, *SMALL, "--folder", str(tmp_path), "--json", str(tmp_path / "x.json"))
    assert (code, err) == (0, "")
    assert "store by plain copy" in told
    assert "under 50 ms" in told
    found = json.loads((tmp_path / "x.json").read_text())
    assert len(found["lines"]) == 11
    assert found["setting"]["batch"] == 11
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_without_h5py_it_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    code, told, err = bench(capsys, *SMALL, "--folder", str(tmp_path))
    assert code == 0
    assert "h5py" not in told
    assert "pip install 'scanpath[h5]'" in err


def test_questions_are_a_part_of_their_own(tmp_path, capsys):
    small = ("--part", "questions", "--questions", "40", "--pictures", "7", "--rounds", "1")
    code, told, err = bench(capsys, *small, "--folder", str(tmp_path))
    assert (code, err) == (0, "")
    assert "second opening of 40 questions and 7 pictures" in told


def test_fewer_questions_than_pictures_are_refused(capsys):
    code, _, err = bench(capsys, "--questions", "3", "--pictures", "4")
    assert (code, err.count("\n")) == (2, 1)
    assert "3 questions were asked for about 4 pictures: raise --questions" in err


def test_an_unknown_part_is_a_sentence(capsys):
    code, _, err = bench(capsys, "--part", "stores")
    assert (code, err.count("\n")) == (2, 1)
    assert "did you mean 'store'" in err
