from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from scanpath.data.own_entries import Entry, read_own
from scanpath.errors import DataError

#: The same three questions in every form, typed by hand.
JSON = """\
{"images": "photos",
 "questions": [
  {"image": "kitchen.jpg", "question": "How many cups?", "answers": ["2", "two"], "split": "train", "id": 7},
  {"image": "kitchen.jpg",
   "question": "Is it \\"tidy\\", really?", "answer": "no", "split": "val", "id": 8, "type": "judgement"},

  {"image": "garden/shed.png", "question": "What colour is it?", "split": "test", "id": 9}]}
"""
CSV = """\
image,question,answers,split,id,type
kitchen.jpg,How many cups?,2|two,train,7,
kitchen.jpg,"Is it ""tidy"", really?",no,val,8,judgement

garden/shed.png,What colour is it?,,test,9,
"""
LINES = "\n".join(json.dumps(one) for one in json.loads(JSON)["questions"])


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("q.json", JSON, [3, 4, 7]),
        ("q.json", json.dumps(json.loads(JSON)["questions"], indent=1), [2, 12, 20]),
        ("q.jsonl", LINES, [1, 2, 3]),
        ("q.csv", CSV, [2, 3, 5]),
        ("q.csv", "\ufeff" + CSV.replace("\n", "\r\n"), [2, 3, 5]),
        ("q.CSV", CSV.replace("image,question", " Image , QUESTION "), [2, 3, 5]),
        ("q.tsv", CSV.replace(",", "\t").replace('tidy""\t', 'tidy"",'), [2, 3, 5]),
    ],
)
def test_the_golden_questions(tmp_path: Path, name: str, text: str, lines: list[int]) -> None:
    found = read_own(put(tmp_path, name, text))
    assert found.entries == [
        Entry(lines[0], "kitchen.jpg", "How many cups?", ("2", "two"), "train", 7, ""),
        Entry(lines[1], "kitchen.jpg", 'Is it "tidy", really?', ("no",), "val", 8, "judgement"),
        Entry(lines[2], "garden/shed.png", "What colour is it?", (), "test", 9, ""),
    ]
    assert found.images == ("photos" if "photos" in text else "")
    assert found.unused == ()


def test_a_cell_of_two_lines_counts_as_its_first(tmp_path: Path) -> None:
    text = 'image,question,source\na.jpg,"Who\nis there?",me\nb.jpg,Who?,you\n'
    found = read_own(put(tmp_path, "q.csv", text))
    assert [(entry.line, entry.question) for entry in found.entries] == [(2, "Who\nis there?"), (4, "Who?")]
    assert found.unused == ("source",)


GOOD = {"image": "a.jpg", "question": "Why?"}


