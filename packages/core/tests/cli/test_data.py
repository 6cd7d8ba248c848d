from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scanpath.cli import main
from scanpath.data.catalogue import open_split
from scanpath.data.images import encode_png
from scanpath.testing.files.idx import write_mnist


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command line; return exit code, output and errors."""
    code = 0
    try:
        main(list(words))
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def test_make_list_and_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ("--root", str(tmp_path))
    sizes = ("--images", "11", "--val-images", "5", "--test-images", "3", "--workers", "1")
    code, out, _ = call(capsys, "data", "make", "scenes", *sizes, *root)
    assert code == 0
    assert "scenes made in" in out
    assert "19 pictures, 190 questions" in out
    code, out, _ = call(capsys, "data", "make", "scenes", *sizes, *root)
    assert (code, "was there already" in out) == (0, True)
    code, _, err = call(capsys, "data", "make", "scenes", "--seed", "7", *sizes, *root)
    assert (code, err.count("\n")) == (2, 1)
    assert "made with seed = 0, and seed = 7 was asked for" in err

    code, out, _ = call(capsys, "data", "list", "--check", *root)
    assert code == 0
    assert "train 11 pictures 110 questions" in out
    assert "has its checksum" in out
    _, out, _ = call(capsys, "data", "list", "--json", *root)
    assert {one["name"] for one in json.loads(out)} >= {"scenes", "scenes-cp", "easy-vqa", "clevr"}

    sheet = tmp_path / "sheet.png"
    code, out, _ = call(capsys, "data", "show", "scenes", "--index", "2", "--out", str(sheet), *root)
    assert (code, out.strip(), sheet.read_bytes()[:4]) == (0, str(sheet), b"\x89PNG")

    image = open_split("scenes", "val", tmp_path).image_ids[-1]
    one = tmp_path / "one.png"
    code, out, _ = call(capsys, "data", "show", "scenes", "--image", str(image), "--out", str(one), *root)
    assert (code, out.strip()) == (0, str(one))
    assert len(one.read_bytes()) < len(sheet.read_bytes())
    code, _, err = call(capsys, "data", "show", "scenes", "--image", "-3", *root)
    assert (code, err.count("\n")) == (2, 1)
    assert "no question of scenes/val is about the picture -3" in err

    damaged = tmp_path / "scenes" / "scenes_val_masks.zip"
    damaged.write_bytes(bytes(damaged.stat().st_size))
    code, _, err = call(capsys, "data", "list", "--check", *root)
    assert code == 2
    assert "1 files" in err
    assert "scenes_val_masks.zip" in err


def test_options_of_any_data_set_are_given_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("data", "make", "scenes", "--workers", "1", "--root", str(tmp_path))
    sizes = ("images=6", "val_images=4", "test_images=3", "world=hard")
    code, out, _ = call(capsys, *words, *sizes)
    assert (code, "13 pictures, 130 questions" in out) == (0, True)
    code, out, _ = call(capsys, "data", "make", *sizes, "--root", str(tmp_path))
    assert (code, "scenes was there already" in out) == (0, True)
    code, _, err = call(capsys, *words, "--images", "6", "imagse=4")
    assert (code, "scanpath: the data set scenes has no option 'imagse'; did you mean 'images' or" in err) == (2, True)
    code, _, err = call(capsys, *words, "hard")
    assert (code, "'hard' was given, expected key=value" in err) == (2, True)


def test_labelled_pictures_are_listed_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for split, count in (("train", 30), ("test", 7)):
        pictures = np.zeros((count, 4, 4), np.uint8)
        write_mnist(tmp_path / "mnist", split, pictures, np.zeros(count, np.uint8))
    root = ("--root", str(tmp_path))
    code, out, _ = call(capsys, "data", "list", *root)
    assert code == 0
    assert "train 30 pictures, test 7 pictures\n" in out
    assert "run scanpath data fetch cifar-100" in out
    code, _, err = call(capsys, "data", "list", "--check", *root)
    assert code == 2
    assert "4 files" in err
    assert "fetch the official ones again, unless these are your own" in err


def test_captions_are_listed_and_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    root = ("--root", str(tmp_path))
    call(capsys, "data", "make", "--images", "9", "--val-images", "5", "--test-images", "4", "--workers", "1", *root)
    code, out, _ = call(capsys, "data", "list", "--check", *root)
    assert code == 0
    assert "scenes-captions: the pictures of scenes with five captions each" in out
    assert "train 9 pictures 45 captions, val 5 pictures 25 captions, test 4 pictures 20 captions" in out
    sheet = tmp_path / "sheet.png"
    code, out, _ = call(capsys, "data", "show", "scenes-captions", "--count", "2", "--out", str(sheet), *root)
    assert (code, out) == (0, f"{sheet}\n")
    assert sheet.read_bytes()[:4] == b"\x89PNG"
    code, _, err = call(capsys, "data", "show", "scenes-captions", "--image", "1", *root)
    assert code == 2
    assert "no caption of scenes-captions/val is about the picture 1: its 5 pictures have other ids" in err


def test_a_file_of_ones_own_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(10):
        Path(f"{number}.png").write_bytes(encode_png(np.full((8, 8, 3), number, np.uint8), "a test"))
    own = Path("pets.csv")
    own.write_text("image,question,answer\n" + "".join(f"{number}.png,Is it a cat?,no\n" for number in range(10)))
    code, out, _ = call(capsys, "data", "show", str(own.resolve()), "--split", "train", "--count", "1")
    assert (code, out.strip(), Path("pets-train-0.png").is_file()) == (0, "pets-train-0.png", True)
    own.write_text("image,question,answer\n10.png,Is it a cat?,no\n")
    code, _, err = call(capsys, "data", "show", "pets.csv")
    assert (code, err.count("\n")) == (2, 1)
    assert "pets.csv, line 2: " in err
    assert "lacks the picture 10.png" in err


def test_what_is_missing_says_how_to_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "data", "list", "--root", str(tmp_path))
    assert code == 0
    assert out.count("run scanpath data make scenes") == 3
    code, _, err = call(capsys, "data", "show", "scenes", "--root", str(tmp_path))
    assert (code, "run scanpath data make scenes" in err) == (2, True)
    for name in ("scenes-caption", "coco-captoins"):
        code, _, err = call(capsys, "data", "show", name, "--root", str(tmp_path))
        assert (code, "brings the data set" in err, f"did you mean '{name[:5]}" in err) == (2, True, True)
    assert "did you mean 'coco-captions'" in err
    code, _, err = call(capsys, "data", "make", "scene", "--root", str(tmp_path))
    assert (code, "did you mean 'scenes'" in err) == (2, True)
