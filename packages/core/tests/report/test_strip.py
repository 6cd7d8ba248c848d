"""The strip of a question under several rows."""

from __future__ import annotations

import dataclasses

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scanpath.report.strip import TILES, Looker, draw_strips, strip_height


def drawn(examples, lookers):
    figure = Figure(figsize=(12.0, strip_height(12.0)), dpi=50, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    draw_strips(figure, examples, lookers, top=strip_height(12.0))
    canvas.draw()
    return figure, np.asarray(canvas.buffer_rgba())[..., :3]


def test_a_question_has_its_picture_and_one_of_each_row(content):
    lookers = [Looker("hops", "Two hops", "#0072b2", "hop 2"), Looker("prior", "Prior", "#999999")]
    figure, pixels = drawn(content.examples[:1], lookers)
    assert len(figure.axes) == 3
    words = [text.get_text() for text in figure.texts]
    assert "Two hops" in words
    assert any(word.startswith("✗ red") for word in words), "the prior's answer"
    assert pixels[:, 20:200].std() > 10
    assert (pixels[:, 320:] == 255).all()


def test_a_hard_choice_is_a_mask(content):
    grey = np.full((20, 30, 3), 120, dtype=np.uint8)
    (example,) = content.examples
    kept = dataclasses.replace(example.answered[-1], maps=np.array([[[1.0, 0.0]]]), names=("map 1",), kind="hard")
    example = dataclasses.replace(example, picture=grey, target=None, answered=(kept,))
    figure, _ = drawn([example], [Looker("hops", "Kept", "#0072b2")])
    (image,) = figure.axes[1].images
    shown = np.asarray(image.get_array())
    assert (shown[:, : shown.shape[1] // 2 - 2] == 120).all()
    assert (shown[:, shown.shape[1] // 2 + 2 :] < 60).all()


def test_a_long_name_takes_two_lines_and_a_short_one_leaves_two_to_the_answer(content):
    (example,) = content.examples
    answered = [dataclasses.replace(one, prediction="a red triangle on a rock") for one in example.answered]
    lookers = [Looker("hops", "Co-attention, affinity, largest", "#0072b2"), Looker("prior", "Prior", "#999999")]
    figure, _ = drawn([dataclasses.replace(example, answered=tuple(answered))], lookers)
    words = [text.get_text() for text in figure.texts]
    assert words[-6:] == [
        "Co-attention,",
        "affinity, largest",
        "✓ a red triangle…",
        "Prior",
        "✗ a red triangle on",
        "a rock",
    ]
    heights = [text.get_position()[1] for text in figure.texts[-6:]]
    assert heights[:3] == heights[3:]
    assert heights[0] > heights[1] > heights[2] > 0.1 / strip_height(12.0), "all of it within the strip"


def test_a_number_stays_with_its_per_cent_and_names_do_not_touch(content):
    lookers = [Looker("hops", "HAN+pairwise 16 %", "#0072b2"), Looker("prior", "HAN+sum 32 %", "#0072b2")]
    figure, _ = drawn(content.examples, lookers)
    texts = {text.get_text(): text.get_window_extent() for text in figure.texts}
    assert "HAN+pairwise" in texts
    assert "16\N{NO-BREAK SPACE}%" in texts
    assert texts["HAN+pairwise"].x1 < texts["HAN+sum 32\N{NO-BREAK SPACE}%"].x0


def test_long_words_are_cut_and_as_many_questions_are_drawn_as_fit(content):
    looker = Looker("hops", "An attention with a very long name that has no end", "#0072b2")
    many = [dataclasses.replace(content.examples[0], answers=())] * 9
    figure, _ = drawn(many, [looker])
    assert len(figure.axes) == TILES
    words = [text.get_text() for text in figure.texts]
    assert "people say: ?" in words
    assert any(word.endswith("…") for word in words)
