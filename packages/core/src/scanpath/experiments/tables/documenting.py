"""Results as pages of the documentation, made whenever it is built, so that no number is typed a second time."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scanpath.experiments.tables.ledger import foreign_results, read_ledger
from scanpath.experiments.tables.ledger_rendering import as_markdown as ledger_page
from scanpath.experiments.tables.page import headline, picture_line
from scanpath.experiments.tables.rendering import as_markdown, plain
from scanpath.experiments.tables.results import read_result
from scanpath.experiments.tables.settings import SCALES
from scanpath.files import write_atomically

INTRO = """\
# Results

What the papers print stands beside what was measured here. Every number is read from the JSON that `scanpath reproduce`
or `scanpath compare` left under `results/`; what was never measured is in [the ledger](ledger.md) all the same.
"""


def write_pages(results: Path, out: Path) -> None:
    """Write one page a table, one a comparison, the ledger, and the index of all.

    Args:
        results: the folder that ``scanpath reproduce`` writes to; it may hold no table.
        out: the folder of the pages, emptied first.

    Raises:
        DataError: a result that cannot be read.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    names = []
    lines = []
    for (method, table), by_scale in sorted(_tables(results).items()):
        name = f"{method}-{table}"
        names.append(name)
        write_atomically(out / f"{name}.md", "\n".join(_page(by_scale, name, out)))
        largest = by_scale[list(by_scale)[-1]][1]
        lines.append(f"- [{method} {table}]({name}.md): {plain(largest['caption'])}. {headline(largest)}")
    for path in sorted(results.glob("*/comparison.md")):
        name = f"comparison-{path.parent.name}"
        names.append(name)
        text = path.read_text(encoding="utf-8")
        write_atomically(out / f"{name}.md", text.replace("](comparison.png)", f"]({name}.png)"))
        shutil.copyfile(path.with_suffix(".png"), out / f"{name}.png")
        lines.append(f"- [{text.partition(chr(10))[0].removeprefix('# ')}]({name}.md), a comparison")
    write_atomically(out / "ledger.md", ledger_page(read_ledger(results), foreign_results(results)))
    write_atomically(out / "index.md", _index(names, lines))


def _tables(results: Path) -> dict[tuple[str, str], dict[str, tuple[Path, dict[str, Any]]]]:
    """Read all tables: by method and name, then by scale from the smallest up."""
    found: dict[tuple[str, str], dict[str, tuple[Path, dict[str, Any]]]] = {}
    for scale in SCALES:
        for path in sorted(results.glob(f"*/*.{scale}.json")):
            table = path.name.removesuffix(f".{scale}.json")
            found.setdefault((path.parent.name, table), {})[scale] = path, read_result(path)
    return found


def _page(by_scale: dict[str, tuple[Path, dict[str, Any]]], name: str, out: Path) -> Iterator[str]:
    """Write the scales of a table below each other, the largest first, with the picture that lies beside the JSON."""
    yield f"# {plain(next(iter(by_scale.values()))[1]['caption'])}\n"
    for scale, (path, result) in reversed(by_scale.items()):
        picture = ""
        if path.with_suffix(".png").exists():
            shutil.copyfile(path.with_suffix(".png"), out / f"{name}.{scale}.png")
            picture = picture_line(result, f"{name}.{scale}.png")
        body = as_markdown(result, picture).partition("\n")[2]
        yield f"## At the scale {scale}\n{re.sub(r'(?m)^## ', '### ', body)}"


def _index(names: list[str], lines: list[str]) -> str:
    told = "\n".join(lines) or "No table has been measured yet."
    toctree = "\n".join(["```{toctree}", ":hidden:", "", "ledger", *names, "```"])
    return f"{INTRO}\n{told}\n\n{toctree}\n"
