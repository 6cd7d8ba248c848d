"""The page of a run stands alone, escapes what it shows, and shows what was measured."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanpath.report.content import Estimate
from scanpath.report.run_content import RunContent, Sheet
from scanpath.report.run_page import render_run, write_run_page


@pytest.fixture
def page(run_content):
    return render_run(run_content)


def words(reader):
    return " ".join("".join(reader.text).split())


def test_it_parses_and_is_one_page(page, read):
    reader = read(page)
    assert reader.tags.count("h1") == reader.tags.count("svg") == 1
    assert "script" not in reader.tags
    assert "link" not in reader.tags
    assert "http" not in page
    ids = [value for _, name, value in reader.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), f"<{tag} {name}> is a handler"
        if name in ("src", "href"):
            assert value.startswith("data:image/jpeg;base64,") or value[1:] in ids, f"<{tag} {name}={value[:40]}>"


def test_hostile_words_are_text(page, run_content, read):
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>none" not in page
    text = "".join(read(page).text)
    assert text.count(run_content.title) >= 6  # title, heading, group, three questions, a prediction
    for said in ("A <warning>.", "A <note>.", "<i>none</i> & nothing", "# <script>", "Made <up>."):
        assert said in text, said


def test_sheets_are_drawn_with_their_words(run_content, read):
    assert 'id="sheets"' not in render_run(run_content)
    pixels = np.full((5, 7, 3), 200, np.uint8)
    sheet = Sheet(title="Edits <b>", words="Above & below.", pixels=pixels)
    page = render_run(dataclasses.replace(run_content, sheets=(sheet,)))
    reader = read(page)
    said = words(reader)
    assert "Edits <b> Above & below." in said
    assert "<b>" not in page
    images = [value for tag, name, value in reader.attributes if tag == "img" and name == "alt"]
    assert "Above & below." in images
    assert '<a href="#sheets">' in page


def test_numbers_stand_on_the_page(page, read):
    text = words(read(page))
    for said in (
        "41.2 % accuracy on 1,009 questions of made/up (40.0 to 42.5, 95 % interval)",
        "12.5 %",
        "1,013",
        "✓ blue 75 %",
        "✗ red",
        "credit 0.6",
        "colour",
    ):
        assert said in text, said
    assert 'width:12.5%"' in page


def test_right_and_wrong_answers_stand_apart_and_maps_are_named(page, read):
    text = words(read(page))
    right, wrong = text.index("At least half"), text.index("Less than half")
    assert right < text.index("✓ blue") < wrong < text.index("✗ red")
    pictures = [value for tag, name, value in read(page).attributes if (tag, name) == ("img", "src")]
    assert len(pictures) == 3 + 2  # each question's, and two hops of the one that has maps
    assert right < text.index("hop 1") < text.index("hop 2") < wrong


def test_a_model_that_looks_nowhere_has_questions_and_no_word_of_maps(run_content, read):
    blind = dataclasses.replace(run_content, examples=run_content.examples[1:])
    text = words(read(render_run(blind)))
    assert "Questions and maps" not in text
    assert "Each map" not in text
    assert text.count("Questions") == 2  # the link and the heading
    assert "Questions and maps" in words(read(render_run(run_content)))


def test_a_task_without_pictures_and_units_has_a_page(read):
    bare = RunContent(
        title="A run of toys",
        intro="",
        measure="distance",
        value=Estimate(value=0.012345),
        split="val",
        measures={"distance": 0.012345, "time <s>": 7.0},
    )
    reader = read(render_run(bare))
    text = words(reader)
    assert "0.01235 distance on val" in text
    assert "time <s>7" in text
    assert "svg" not in reader.tags
    assert "Questions" not in text
    assert "interval" not in text


def test_bars_of_a_measure_without_a_natural_end_fill_up_to_the_largest(run_content):
    groups = tuple(dataclasses.replace(group, value=value) for group, value in
                   zip(run_content.breakdowns[0].groups, (2.0, 8.0), strict=True))  # fmt: skip
    content = dataclasses.replace(
        run_content, unit="", breakdowns=(dataclasses.replace(run_content.breakdowns[0], groups=groups),)
    )
    page = render_run(content)
    assert 'width:25.0%"' in page
    assert 'width:100.0%"' in page


def test_written_whole(tmp_path, run_content):
    write_run_page(tmp_path / "deep" / "report.html", run_content)
    assert (tmp_path / "deep" / "report.html").read_text(encoding="utf-8") == render_run(run_content)
