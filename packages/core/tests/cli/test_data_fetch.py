"""The verb, called as a user calls it, on a site that misbehaves; kills among it."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from scanpath.cli import main
from scanpath.data.fetching.members import Limits

# The site of the tests of what the verb calls.
_spec = importlib.util.spec_from_file_location(
    "fetching_site", Path(__file__).parents[1] / "data" / "fetching" / "conftest.py"
)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
site = _module.site

KILLS = 20


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return stream.getvalue()


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command line; return exit code, output and errors."""
    code = 0
    try:
        main(["data", "fetch", *words])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


def test_the_help_names_the_limits(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "--help")
    said, limits = " ".join(out.split()), Limits()
    assert code == 0
    assert (
        f"more than {limits.size / 2**30:.0f} GiB, {limits.members:,} files and folders or {limits.ratio} times" in said
    )
    assert f"(from {limits.allowance / 2**20:.0f} MiB on)" in said


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., tuple[str, ...]]:
    """Write a table of one source, called some; return the options that name it and a root."""

    def write(*files: dict[str, object]) -> tuple[str, ...]:
        path = tmp_path / "sources.yaml"
        source = {"about": "something", "folder": "some", "page": "http://a/", "note": "look", "files": list(files)}
        path.write_text(yaml.safe_dump({"some": source}))
        return "--sources", str(path), "--root", str(tmp_path / "root")

    return write


def file(address: str, **more: object) -> dict[str, object]:
    return {"name": address.rpartition("/")[2], "addresses": [address], **more}


def test_everything_is_listed(tmp_path, capsys):
    code, out, _ = call(capsys, "--root", str(tmp_path))
    assert code == 0
    assert "vqa2: questions and answers of VQA v2" in out
    assert "scanpath data fetch NAME --dry-run" in out


def test_a_dry_run_asks_nobody(site, table, capsys, tmp_path):
    options = table(file(site.serve("a.zip", b"x"), size=1234567), file(site.serve("b.zip", b"x")))
    code, out, _ = call(capsys, "some", "--dry-run", *options)
    assert code == 0
    assert "a.zip 1.2 MB to fetch no checksum: what is computed is recorded 127.0.0.1" in " ".join(out.split())
    assert "b.zip unknown to fetch" in " ".join(out.split())
    assert "0.001 GB and 1 files of unknown size to fetch" in out
    assert "note: look" in out
    assert site.requests == []
    assert not (tmp_path / "root").exists()


def test_sizes_are_told_and_nobody_is_there_to_be_asked(site, table, capsys):
    options = table(file(site.serve("a.zip", b"x" * 2000)))
    code, out, err = call(capsys, "some", *options)
    assert code == 2
    assert "0.0 MB" in out
    assert "nobody is there to be asked about 0.000 GB of some: give --yes." in err


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 1)])
def test_somebody_is_asked(site, table, capsys, monkeypatch, tmp_path, answer, code):
    import typer

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", lambda *_words, **_more: answer)
    found, _, _ = call(capsys, "some", *table(file(site.serve("a.bin", b"x"))))
    assert (found, (tmp_path / "root" / "some" / "a.bin").exists()) == (code, answer)


def test_it_is_fetched_and_then_there(site, table, capsys, tmp_path):
    content = packed({"top/a.json": b"[]"})
    known = {"sha256": hashlib.sha256(content).hexdigest(), "known_from": "us", "strip": "top", "gives": ["a.json"]}
    options = table(file(site.serve("a.zip", content), **known))
    code, out, _ = call(capsys, "some", "--yes", *options)
    assert (code, f"some is there: {tmp_path / 'root' / 'some'}" in out) == (0, True)
    assert (tmp_path / "root" / "some" / "a.json").read_bytes() == b"[]"
    code, out, _ = call(capsys, "some", *options)
    assert (code, "nothing is missing" in out) == (0, True)
    assert len(site.requests) == 2  # one for the size


def test_what_somebody_laid_there_is_told_apart(site, table, capsys, tmp_path):
    options = table(file(site.serve("a.zip", b"x"), gives=["a.json"]))
    (tmp_path / "root" / "some").mkdir(parents=True)
    (tmp_path / "root" / "some" / "a.json").write_text("[]")
    code, out, _ = call(capsys, "some", *options)
    assert (code, "there by hand, only names checked" in out, "nothing is missing" in out) == (0, True, True)
    (tmp_path / "root" / "some" / "a.json").write_text("")
    assert "0.000 GB and 1 files of unknown size to fetch" in call(capsys, "some", "--dry-run", *options)[1]


