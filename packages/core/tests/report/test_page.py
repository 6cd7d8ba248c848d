"""The page stands alone, is well formed, escapes what it shows, and shows what was measured."""

from __future__ import annotations

import base64
import dataclasses
import io

import pytest
from PIL import Image

from scanpath.report.content import Content, Estimate
from scanpath.report.page import Scale, render, write_page


@pytest.fixture
def page(content):
    return render(content)


def test_it_parses_and_every_tag_closes(page, read):
    reader = read(page)
    assert reader.tags.count("html") == reader.tags.count("body") == reader.tags.count("h1") == 1
    assert reader.tags.count("svg") == 3
    assert page.lstrip().lower().startswith("<!doctype html>")


def test_nothing_is_fetched_and_no_script_runs(page, read):
    reader = read(page)
    assert "script" not in reader.tags
    assert "link" not in reader.tags
    assert "http:" not in page
    assert "https:" not in page
    assert "@import" not in page
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), f"<{tag} {name}> is a handler"
        if name in ("src", "href", "xlink:href", "srcset", "action"):
            assert value.startswith(("#", "data:image/")), f"<{tag} {name}={value[:40]}> leaves the page"


def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(page, read):
    reader = read(page)
    ids = [value for _, name, value in reader.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for _, name, value in reader.attributes:
        if name == "href":
            assert value[1:] in ids


def test_hostile_words_are_text(page, content, read):
    hostile = content.examples[0].question
    assert "<script" not in page
    assert "<b>it" not in page
    text = "".join(read(page).text)
    assert text.count(hostile) >= 3  # the heading, the question, a prediction
    assert "A <warning>." in text


def test_figures_take_the_words_of_rows_escaped(content, read):
    rows = tuple(dataclasses.replace(row, label=f"<img src=x> {row.id} & $x$ \\frac") for row in content.rows)
    page = render(dataclasses.replace(content, rows=rows))
    assert "<img src=x>" not in page
    read(page)


def test_numbers_and_marks_stand_on_the_page(page, read):
    text = " ".join("".join(read(page).text).split())
    for words in (
        "55.0",
        "53.5 to 56.2",
        "+7.0",
        "p = 0.0030",
        "baseline",
        "✓ blue 75 %",
        "✗ red",
        "credit 0.6",
        "hop 2",
    ):
        assert words in text, words
    assert (
        "The best attention is Row hops, with an accuracy of 55.0 % (53.5 to 56.2), 7.0 points above the best rung"
        in text
    )
    assert "none & nothing" in text


def test_pictures_are_whole(page, read):
    pictures = [value for tag, _, value in read(page).attributes if tag == "img" and value.startswith("data:")]
    assert len(pictures) == 1 + 1 + 2  # the picture, one map of mean, two hops
    for uri in pictures:
        with Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1]))) as image:
            image.load()
            assert min(image.size) >= 192


def test_a_page_of_rows_alone(content, read):
    bare = Content(
        title="t",
        intro="",
        rows=tuple(
            dataclasses.replace(row, question_types={}, answer_types={}, looking=(), headline_map=None, cost=None,
                                difference=None, seeds={}, accuracy=Estimate(value=row.accuracy.value))
            for row in content.rows
        ),
    )  # fmt: skip
    reader = read(render(bare))
    assert "section" in reader.tags
    read(render(Content(title="t", intro="", rows=())))


def test_the_same_content_gives_the_same_page(content):
    assert render(content) == render(content)


def test_write_page(tmp_path, content):
    write_page(tmp_path / "deep" / "page.html", content)
    assert (tmp_path / "deep" / "page.html").read_text(encoding="utf-8") == render(content)


def test_the_scale_holds_all_rows(content):
    scale = Scale(content)
    assert scale.low == 30.0
    assert scale.at(30) == "0.00"
    assert scale.at(100) == "100.00"
    assert scale.between(Estimate(value=65.0)) == ("50.00", "0.00")
    left, width = scale.between(Estimate(value=65.0, low=51.0, high=72.0))
    assert (left, width) == ("30.00", "30.00")
