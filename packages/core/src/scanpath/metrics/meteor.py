"""METEOR 1.5, by the Java program of its authors that comes with pycocoevalcap.

Source: Denkowski and Lavie 2014, "Meteor Universal"; its options and its conversation as coco-caption has them.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from scanpath.errors import RunError
from scanpath.metrics.java import jar, java
from scanpath.progress import track

_BETWEEN = " ||| "
_OPTIONS = ("-", "-", "-stdio", "-l", "en", "-norm")


class Meteor(NamedTuple):
    """What the program says of N captions."""

    whole: float
    """From the statistics of all captions together, which is not the mean."""
    each: list[float]


def meteor(references: Sequence[Sequence[str]], captions: Sequence[str]) -> Meteor:
    """Score tokenised captions, each against the tokenised references of its picture; errors as of :func:`meteors`."""
    (found,) = meteors(references, [captions])
    return found


def meteors(references: Sequence[Sequence[str]], sets: Sequence[Sequence[str]]) -> list[Meteor]:
    """Score several sets of captions of the same pictures; the program reads its paraphrases once, for ten seconds.

    Raises:
        ConfigError: there is no Java.
        MissingExtraError: pycocoevalcap is not installed.
        RunError: the program fails.
    """
    program = jar("meteor.meteor", "meteor-1.5.jar")
    words = [java(), "-Dfile.encoding=UTF-8", "-Xmx2G", "-jar", str(program), *_OPTIONS]
    pipe = subprocess.PIPE
    process = subprocess.Popen(  # noqa: S603 - a program that was installed
        words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    )
    try:
        return [_scored(process, references, captions) for captions in sets]
    except (OSError, ValueError) as error:
        raise RunError(
            f"METEOR's Java program broke off ({error}): it wants 2 GB of memory and a whole pycocoevalcap; "
            "install that again, or take the tokeniser 'plain' to leave METEOR out."
        ) from error
    finally:
        _end(process)


def _scored(process: subprocess.Popen[str], references: Sequence[Sequence[str]], captions: Sequence[str]) -> Meteor:
    statistics = [
        _asked(process, _BETWEEN.join(["SCORE", *wanted, caption]))
        for wanted, caption in zip(track(references, "METEOR"), captions, strict=True)
    ]
    values = [float(_asked(process, _BETWEEN.join(["EVAL", *statistics])))]
    values += [float(_answer(process)) for _ in captions]
    return Meteor(values[-1], values[:-1])


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):  # what it was never told is still to be written
                stream.close()


def _asked(process: subprocess.Popen[str], line: str) -> str:
    assert process.stdin is not None  # noqa: S101 - it was opened with a pipe
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return _answer(process)


def _answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
    line = process.stdout.readline()
    if not line:
        raise ValueError("it gave no answer")
    return line.strip()
