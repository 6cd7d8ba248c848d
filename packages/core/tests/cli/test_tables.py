"""The table of one number a group that score, train and evaluate print."""

from __future__ import annotations

import io

from rich.console import Console

from scanpath.cli.tables import print_groups


def printed(groups: dict[str, float], width: int = 60, **options: str) -> list[str]:
    stream = io.StringIO()
    print_groups(Console(file=stream, width=width), "answer type", groups, **options)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_two_digits_right_aligned_in_the_given_order() -> None:
    assert printed({"yes/no": 100.0, "number": 7.125, "other": 33.338}) == [
        "",
        "answer type  accuracy",
        "yes/no         100.00",
        "number           7.12",
        "other           33.34",
    ]


def test_names_of_data_are_no_markup() -> None:
    assert printed({"[red] or [/]": 1.0})[2].startswith("[red] or [/]  ")


def test_no_groups_leave_the_heading() -> None:
    assert printed({}) == ["", "answer type  accuracy"]


def test_what_is_no_accuracy_has_a_heading_of_its_own() -> None:
    assert printed({"top1": 1.0}, value="error")[1] == "answer type  error"
