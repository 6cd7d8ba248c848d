"""``scanpath data fetch``: the official files of a data set, from their official addresses."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scanpath.data.fetching.fetching import Plan, Step


def fetch(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="What to fetch; lists everything if it is left out.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Single file to fetch, such as train2014 of coco; repeatable."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start without asking for confirmation.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be fetched, and fetch nothing.")] = False,
    keep: Annotated[bool, typer.Option("--keep-archives", help="Keep archives after they are unpacked.")] = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="Seconds without data before an address is given up.")
    ] = 30.0,
    sources: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="YAML table of other addresses, such as those of a nearby mirror."),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."),
    ] = None,
) -> None:
    """Fetch a data set from its official addresses.

    Checks every file and puts it where it is read. Interrupted downloads resume where they stopped, after Ctrl-C or a
    kill too. A file with a wrong checksum is never used; files that you put there yourself are checked and left alone.
    Sizes are shown, and you are asked for confirmation, before anything is fetched.

    An archive is not unpacked if it unpacks to more than 256 GiB, 1,000,000 files and folders or 200 times its size
    (from 64 MiB on), or if it contains links, devices or names that lead elsewhere.

    \b
    Example: scanpath data fetch vqa2 --dry-run
    """
    from scanpath.data.fetching.fetching import ask_sizes, check_room, fetch as fetch_all, plan
    from scanpath.data.fetching.obtaining import Ways
    from scanpath.data.fetching.transfer import Patience
    from scanpath.errors import Interrupted

    if name is None:
        _list(root, sources)
        return
    planned = plan(name, root, only=only or (), sources=sources, keep=keep)
    if not dry_run:
        planned = ask_sizes(planned)
    _tell(planned)
    if dry_run or not planned.open:
        return
    check_room(planned)
    if not yes:
        _ask(planned)
    with _bar() as watch:
        ways = Ways(Patience(timeout=timeout), keep=keep, watch=watch, say=lambda line: typer.echo(line, err=True))
        try:
            fetch_all(planned, ways)
        except KeyboardInterrupt:
            raise Interrupted(
                f"the fetch of {name} was stopped: what has come is kept, and the same command goes on.",
                signal=signal.SIGINT,
            ) from None
    typer.echo(f"{name} is there: {planned.folder}")


def _list(root: Path | None, sources: Path | None) -> None:
    from scanpath.data.fetching.fetching import plan
    from scanpath.data.fetching.sources import read_sources

    for name, source in read_sources(sources).items():
        planned = plan(name, root, sources=sources)
        state = f"{_size(planned)} to fetch" if planned.open else "there"
        typer.echo(f"{name}: {source.about}; {state}")
    typer.echo("Fetch one: scanpath data fetch NAME. What would come: scanpath data fetch NAME --dry-run.")


def _tell(planned: Plan) -> None:
    from rich.table import Table

    from scanpath.cli.tables import print_whole

    table = Table("file", "size", "state", "known by", "from", box=None)
    for step in planned.steps:
        table.add_row(step.file.name, _file_size(step), _state(step), _known_by(step), _from(step))
    typer.echo(f"{planned.name}: {planned.source.about}")
    print_whole(table)
    typer.echo(f"into {planned.folder}, its page {planned.source.page}")
    if planned.source.note:
        typer.echo(f"note: {planned.source.note}")
    if planned.open:
        free = f"{planned.free / 1e9:,.1f} GB are free"
        typer.echo(f"{_size(planned)} to fetch, {planned.room / 1e9:,.2f} GB of disk while it is done, {free}")
    else:
        typer.echo("nothing is missing")


def _size(planned: Plan) -> str:
    unknown = len(planned.unknown)
    more = f" and {unknown} files of unknown size" if unknown else ""
    return f"{planned.to_come / 1e9:,.3f} GB{more}"


def _file_size(step: Step) -> str:
    about = "about " if step.file.roughly else ""
    return f"{about}{step.size / 1e6:,.1f} MB" if step.size else "unknown"


def _state(step: Step) -> str:
    if step.state == "missing":
        return f"{step.have / 1e6:,.1f} MB are here" if step.have else "to fetch"
    words = {"fetched": "there", "laid": "there by hand, only names checked", "waiting": "to check and put in place"}
    return words[step.state]


def _known_by(step: Step) -> str:
    kind = step.file.checksum
    return f"{kind[0]} ({step.file.known_from})" if kind else "no checksum: what is computed is recorded"


def _from(step: Step) -> str:
    from urllib.parse import urlsplit

    if not step.file.addresses:
        return f"by hand, {step.file.by_hand}"
    return ", ".join(dict.fromkeys(urlsplit(address).netloc for address in step.file.addresses))


def _ask(planned: Plan) -> None:
    from scanpath.errors import ConfigError

    if not sys.stdin.isatty():
        raise ConfigError(f"nobody is there to be asked about {_size(planned)} of {planned.name}: give --yes.")
    if not typer.confirm("Fetch?", err=True):
        raise typer.Exit(1)


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """Show a bar of bytes with speed and time left on a terminal, and nothing elsewhere."""
    from scanpath.progress import bars

    with bars(sizes=True) as display:
        bar = display.add_task("starting", total=None)
        shown = ""

        def watch(what: str, done: int, total: int | None) -> None:
            nonlocal shown
            if what != shown:
                display.reset(bar, description=what, total=total)
                shown = what
            display.update(bar, completed=done, total=total)

        yield watch
