import json

import numpy as np
import pytest

from scanpath.cli import main
from scanpath.data.catalogue import make_dataset, open_split
from scanpath.features.backbones import create_backbone
from scanpath.features.preprocessing import Preprocessing
from scanpath.features.store import FeatureStore


def command(capsys, *words):
    code = 0
    try:
        main(["features", "extract", *map(str, words)])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def test_a_folder_becomes_a_store_and_bad_pictures_are_told(images, tmp_path, capsys):
    out = tmp_path / "store"
    words = ("--images", images, "--out", out, "--size", "32", "--fit", "crop", "--l2", "location", "--dtype", "int8")
    code, told, err = command(capsys, *words)
    assert code == 0
    assert told.startswith(f"FeatureStore('{out}', 4 pictures, 4x4x64 int8): 0.0 MB")
    first, second = err.splitlines()
    assert first.startswith(f"5 pictures -> 4x4x64 int8 of scenes_cnn: 0.0 MB in {out}, about ")
    assert second.startswith("1 pictures could not be used, the first being COCO_val2014_000000000023.png (id 23): ")
    assert second.endswith(f"{out / 'index.json'} lists all.")
    store = FeatureStore.open(out)
    assert store.image_ids.tolist() == [20, 21, 22, 24]
    made = create_backbone("scenes_cnn", size=32, preprocessing=Preprocessing(fit="crop", length="location"))
    assert store.index.backbone == made.facts
    picture = np.random.default_rng(4).integers(0, 256, (40, 60, 3), np.uint8)
    expected = made.describe([made.prepare(picture)]).features[0].numpy()
    np.testing.assert_allclose(store.read(store.rows([24]))[0], expected, atol=0.005)
    again = command(capsys, *words)
    assert (again[0], again[1]) == (0, told)
    assert again[2].splitlines() == [second]


def test_a_bad_picture_can_end_it(images, tmp_path, capsys):
    code, _, err = command(capsys, "--images", images, "--out", tmp_path / "store", "--no-skip-bad")
    assert code == 2
    assert "COCO_val2014_000000000023.png" in err.splitlines()[-1]
    assert not (tmp_path / "store").exists()


def test_a_preset_is_what_its_paper_did_and_options_change_it(images, tmp_path, capsys):
    words = ("--images", images, "--preset", "kazemi", "--backbone", "resnet18", "--weights", "random", "--size", "64")
    command(capsys, *words, "--out", tmp_path / "a")
    facts = FeatureStore.open(tmp_path / "a").index.backbone
    assert {key: facts.get(key) for key in ("name", "input_size", "fit", "share", "length")} == {
        "name": "resnet18",
        "input_size": [64, 64],
        "fit": "crop",
        "share": 0.875,
        "length": "location",
    }
    command(capsys, *words, "--l2", "none", "--pixels", "caffe", "--out", tmp_path / "b")
    facts = FeatureStore.open(tmp_path / "b").index.backbone
    assert (facts.get("length"), facts["pixels"], facts["share"]) == (None, "caffe", 0.875)


def test_ids_of_a_table(images, tmp_path, capsys):
    (tmp_path / "ids.json").write_text(json.dumps({"COCO_val2014_000000000020.png": 7}))
    out = tmp_path / "store"
    code, _, err = command(capsys, "--images", images, "--ids", tmp_path / "ids.json", "--out", out)
    assert code == 0
    assert err.startswith("4 of the 5 pictures in ")
    assert FeatureStore.open(out).image_ids.tolist() == [7]


