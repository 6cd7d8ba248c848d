import pytest

from scanpath.cli import main
from scanpath.data.catalogue import make_dataset
from scanpath.features.reading import shard_name


def features_command(capsys, *words):
    code = 0
    try:
        main(["features", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def test_extract_then_list_then_find_damage(tmp_path, capsys):
    make_dataset("scenes", tmp_path, workers=1, images=7, questions=2)
    root = ("--root", str(tmp_path))
    assert features_command(capsys, "list", *root)[1].startswith("no features in")
    code, out, err = features_command(capsys, "extract", "scenes", "--split", "train", *root)
    assert (code, out.startswith("scenes/train: 7 pictures in ")) == (0, True)
    assert "7 pictures -> 8x8x64 float16 of scenes_cnn: 0.1 MB in" in err
    assert features_command(capsys, "extract", "scenes", "--split", "train", *root) == (0, out, "")
    code, listed, _ = features_command(capsys, "list", "--verify", *root)
    assert code == 0
    assert "scenes/train" in listed
    assert "verified" in listed
    (shard,) = tmp_path.rglob(shard_name(0))
    content = bytearray(shard.read_bytes())
    content[-1] ^= 1
    shard.write_bytes(content)
    code, listed, err = features_command(capsys, "list", "--verify", *root)
    assert code == 2
    assert "broken" in listed
    assert f"{shard} is damaged" in err
    assert err.count("\n") == 1


def test_pretrain_writes_weights_and_says_how_good_they_are(tmp_path, capsys):
    out = tmp_path / "w.safetensors"
    words = ("pretrain", "scenes_cnn", "--out", str(out), "--pictures", "64", "--epochs", "1")
    code, told, _ = features_command(capsys, *words)
    assert code == 0
    assert "held-out cells told right: shape " in told
    assert out.stat().st_size < 300_000
    code, _, err = features_command(capsys, *words)
    assert (code, "exists: name another file" in err) == (2, True)


def test_pretrain_teaches_boxes_too(tmp_path, capsys):
    out = tmp_path / "w.safetensors"
    words = ("pretrain", "scenes_boxes", "--out", str(out), "--pictures", "64", "--epochs", "1")
    code, told, _ = features_command(capsys, *words)
    assert code == 0
    assert "of held-out pictures " in told
    assert "% of the objects were found" in told
    assert out.stat().st_size < 300_000


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("extract", "scenes", "--backbone", "scene_cnn"), "did you mean 'scenes_cnn'"),
        (("extract", "scens"), "did you mean 'scenes'"),
        (("pretrain", "resnet18", "--out", "w"), "not pre-trained here"),
        (("pretrain", "scenes_box", "--out", "w"), "did you mean 'scenes_boxes'"),
        (("pretrain", "scenes_cnn", "--out", "w", "--pictures", "3"), "expected at least 64 and 1"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCANPATH_DATA", str(tmp_path))
    code, _, err = features_command(capsys, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert sentence in err
