import pytest

from scanpath.cli import main
from scanpath.data.catalogue import make_dataset


def command(capsys, *words):
    code = 0
    try:
        main(["features", "extract", *map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def test_dry_run_tells_and_writes_nothing(images, tmp_path, capsys):
    out = tmp_path / "a" / "store"
    words = ("--images", images, "--out", out)
    code, told, err = command(capsys, *words, "--dry-run")
    assert (code, told) == (0, "")
    assert err.startswith(f"5 pictures -> 8x8x64 float16 of scenes_cnn: 0.0 MB in {out}, about ")
    assert not (tmp_path / "a").exists()
    command(capsys, *words)
    assert command(capsys, *words, "--dry-run")[2] == f"{out} holds these features already.\n"


def test_dry_run_of_a_data_set_names_every_splits_place(tmp_path, capsys):
    make_dataset("scenes", tmp_path, workers=1, images=4, questions=2)
    code, _, err = command(capsys, "scenes", "--root", tmp_path, "--dry-run")
    assert code == 0
    assert [line.split(" in ")[1].split("/features/")[1].split("/")[1] for line in err.splitlines()] == [
        "train",
        "val",
        "test",
    ]


@pytest.mark.usefixtures("unreachable")
def test_a_dry_run_needs_no_weights(images, tmp_path, capsys):
    out = tmp_path / "store"
    words = ("--images", images, "--backbone", "resnet18", "--grid", "3", "--out", out)
    code, _, err = command(capsys, *words, "--dry-run")
    remark, told = err.splitlines()
    assert code == 0
    assert remark == (
        "the weights of resnet18 are not here and not fetched now: form and time are those of random ones."
    )
    assert told.startswith(f"5 pictures -> 3x3x512 float16 of resnet18: 0.0 MB in {out}, about ")
    assert not out.exists()
    assert command(capsys, *words)[0] == 2  # without weights there are no features
    command(capsys, *words, "--weights", "random")
    assert command(capsys, *words, "--dry-run")[2].splitlines()[1] == (
        f"{out} is there already: whether it holds these features can be told by their weights only."
    )


@pytest.mark.usefixtures("unreachable")
def test_a_dry_run_of_a_data_set_without_weights_leaves_their_part_of_the_name_open(tmp_path, capsys):
    make_dataset("scenes", tmp_path, workers=1, images=4, questions=2)
    words = ("scenes", "--root", tmp_path, "--backbone", "resnet18", "--size", "32", "--split", "val", "--dry-run")
    code, _, err = command(capsys, *words)
    assert (code, f" in {tmp_path}/features/scenes/val/resnet18-..., about " in err) == (0, True)
