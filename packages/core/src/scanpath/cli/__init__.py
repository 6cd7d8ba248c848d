"""The command line: one verb a file, imported when its verb is called, so that ``--help`` is quick."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import Annotated

import typer

from scanpath.errors import ScanpathError

#: Verb -> (module, one line of help). The lines stand here so that listing the verbs imports none of them.
#: A module offers ``run``, a function annotated for typer, or ``app``, a group of verbs.
VERBS: dict[str, tuple[str, str]] = {
    "compare": ("scanpath.cli.compare", "Compare attention mechanisms on one frozen pipeline."),
    "reproduce": ("scanpath.cli.reproduce", "Reproduce a table of a paper and judge its claims."),
    "ledger": ("scanpath.cli.ledger", "List which rows of the papers' tables have been measured."),
    "train": ("scanpath.cli.train", "Train one model, or resume an interrupted run."),
    "evaluate": ("scanpath.cli.evaluate", "Evaluate a trained run on a split."),
    "predict": ("scanpath.cli.predict", "Answer a question about a picture and draw the attention."),
    "predict-split": ("scanpath.cli.predict_split", "Answer a whole split in the official results format."),
    "submission": ("scanpath.cli.submission", "Check a results file before you upload it."),
    "export": ("scanpath.cli.export", "Export a trained model as a folder to share."),
    "score": ("scanpath.cli.score", "Score a results file with the VQA metric."),
    "captions": ("scanpath.cli.captions", "Score generated captions with the official metrics."),
    "data": ("scanpath.cli.data", "Make, fetch, list and show data sets."),
    "features": ("scanpath.cli.features", "Extract, import, list and verify stored features."),
    "bench": ("scanpath.cli.bench", "Benchmark mechanisms, fusion, data, trainer and metric."),
    "list": ("scanpath.cli.list", "List the installed mechanisms, data sets and tasks."),
    "new-method": ("scanpath.cli.new_method", "Create a package for a mechanism of your own."),
    "doctor": ("scanpath.cli.doctor", "Check versions, devices, data sets and plugins."),
}

#: Errors of the system that are no fault of the program: a path that cannot be, rights that are missing, a full disk.
_MENDED_BY_THE_USER = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}
    | {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}
)

EPILOG = "Getting started: scanpath compare --help. Installed: scanpath list. Troubleshooting: scanpath doctor."


def _version(asked: bool) -> None:
    if asked:
        from scanpath import __version__

        typer.echo(__version__)
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the full traceback of an error.")] = False,
) -> None:
    """Attention mechanisms for visual question answering, compared on one frozen pipeline."""


def _placeholder() -> None:
    """Stand in the list of verbs for one that is not called."""


def build(verb: str | None) -> typer.Typer:
    """Build the command line with every verb listed and only ``verb`` imported."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback(epilog=EPILOG)(_options)
    for name, (module, line) in VERBS.items():
        if name != verb:
            app.command(name, help=line)(_placeholder)
            continue
        loaded = importlib.import_module(module)
        if hasattr(loaded, "app"):
            app.add_typer(loaded.app, name=name)  # under its own words, which tell more than the line
        else:
            app.command(name)(loaded.run)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: what the user can mend is one sentence on stderr and exit code 2.

    Args:
        arguments: what stands behind ``scanpath``; None takes the process's own.
    """
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    words = [word for word in given if word != "--debug"]
    verb = next((word for word in words if not word.startswith("-")), None)
    try:
        build(verb)(words, prog_name="scanpath")
    except ScanpathError as error:
        if debug:
            raise
        typer.echo(f"scanpath: {error}", err=True)
        sys.exit(getattr(error, "exit_code", 2))
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if debug or error.errno not in _MENDED_BY_THE_USER:
            raise
        typer.echo(
            f"scanpath: {error.filename or 'the disk'} cannot be used ({error.strerror}): check the path, its "
            "permissions and the space left; --debug shows where it was met.",
            err=True,
        )
        sys.exit(2)