def test_all_splits_of_a_data_set_become_one_store_that_a_model_is_trained_on(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_dataset("scenes", tmp_path, workers=1, images=8, questions=2)
    out = tmp_path / "store"
    words = ("scenes", "--root", tmp_path, "--out", out, "--size", "32")
    code, _, err = command(capsys, *words)
    assert (code, len(err.splitlines())) == (0, 1)
    store = FeatureStore.open(out)
    for split in ("train", "val", "test"):
        assert len(store.rows(open_split("scenes", split, tmp_path).image_ids))
    settings = ("training.steps=2", "training.batch_size=4", "training.evaluate_every=end", "training.workers=0")
    with pytest.raises(SystemExit) as left:
        main(["train", f"task.root={tmp_path}", f"task.features={out}", *settings])
    assert left.value.code == 0
    assert "accuracy" in capsys.readouterr().out


@pytest.mark.usefixtures("images", "unreachable")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--grid", "15", "--size", "448"), "a grid of 14x14 at 448 pixels, --grid 15 was asked: leave it out, or try"),
        (("--batch", "0"), "batch = 0, dtype = 'float16' given, expected batch >= 1"),
        (("--dtype", "int4"), "dtype = 'int4' given"),
        (("--decoders", "0"), "0 decoders given"),
        (
            ("--device", "gpu"),
            "device = 'gpu' was given, which torch does not know or cannot use on this machine: give",
        ),
        (("--device", "meta"), "device = 'meta' was given"),
        (("--device", "cuda:99"), "device = 'cuda:99' was given"),
        (("--l2", "whole"), "length = 'whole' was given for the preprocessing"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_options_are_refused_before_weights_are_sought(tmp_path, monkeypatch, capsys, words, sentence, more):
    monkeypatch.chdir(tmp_path)
    code, _, err = command(capsys, "--images", "images", "--out", "o", "--backbone", "resnet18", *words, *more)
    assert (code, err.splitlines()[-1].count(sentence)) == (2, 1)
    assert "weights_only" not in err
    assert "NVIDIA" not in err


@pytest.mark.parametrize("out", ["file", "file/store", "file/a/store"])
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_file_is_no_place_for_a_store(images, tmp_path, capsys, out, more):
    (tmp_path / "file").touch()
    code, _, err = command(capsys, "--images", images, "--out", tmp_path / out, *more)
    sentence = f"{tmp_path / 'file'} is a file, where a folder of features was to be: name another one with --out."
    assert (code, err) == (2, f"scanpath: {sentence}\n")


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_folder_of_something_else_is_no_place_for_a_store(images, capsys, more):
    code, _, err = command(capsys, "--images", images, "--out", images, *more)
    sentence = f"{images} is there and holds no features: name a folder that is not there yet with --out."
    assert (code, err) == (2, f"scanpath: {sentence}\n")


@pytest.mark.usefixtures("images")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "a data set or --images is needed, neither were given"),
        (("scenes", "--images", "i"), "both were given"),
        (("--images", "i"), "--images was given without --out"),
        (("--images", "i", "--out", "o", "--split", "train"), "--split was given with --images"),
        (("scenes", "--ids", "x.json"), "--ids was given for scenes, which knows"),
        (("scenes", "--out", "o", "--backbone", "resnet19"), "there is no backbone 'resnet19'"),  # and Scenes not drawn
        (("scenes", "--out", "o", "--preset", "mbc"), "there is no preset 'mbc'; did you mean 'mcb'"),
        (("scenes", "--backbone", "timm:resnet18d9"), "has no network 'resnet18d9'; did you mean"),
        (("scenes", "--fit", "stretch"), "fit = 'stretch' was given for the preprocessing"),
        (("--images", "i", "--out", "o"), "i does not exist: expected a folder or a zip archive"),
        (("--images", "i", "--out", "o", "--weights", "w"), "i does not exist"),  # before any weights are read
        (("--images", "images", "--out", "o", "--preset", "mbc"), "there is no preset 'mbc'; did you mean 'mcb'"),
        (("--images", "images", "--out", "o", "--fit", "stretch"), "fit = 'stretch' was given for the preprocessing"),
        (
            ("--images", "images", "--out", "o", "--backbone", "resnet19"),
            "there is no backbone 'resnet19'; did you mean",
        ),
        (
            ("--images", "images", "--out", "o", "--grid", "14", "--size", "64"),
            "a grid of 8x8 at 64 pixels, --grid 14 was",
        ),
        (("--images", "images", "--out", "o", "--regions", "36"), "scenes_cnn gives a grid: leave out --regions"),
        (("--images", "images", "--out", "o", "--weights", "w.pth"), "there is no file of weights 'w.pth'"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCANPATH_DATA", str(tmp_path))
    code, _, err = command(capsys, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert sentence in err
    assert not (tmp_path / "scenes").exists()