def one(**fields: object) -> str:
    return json.dumps(GOOD | fields)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("q.txt", "", "q.txt ends in '.txt', expected one of .json, .jsonl, .csv, .tsv"),
        ("q.csv", b"image,question\n\xff\xfe", r"q.csv is not UTF-8 text \(byte 15\): save it as UTF-8"),
        ("q.csv", "", "q.csv holds no questions"),
        ("q.csv", "image,question\n", "q.csv holds no questions"),
        (
            "q.csv",
            "image;question\na;b\n",
            "line 1: the header has no column 'image', it has image;question; it seems to",
        ),
        ("q.csv", "picture,question\na,b\n", "line 1: the header has no column 'image', it has picture, question"),
        ("q.csv", "image,question,image\na,b,c\n", "line 1: the header has the column 'image' twice"),
        ("q.csv", "image,question\na.jpg,b\na.jpg,How, or why?\n", "line 3: this has 3 columns, the header 2"),
        (
            "q.csv",
            'image,question\na.jpg,"b\nc\n',
            "line 2: this cannot be split into columns .unexpected end of data.",
        ),
        ("q.csv", "image,question\na.jpg,b\n,c\n", "line 3: there is no image; every question needs one"),
        ("q.csv", "image,question,anwser\na.jpg,b,c\n", "line 2: there is no field 'anwser'; did you mean 'answer'"),
        ("q.csv", "image,question,split\na.jpg,b,trian\n", "line 2: there is no split 'trian'; did you mean 'train'"),
        ("q.csv", "image,question,answers\na.jpg,b,2||two\n", "line 2: an answer is empty; leave it out"),
        ("q.csv", "image,question,id\na.jpg,b,1.5\n", "line 2: the id is '1.5', expected a whole number"),
        ("q.csv", "image,question,answer,answers\na.jpg,b,c,d\n", "line 2: both 'answer' and 'answers' are given"),
        ("q.json", "[\n {", "line 2: this is no valid JSON .Expecting property name"),
        ("q.json", "[" * 100_000, "line 1: this JSON cannot be read"),
        ("q.json", "7", "line 1: this holds no list of questions"),
        ("q.json", '{"images": 3, "questions": []}', "line 1: 'images' is no text"),
        ("q.json", "[]", "q.json holds no questions"),
        ("q.json", f"[{one()},\n\n 3]", "line 3: this is a int, expected an object"),
        ("q.json", f"[{one()},\n {one(question=3)}]", "line 2: 'question' is '3', a int; write it as text"),
        ("q.json", f"[{one(answers=[2])}]", "line 1: 'answer' is '2', a int; write it as text"),
        ("q.json", f"[{one(answers=2)}]", "line 1: the answers are '2', expected a list of texts"),
        ("q.json", f"[{one(id=True)}]", "line 1: the id is 'True', expected a whole number"),
        ("q.json", f"[{one(id=2**63)}]", "line 1: the id is '9223372036854775808'"),
        ("q.json", f"[{one(question=chr(0xD800))}]", "line 1: 'question' holds half a character"),
        ("q.jsonl", f"{one()}\n{{", "line 2: this is no valid JSON; write one object a line"),
        ("q.jsonl", f"{one()}\n[]", "line 2: this is a list, expected an object"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_line(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    path = put(tmp_path, name, text)
    with pytest.raises(DataError, match=words) as caught:
        read_own(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"q.json does not exist: check the path"):
        read_own(tmp_path / "q.json")
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(DataError, match=r"d.csv cannot be read \(Is a directory\)"):
        read_own(tmp_path / "d.csv")


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(str.strip)
answers = words.filter(lambda one: "|" not in one)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(words, words, st.lists(words.filter(lambda one: "|" not in one), max_size=3)), min_size=1, max_size=4
    )
)
def test_any_texts_are_read_back_from_any_form(tmp_path_factory, rows) -> None:
    folder = tmp_path_factory.mktemp("own")
    records = [{"image": image, "question": question, "answers": answers} for image, question, answers in rows]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["image", "question", "answers"])
    writer.writerows([image, question, "|".join(answers)] for image, question, answers in rows)
    expected = [(image.strip(), question.strip(), tuple(map(str.strip, answers))) for image, question, answers in rows]
    forms = {"q.json": json.dumps(records), "r.json": json.dumps(records, indent=2, ensure_ascii=False)}
    forms["q.jsonl"] = "\n".join(map(json.dumps, records))
    forms["q.csv"] = stream.getvalue()
    for name, text in forms.items():
        found = read_own(put(folder, name, text)).entries
        assert [(entry.image, entry.question, entry.answers) for entry in found] == expected
        assert [entry.line for entry in found] == sorted(entry.line for entry in found)


@settings(max_examples=60)
@given(st.binary(max_size=60), st.sampled_from(["json", "jsonl", "csv", "tsv"]))
def test_any_bytes_are_questions_or_a_sentence(tmp_path_factory, data, suffix) -> None:
    path = put(tmp_path_factory.mktemp("any"), f"q.{suffix}", data)
    found, sentence = None, ""
    try:
        found = read_own(path)
    except DataError as error:
        sentence = str(error)
    assert (found is None) == sentence.startswith(str(path))
    assert found is None or all(entry.question for entry in found.entries)
