"""VQA v2 of three pictures: its files as in the official archives, typed by hand, so that no writer of ours made them.

Training asks three questions about two pictures, validation two about a third; each has ten equal answers.
"""

from __future__ import annotations

from pathlib import Path

QUESTIONS = {
    "train2014": """{"info": {"description": "This is v2.0 of the VQA dataset.", "version": "2.0", "year": 2017},
 "task_type": "Open-Ended", "data_type": "mscoco", "license": {"url": "http://creativecommons.org/licenses/by/4.0/"},
 "data_subtype": "train2014", "questions": [
 {"image_id": 9, "question": "Is the food hot?", "question_id": 9000},
 {"image_id": 9, "question": "How many plates?", "question_id": 9001},
 {"image_id": 25, "question": "Is the food hot?", "question_id": 25003}]}""",
    "val2014": """{"info": {}, "task_type": "Open-Ended", "data_type": "mscoco", "license": {},
 "data_subtype": "val2014", "questions": [
 {"image_id": 42, "question": "How many dogs?", "question_id": 42000},
 {"image_id": 42, "question": "Is it hot?", "question_id": 42001}]}""",
}
"""The content of each file of questions, by the subtype in its name."""
ANSWERS = {
    "train2014": [(9000, 9, "yes", "yes/no", "is the"), (9001, 9, "2", "number", "how many"),
                  (25003, 25, "no", "yes/no", "is the")],
    "val2014": [(42001, 42, "no", "yes/no", "is it"), (42000, 42, "2", "number", "how many")],
}  # fmt: skip
"""What was answered, in another order than asked: question, picture, answer, and the types of answer and question."""
IMAGES = (9, 25, 42)
"""The pictures of both subtypes."""


def annotation(question: int, image: int, answer: str, kind: str, question_type: str) -> str:
    """Return an entry of a file of annotations."""
    ten = ", ".join(f'{{"answer": "{answer}", "answer_confidence": "yes", "answer_id": {n}}}' for n in range(1, 11))
    return (
        f'{{"question_type": "{question_type}", "multiple_choice_answer": "{answer}", "answers": [{ten}], '
        f'"image_id": {image}, "answer_type": "{kind}", "question_id": {question}}}'
    )


def write_vqa2(root: Path) -> None:
    """Lay the files, and pictures of one colour, where ``task.root`` of ``task.data: vqa2`` wants them.

    Args:
        root: gets the folders ``vqa2`` and ``coco``, which must not be there.
    """
    from PIL import Image

    folder = root / "vqa2"
    folder.mkdir(parents=True)
    for subtype, questions in QUESTIONS.items():
        (folder / f"v2_OpenEnded_mscoco_{subtype}_questions.json").write_text(questions)
        said = ", ".join(annotation(*one) for one in ANSWERS[subtype])
        head = f'"info": {{}}, "license": {{}}, "data_subtype": "{subtype}", "data_type": "mscoco"'
        whole = f'{{{head}, "annotations": [{said}]}}'
        (folder / f"v2_mscoco_{subtype}_annotations.json").write_text(whole)
        pictures = root / "coco" / subtype
        pictures.mkdir(parents=True)
        for image in {image for _, image, *_ in ANSWERS[subtype]}:
            grey = (5 * image,) * 3
            Image.new("RGB", (64, 48), grey).save(pictures / f"COCO_{subtype}_{image:012d}.jpg")
