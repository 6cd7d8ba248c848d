"""Each data set of questions, classes or captions by one command: official files, small ones, read and learnt.

Not among the fast tests: ``nox -s every_dataset`` runs it and prints a table. Texts and pictures are those of Scenes,
laid under the official names; what is typed is what a user types where the real files lie.
"""

from __future__ import annotations

import contextlib
import csv
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from scanpath.cli import main
from scanpath.data.caption_catalogue import open_captions
from scanpath.data.catalogue import make_dataset, open_split
from scanpath.data.celeba_writing import write_celeba
from scanpath.data.cifar_writing import write_cifar, write_class_names
from scanpath.data.clevr_writing import Place, Solid, solid_scene, write_clevr_questions, write_scenes
from scanpath.data.labelled_catalogue import open_labelled
from scanpath.data.split import VQASplit
from scanpath.data.vqa import coco_name
from scanpath.data.vqa_writing import (
    ANNOTATIONS_NAME,
    QUESTIONS_NAME,
    write_annotations,
    write_cp_lists,
    write_questions,
)
from scanpath.testing.files.coco import write_karpathy
from scanpath.testing.files.idx import write_mnist
from scanpath.testing.files.visual_genome import write_image_data, write_question_answers

SUBTYPES = {"train": "train2014", "val": "val2014", "test": "test2015"}
PICTURES = {"train": 40, "val": 16, "test": 8}
PIXELS = 32
log = logging.getLogger(__name__)

LEARNING = ["training.steps=20", "training.batch_size=16", "training.evaluate_every=end", "training.device=cpu"]
SMALL = [
    "task.features=null", "task.model.cnn_channels=[5,7]", "task.model.region_layers=1", "task.model.region_dim=11",
    "task.model.question_dim=13", "task.model.embedding_dim=3", "task.model.hidden_dim=17",
    *LEARNING,
]  # fmt: skip

#: By name: what is given besides, and the split that is measured.
OFFICIAL = {
    **{name: ([], "val") for name in ("scenes", "scenes-cp", "vqa1", "vqa2", "clevr", "own.json", "own.csv")},
    **{f"vqa{version}-genome{how}": ([], "val") for version in (1, 2) for how in ("", "-apart")},
    **{f"vqa-cp-v{version}{how}": (["training.evaluation_split=test"], "test")
       for version in (1, 2) for how in ("", "-rebuilt")},
}  # fmt: skip

#: Those of labelled pictures, by name: what is given besides.
LABELLED = {
    "mnist": [],
    "cifar-100": ["task.model={name: resnet18}", "task.augmentation={pad: 4, flip: true}"],
    "celeba": ["task.labels=Smiling", "task.side=32", "task.augmentation.flip=true"],
    "celeba-stargan": ["task.labels=Smiling", "task.side=32"],
    "sun397": ["task.side=32"],
    "photos": ["task.side=32"],
}
FACES = 60