def test_an_error_is_one_sentence(site, table, capsys):
    address = site.serve("a.zip", b"x")
    site.always["/a.zip"] = site.status(403)
    code, _, err = call(capsys, "some", "--yes", *table(file(address)))
    assert code == 2
    assert err.splitlines()[-1].startswith(
        f"scanpath: a.zip could not be fetched ({address} answered 403 (forbidden)):"
    )


def test_wrong_names(capsys):
    code, _, err = call(capsys, "vqa3")
    assert (code, "nothing called 'vqa3' to fetch; did you mean 'vqa2'" in err) == (2, True)


def test_ctrl_c_says_how_to_go_on(site, table, capsys, monkeypatch):
    from scanpath.data.fetching import fetching

    def stopped(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching, "obtain", stopped)
    code, _, err = call(capsys, "some", "--yes", *table(file(site.serve("a.zip", b"x"))))
    assert (code, "what has come is kept, and the same command goes on" in err) == (130, True)


#: Imports everything once and then runs each command that it is given in a fork of itself.
NURSERY = """
import contextlib, io, os, sys
from scanpath.cli import main
from scanpath.data.fetching.members import Limits
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(["data", "fetch", "some", "--dry-run", *sys.argv[1:]])
print("ready", flush=True)
for _ in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        main(["data", "fetch", "some", "--yes", *sys.argv[1:]])
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextlib.contextmanager
def nursery(*options: str) -> Iterator[Callable[[Callable[[], bool]], int]]:
    """Give a function that fetches in a process of its own and kills it when a condition holds; it returns its code."""
    command = [sys.executable, "-c", NURSERY, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout.readline() == "ready\n"

        def run(reached: Callable[[], bool]) -> int:
            parent.stdin.write("\n")
            parent.stdin.flush()
            child = int(parent.stdout.readline())
            codes: list[int] = []
            waiting = threading.Thread(target=lambda: codes.append(int(parent.stdout.readline())))
            waiting.start()
            while waiting.is_alive():
                if reached():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(child, signal.SIGKILL)
                    waiting.join()
                time.sleep(0.0005)
            return codes[0]

        yield run
        parent.stdin.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_killed_at_random_moments_of_the_download(site, table, tmp_path):
    draws = random.Random(17)
    content = draws.randbytes(2_000_003)
    address = site.serve("a.bin", content)
    site.always["/a.bin"] = site.slowly(20_000, 0.002)
    options = table(file(address, sha256=hashlib.sha256(content).hexdigest(), known_from="us"))
    part = tmp_path / "root" / "some" / ".fetch" / "a.bin.part"

    def size() -> int:
        try:
            return part.stat().st_size
        except FileNotFoundError:
            return 0

    with nursery(*options) as run:
        moments = sorted(draws.randrange(1, len(content) - 50_000) for _ in range(KILLS))
        codes = [run(lambda: size() >= moment) for moment in moments]  # noqa: B023 - called within its round
        assert run(lambda: False) == 0
    assert (tmp_path / "root" / "some" / "a.bin").read_bytes() == content
    assert codes.count(-signal.SIGKILL) >= KILLS - 2, "the file was whole too early for this to show anything"
    assert any("Range" in headers for headers in site.asked("a.bin"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_killed_at_random_moments_of_the_unpacking(site, table, tmp_path):
    draws = random.Random(18)
    files = {f"pictures/{number}.jpg": draws.randbytes(200) for number in range(400)} | {"a.json": b"[]"}
    content = packed(files)
    options = table(file(site.serve("a.zip", content), gives=["pictures", "a.json"]))
    folder = tmp_path / "root" / "some"

    def unpacked() -> int:
        try:
            return sum(1 for _ in (folder / ".fetch" / "a.zip.unpacking" / "pictures").iterdir())
        except FileNotFoundError:  # not begun, or done and in its place
            return 0

    with nursery(*options) as run:
        moments = sorted(draws.randrange(1, len(files)) for _ in range(KILLS))
        codes = [run(lambda: unpacked() >= moment) for moment in moments]  # noqa: B023 - called within its round
        assert run(lambda: False) == 0
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    receipts = {name for name in found if name.startswith(".fetch/")}
    assert {name: data for name, data in found.items() if name not in receipts} == files
    assert receipts == {".fetch/a.zip.json", ".fetch/lock"}
    assert codes.count(-signal.SIGKILL) >= KILLS // 2
    assert len(site.asked("a.zip")) == 2  # once for its size: no kill lost the archive
