"""From a bundle to a trained model, and what is told on the way."""

import numpy as np
import pytest

from scanpath.cli import main
from scanpath.data.catalogue import make_dataset, open_split
from scanpath.features.store import FeatureStore
from scanpath.tasks.vqa import VQATask
from scanpath.testing.files.bundles import draw_picture, tsv_line, write_tsv, write_zip


def command(capsys, *words):
    code = 0
    try:
        main([str(word) for word in words])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def test_a_bundle_is_imported_verified_and_learnt_from(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_dataset("scenes", tmp_path / "data", workers=1, images=7, questions=2)
    for split in ("train", "val"):
        images = np.unique(open_split("scenes", split, tmp_path / "data").image_ids).tolist()
        write_tsv(tmp_path / f"{split}.tsv", (draw_picture(one, regions=2 + one % 3, width=11) for one in images))
        words = ("features", "import", f"{split}.tsv", "--out", f"store/{split}", "--dtype", "int8")
        code, out, err = command(capsys, *words)
        assert code == 0, err
        assert err.startswith("bottom-up tsv: about 0.0 MB of int8 in store")
        assert "x11 int8): 0.0 MB" in out
        assert command(capsys, *words)[0] == 0
    code, out, _ = command(capsys, "features", "verify", "store/train", "store/val")
    assert (code, out.count("2 of 2 checksums agree")) == (0, 2)
    model = {"region_dim": 13, "coordinates": "boxes"}
    task = VQATask({"data": "scenes", "root": str(tmp_path / "data"), "features": "store", "model": model})
    for split in ("train", "val"):
        batches = task.batches(split, size=5, seed=0 if split == "train" else None)
        (batch,) = batches.dataset.__getitems__(next(iter(batches.sampler)))
        loss, _ = task.objective()(batch)
        loss.backward()
        assert loss.isfinite()
        assert batch.boxes.shape == (*batch.images.shape[:2], 4)


def test_refused_rows_are_one_sentence_and_left_out_on_request(tmp_path, capsys):
    bundle, out = tmp_path / "x.tsv", tmp_path / "store"
    bundle.write_bytes(tsv_line(draw_picture(3, regions=2, width=5)) + b"nothing\n")
    code, _, err = command(capsys, "features", "import", bundle, "--out", out)
    assert code == 2
    assert "1 of 2 rows were refused, the first being line 2 of x.tsv: there are 1 columns" in err
    assert err.count("\n") == 2  # what it will do, and the sentence
    code, told, _ = command(capsys, "features", "import", bundle, "--out", out, "--skip-bad")
    assert code == 0
    assert "without 1 rows that its index.json lists" in told
    assert FeatureStore.open(out).image_ids.tolist() == [3]
    code, _, err = command(capsys, "features", "import", bundle, "--out", out)
    assert code == 2
    assert "was made with --skip-bad and lacks 1 rows, the first being line 2 of x.tsv: there are 1 columns" in err


def test_a_zip_is_imported_as_it_was_fetched(tmp_path, capsys):
    write_tsv(tmp_path / "x.tsv", [draw_picture(image, regions=2, width=5) for image in (3, 2)])
    write_zip(tmp_path / "trainval_36.zip", [tmp_path / "x.tsv"], "trainval_36")
    (tmp_path / "x.tsv").unlink()
    words = ("features", "import", tmp_path / "trainval_36.zip", "--out", tmp_path / "store")
    code, told, err = command(capsys, *words)
    assert code == 0, err
    assert "2 pictures, 2x5 float16" in told
    assert {path.name for path in tmp_path.iterdir()} == {"trainval_36.zip", "store", ".store.lock"}


def test_damage_is_found(tmp_path, capsys):
    bundle, out = tmp_path / "x.tsv", tmp_path / "store"
    write_tsv(bundle, [draw_picture(3, regions=2, width=5)])
    command(capsys, "features", "import", bundle, "--out", out)
    path = out / "features-00000.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    code, told, err = command(capsys, "features", "verify", out)
    assert code == 2
    assert "1 of 2 checksums agree" in told
    assert "features-00000.safetensors is damaged: delete the folder" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "none.tsv", "--out", "store"), "none.tsv does not exist"),
        (("import", "x.tsv", "--out", "store", "--dtype", "int4"), "dtype = 'int4' was given"),
        (("import", "x.tsv", "--out", "x.tsv"), "x.tsv is a file, where a folder of features was to be: name another"),
        (("verify", "none"), "none holds no features"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path, monkeypatch, capsys, words, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.tsv").touch()
    code, _, err = command(capsys, "features", *words)
    assert (code, err.count("\n")) == (2, 1)
    assert sentence in err