#: Those of captions, and how many pictures their test has.
CAPTIONED = {"scenes-captions": 8, "coco-captions": 5}
DESCRIBING = [
    "task.name=captioning", "task.features=null", "task.tokeniser=plain", "task.word_minimum=2",
    "task.model.attention.hidden_dim=7", "task.model.embedding_dim=3", "task.model.hidden_dim=17",
    "training.steps=20", "training.batch_size=16", "training.evaluate_every=end", "training.device=cpu",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[list[str]]:
    """Lines of what was trained, printed at the end."""
    lines: list[str] = []
    yield lines
    named = "data set              split  accuracy, of classes error, of captions CIDEr; seconds"
    log.info("\n".join(["", named, *lines]))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay every data set in the form of its authors."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("data")
    sizes = {"images": PICTURES["train"], "val_images": PICTURES["val"], "test_images": PICTURES["test"]}
    make_dataset("scenes", root, **sizes, questions=5, workers=1)
    parts = {name: lay_pictures(root, open_split("scenes", name, root), name) for name in SUBTYPES}
    for version, before in ((1, ""), (2, "v2_")):
        lay_vqa(root / f"vqa{version}", parts, before)
        lay_cp(root / f"vqa-cp-v{version}", f"vqacp_v{version}", parts)
        call("data", "rebuild-vqacp", f"vqa{version}", "--anyway", "--root", root)
    lay_genome(root / "visual-genome", parts)
    lay_clevr(root / "CLEVR_v1.0", parts)
    lay_own(root, parts)
    lay_captions(root, parts)
    lay_labelled(root, open_split("scenes", "train", root))
    return root


def call(*words: object) -> None:
    """Call a verb; let its own errors through."""
    with contextlib.suppress(SystemExit):  # typer leaves so, also when all went well
        main(["--debug", *map(str, words)])


def pixels(split: VQASplit, image: int) -> Image.Image:
    assert split.images is not None
    return Image.fromarray(split.images.read(split.image_names[image])).resize((PIXELS, PIXELS))


def lay_pictures(root: Path, split: VQASplit, part: str) -> VQASplit:
    """Write the pictures as COCO's, and give the split their names."""
    folder = root / "coco" / SUBTYPES[part]
    folder.mkdir(parents=True)
    names = {image: coco_name(SUBTYPES[part], image) for image in sorted(set(split.image_ids.tolist()))}
    for image, name in names.items():
        pixels(split, image).save(folder / name)
    return replace(split, image_names=names)


def lay_vqa(folder: Path, parts: dict[str, VQASplit], before: str) -> None:
    folder.mkdir()
    for part, subtype in SUBTYPES.items():
        name = QUESTIONS_NAME.format(subtype=subtype).replace("v2_", before)
        write_questions(folder / name, parts[part], subtype)
        if part != "test":
            name = ANNOTATIONS_NAME.format(subtype=subtype).replace("v2_", before)
            write_annotations(folder / name, parts[part], subtype)


def lay_cp(folder: Path, prefix: str, parts: dict[str, VQASplit]) -> None:
    folder.mkdir()
    for part, origin in (("train", "train"), ("test", "val")):
        split = parts[origin]
        files = (folder / f"{prefix}_{part}_{what}.json" for what in ("questions", "annotations"))
        write_cp_lists(*files, split, dict.fromkeys(split.image_names, SUBTYPES[origin]))


def lay_genome(folder: Path, parts: dict[str, VQASplit]) -> None:
    """Lay ten pictures of train as the genome's; one of them is said to be of VQA's val."""
    places = [folder / "VG_100K", folder / "VG_100K_2"]
    for place in places:
        place.mkdir(parents=True)
    train = parts["train"]
    chosen = sorted(train.image_names)[:10]
    rows = np.flatnonzero(np.isin(train.image_ids, chosen))
    asked = train.take(rows)
    numbers = {image: number for number, image in enumerate(chosen, start=1)}
    image_ids = np.array([numbers[image] for image in asked.image_ids.tolist()])
    write_question_answers(
        folder / "question_answers.json", replace(asked, question_ids=np.arange(len(rows)), image_ids=image_ids)
    )
    write_image_data(folder / "image_data.json", numbers.values(), {3: min(parts["val"].image_names)}, side=PIXELS)
    coco = folder.parent / "coco" / SUBTYPES["train"]
    for image, number in numbers.items():
        (places[number % 2] / f"{number}.jpg").write_bytes((coco / train.image_names[image]).read_bytes())


#: Where a picture's sides are in CLEVR's space, for a camera that looks along its second axis.
WAYS = {
    "left": (-1, 0, 0), "right": (1, 0, 0), "front": (0, -1, 0), "behind": (0, 1, 0), "above": (0, 0, 1),
    "below": (0, 0, -1),
}  # fmt: skip


def lay_clevr(folder: Path, parts: dict[str, VQASplit]) -> None:
    """Lay pictures with one question each, whose program counts, and scenes for those with public answers."""
    scene = {"function": "scene", "inputs": [], "value_inputs": []}
    count = {"function": "count", "inputs": [0], "value_inputs": []}
    (folder / "questions").mkdir(parents=True)
    for part, split in parts.items():
        (folder / "images" / part).mkdir(parents=True)
        coco = folder.parent / "coco" / SUBTYPES[part]
        questions, scenes = [], []
        for number, (_, name) in enumerate(sorted(split.image_names.items())):
            file = f"CLEVR_{part}_{number:06d}.png"
            Image.open(coco / name).save(folder / "images" / part / file)
            asked = {"question": "How many things are there?", "answer": str(number % 4), "question_family_index": 0}
            questions.append({"image_index": number, "image_filename": file, "program": [scene, count], **asked})
            things = [
                Solid("cube", "red", "small", "metal", (2.0 * thing, 1.0, 0.25), (200 + 100 * thing, 150, 10.0))
                for thing in range(number % 4)
            ]
            scenes.append(solid_scene(things, Place(part, number, number, file), WAYS))
        write_clevr_questions(folder / "questions" / f"CLEVR_{part}_questions.json", part, questions)
        if part != "test":
            write_scenes(folder / "scenes" / f"CLEVR_{part}_scenes.json", part, scenes)


def lay_captions(root: Path, parts: dict[str, VQASplit]) -> None:
    """Write Karpathy's split of the pictures: those of val are dealt out as its restval, val and test."""
    told = {}
    for part in ("train", "val"):
        split = open_captions("scenes-captions", part, root)
        ids = split.caption_ids + 10_000 * len(told)
        told[part] = replace(split, caption_ids=ids, image_names=parts[part].image_names)
    pictures = told["val"].image_ids.tolist()
    dealt = {"restval": pictures[:4], "val": pictures[4:11], "test": pictures[11:]}
    rest = {name: told["val"].take(some) for name, some in dealt.items()}
    write_karpathy(root / "coco" / "dataset_coco.json", {"train": told["train"], **rest})


def lay_own(root: Path, parts: dict[str, VQASplit]) -> None:
    """List the pictures of train and val as somebody's own, in JSON and as a table."""
    rows = []
    for part in ("train", "val"):
        split = parts[part]
        known = split.annotations
        assert known is not None
        for image, question, answer in zip(split.image_ids.tolist(), split.questions, known.modal, strict=True):
            place = f"coco/{SUBTYPES[part]}/{split.image_names[image]}"
            rows.append({"image": place, "question": question, "answer": answer, "split": part})
    rows = list({(row["image"], row["question"]): row for row in rows}.values())
    (root / "own.json").write_text(json.dumps(rows))
    with (root / "own.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def lay_labelled(root: Path, train: VQASplit) -> None:
    """Lay the pictures of train as digits, tiny pictures, faces and photographs of places."""
    shown = [pixels(train, image) for image in sorted(set(train.image_ids.tolist()))]
    numbers = np.arange(len(shown))
    digits = np.stack([np.asarray(picture.convert("L").resize((28, 28))) for picture in shown])
    tiny = np.stack([np.asarray(picture).transpose(2, 0, 1) for picture in shown])
    for split in ("train", "test"):
        write_mnist(root / "mnist", split, digits, (numbers % 10).astype(np.uint8))
        write_cifar(root / "cifar-100" / "cifar-100-python", split, tiny, numbers * 5 % 100, numbers * 5 % 100 // 5)
    names = [[f"{kind}_{number}" for number in range(count)] for kind, count in (("fine", 100), ("coarse", 20))]
    write_class_names(root / "cifar-100" / "cifar-100-python", *names)
    faces = np.stack([np.asarray(shown[number % len(shown)].resize((178, 218))) for number in range(FACES)])
    attributes = [*(f"Attribute_{number}" for number in range(39)), "Smiling"]
    values = np.random.default_rng(0).random((FACES, len(attributes))) < 0.5
    write_celeba(root / "celeba", faces, attributes, values, [number % 3 for number in range(FACES)])
    for number, picture in enumerate(shown):
        for place in (f"sun397/SUN397/a/abbey_{number % 3}/sun_{number}.jpg", f"photos/kind_{number % 3}/{number}.png"):
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            picture.resize((40 + number % 5, 36)).save(root / place)


@pytest.mark.parametrize("name", OFFICIAL)
def test_one_command_reads_trains_and_measures(name: str, root: Path, tmp_path: Path, table: list[str]) -> None:
    besides, split = OFFICIAL[name]
    data = root / name if name.startswith("own") else name
    start = time.perf_counter()
    words = [f"task.data={data}", f"task.root={root}", *SMALL, *besides]
    call("train", *words, "--out", tmp_path / "run", "--split", split)
    seconds = time.perf_counter() - start
    call("evaluate", tmp_path / "run", "--split", split, "--json", tmp_path / "scores.json")
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert json.loads((tmp_path / "run" / "result.json").read_text())["steps"] == 20
    assert len(scores["per_question"]) == len(open_split(str(data), split, root))
    table.append(f"{name:20}  {split:5}  {scores['overall']:8.2f}  {seconds:7.1f}")


@pytest.mark.parametrize("name", LABELLED)
def test_one_command_reads_learns_and_measures_classes(name: str, root: Path, tmp_path: Path, table: list[str]) -> None:
    data = root / name if name == "photos" else name
    start = time.perf_counter()
    words = ["task.name=classification", f"task.data={data}", f"task.root={root}", *LEARNING, *LABELLED[name]]
    call("train", *words, "training.workers=1", "--out", tmp_path / "run")
    seconds = time.perf_counter() - start
    call("evaluate", tmp_path / "run", "--split", "test", "--json", tmp_path / "scores.json")
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert json.loads((tmp_path / "run" / "result.json").read_text())["steps"] == 20
    assert scores["items"] == len(open_labelled(str(data), "test", root))
    error = scores["measures"]["error/top1"]
    said = json.loads((tmp_path / "run" / "predictions.test.json").read_text())
    assert error == pytest.approx(100 * np.mean([entry["class"] != entry["true"] for entry in said]))
    table.append(f"{name:20}  test   {error:8.2f}  {seconds:7.1f}")


@pytest.mark.parametrize("name", CAPTIONED)
def test_one_command_reads_describes_and_scores(name: str, root: Path, tmp_path: Path, table: list[str]) -> None:
    start = time.perf_counter()
    words = [f"task.data={name}", f"task.root={root}", *DESCRIBING]
    call("train", *words, "--out", tmp_path / "run", "--split", "test")
    seconds = time.perf_counter() - start
    assert json.loads((tmp_path / "run" / "result.json").read_text())["steps"] == 20
    call("evaluate", tmp_path / "run", "--split", "test", "--json", tmp_path / "measures.json")
    measures = json.loads((tmp_path / "measures.json").read_text())["measures"]
    results = tmp_path / "run" / "predictions.test.json"
    words = ["--data", name, "--split", "test", "--root", root, "--tokeniser", "plain"]
    call("captions", "score", results, *words, "--json", tmp_path / "scores.json")
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert len(scores["per_image"]) == CAPTIONED[name]
    assert scores["overall"] == pytest.approx({key: measures[key] for key in scores["overall"]})
    table.append(f"{name:20}  test   {scores['overall']['CIDEr']:8.2f}  {seconds:7.1f}")
