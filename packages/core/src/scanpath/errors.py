"""Errors that reach a user as one sentence: what was given, what was expected, what to do.

Every error that this project raises on purpose derives from :class:`ScanpathError`. The command line shows its
sentence without a traceback and ends with exit code 2; ``--debug`` brings the traceback back.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ScanpathError(Exception):
    """Base of every error that is the user's to mend, not a fault of the program."""


class ConfigError(ScanpathError, ValueError):
    """A setting, an option or a constructor's argument that cannot be."""


class ShapeError(ScanpathError, ValueError):
    """A tensor whose shape does not fit the contract of the module it was given to."""


class DataError(ScanpathError):
    """A file, an archive or a data set that is missing, broken or inconsistent."""


class UnknownNameError(ScanpathError, LookupError):
    """A name that no installed package brings; the sentence carries the nearest ones."""


class RunError(ScanpathError):
    """A training run that cannot start, continue or be read."""


class BusyError(RunError):
    """A run that another process is writing at the moment."""


class Interrupted(RunError):  # noqa: N818 - nothing went wrong: somebody asked, and the run was saved
    """A run that was asked to stop, by Ctrl-C or SIGTERM, and saved itself first."""

    def __init__(self, sentence: str, *, signal: int) -> None:
        super().__init__(sentence)
        self.signal = signal
        self.exit_code = 128 + signal


class MissingExtraError(ScanpathError, ImportError):
    """A library of an optional extra that is not installed."""


def near(name: str, known: Iterable[str], *, most: int = 3) -> str:
    """Say which of the ``known`` names are closest to ``name``: ``"; did you mean 'a' or 'b'?"``, or nothing.

    A name is close that shares most letters in their order, or has the same letters in another one.
    """
    names = sorted(known)
    found = difflib.get_close_matches(name, names, n=most, cutoff=0.6)
    found = found or [other for other in names if sorted(other) == sorted(name)][:most]
    return f"; did you mean {' or '.join(repr(match) for match in found)}?" if found else ""


def missing_extra(library: str, *, purpose: str, extra: str = "train") -> MissingExtraError:
    """Build the error for an absent optional ``library``, naming the extra that brings it."""
    return MissingExtraError(
        f"{purpose} needs {library!r}, which is not installed: run pip install 'scanpath[{extra}]'."
    )
