"""Bars: nothing is lost in them, and nothing is shown where nobody looks."""

from __future__ import annotations

from scanpath.progress import bars, silent, track


def test_track_gives_everything_and_is_silent_off_a_terminal(capsys):
    assert list(track(range(7), "counting")) == list(range(7))
    assert list(track(iter("abc"), "spelling", total=3)) == ["a", "b", "c"]
    assert list(track([], "nothing")) == []
    assert capsys.readouterr().err.strip() == ""


def test_nobody_is_told(capsys):
    silent("anything", 3, None)
    assert capsys.readouterr() == ("", "")


def test_a_note_stands_behind_the_times(capsys):
    with bars(note=True, shown=True) as display:
        task = display.add_task("training", total=3, note="loss 0.5")
        display.update(task, completed=3, note="loss 0.25")
        display.console.print("aside")
    assert "aside" in capsys.readouterr().err
    assert "loss 0.25" in "".join(str(cell) for column in display.columns for cell in [column(display.tasks[0])])


def test_bytes_are_shown_as_such_with_their_speed():
    with bars(sizes=True, shown=True) as display:
        task = display.add_task("fetching", total=4_000_000)
        display.update(task, completed=1_000_000)
        shown = "".join(str(column(display.tasks[0])) for column in display.columns)
    assert "1.0/4.0 MB" in shown
