"""The documentation is true: its examples print what it says, its links lead somewhere, every mechanism has a page."""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.tree

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("packages/*/README.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts]
#: Whose examples are run elsewhere, or which have none.
MORE_PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "results" / "README.md"]

EXAMPLE = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.DOTALL | re.MULTILINE)
REGISTERED = re.compile(r"^Registered as (?P<names>.*)\.$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)(?P<path>[^)#]+)(?:#[^)]*)?\)")
#: The table of the comparison, as it is typed for readers.
COMPARED = re.compile(r"^\| row \| accuracy \(95 %\) \|.*\n\|[-:|]+\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: A row of a README's table of what was measured: what `scanpath reproduce` or a figure left, and how it was judged.
JUDGED = re.compile(
    r"^\| \[[^\]]+\]\((?P<path>\S+?(?:\.small|/figure\w+)\.md)\)[^|]*\|(?P<typed>[^|]*)\|", re.MULTILINE
)
#: A file of the tree in backticks, from whichever folder: `ops/masking.py`
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|json|yaml|md|toml))`")
#: Files that a reader of CONTRIBUTING.md is to write.
TO_COME = {"experiments/table1.yaml"}
#: Of the example that a package's README begins with.
MOST_LINES = 12
#: A link to a source and the names that are said to be in it: [`ops/scores.py`](..): `dot_scores`, `cosine_scores`
CODE = re.compile(r"\]\((?P<path>[^)]+\.py)\):(?P<names>(?:\s+`\w+`,?)+)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_what_draws_the_pages_pictures_can_be_started():
    command = [sys.executable, "-W", "error", str(ROOT / "docs" / "draw_maps.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [page for page in PAGES if EXAMPLE.search(page.read_text())], ids=name_of)
def test_the_examples_print_what_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCANPATH_DATA", str(tmp_path))
    names = {"__name__": "example"}  # one for all examples of a page: a reader types them one after the other
    text = page.read_text()
    for example in EXAMPLE.finditer(text):
        printed = io.StringIO()
        line = text.count("\n", 0, example.start()) + 1
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * line + example["code"], str(page), "exec", dont_inherit=True), names)
        assert printed.getvalue() == (example["output"] or ""), f"{name_of(page)}, line {line}"


@pytest.mark.parametrize("page", sorted(ROOT.glob("packages/*/README.md")), ids=name_of)
def test_a_packages_readme_begins_with_a_short_example_that_needs_nothing_else(page):
    """Run in an interpreter of its own, where nothing is imported yet."""
    example = EXAMPLE.search(page.read_text())
    assert example, "the page has no python block"
    assert example["output"] or page.parent.name == "core", "no text block of what it prints follows"
    assert len(example["code"].strip().splitlines()) <= MOST_LINES
    command = [sys.executable, "-W", "error", "-c", example["code"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, example["output"] or ""), done.stderr


@pytest.mark.parametrize("page", [*PAGES, *MORE_PAGES], ids=name_of)
def test_links_lead_to_files(page):
    lost = [link["path"] for link in LINK.finditer(page.read_text()) if not (page.parent / link["path"]).exists()]
    assert not lost


@pytest.mark.parametrize("page", [ROOT / "docs" / "architecture.md", ROOT / "CONTRIBUTING.md"], ids=name_of)
def test_the_named_files_are_there(page):
    folders = [ROOT / name for name in ("docs", "packages", "tests", "tools")]
    files = [f"/{file.relative_to(ROOT)}" for folder in folders for file in folder.rglob("*.*")]
    named = set(FILE.findall(page.read_text())) - TO_COME
    assert named
    lost = [name for name in named if not any(file.endswith(f"/{name}") for file in files)]
    assert not lost


@pytest.mark.parametrize("page", [page for page in PAGES if CODE.search(page.read_text())], ids=name_of)
def test_the_named_code_is_there(page):
    for link in CODE.finditer(page.read_text()):
        tree = ast.parse((page.parent / link["path"]).read_text())
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        named = set(re.findall(r"`(\w+)`", link["names"]))
        assert named <= defined, f"{link['path']} lacks {named - defined}"


def pages_of_mechanisms():
    return [page for page in PAGES if page.parent.name == "mechanisms" and page.stem != "index"]


def rounded(value: float, like: str) -> str:
    """Round a number to the digits of a typed one."""
    return f"{value:.{len(like.partition('.')[2])}f}"


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "first-steps.md"], ids=name_of)
def test_the_typed_comparison_is_what_was_measured(page):
    measured = json.loads((ROOT / "results" / "scenes" / "comparison.json").read_text())
    rows = {row["label"]: row for row in measured["rows"]}
    text = page.read_text()
    table = COMPARED.search(text)
    assert table, "the page has no table of the comparison"
    typed = {label.strip(): cells for label, *cells in (line[1:-1].split("|") for line in table["rows"].splitlines())}
    assert typed.keys() == rows.keys() if page.name == "README.md" else typed.keys() <= rows.keys()
    for label, cells in typed.items():
        row = rows[label]
        masses = [one["mass"]["value"] for one in row["looking"] if one["name"] == row["headline_map"]]
        spent = [] if row["cost"] is None else [row["cost"]["milliseconds"]]
        accuracy = [row["accuracy"][end] for end in ("value", "low", "high")]
        for cell, values in zip(cells, (accuracy, [row["one_object"]["value"]], masses, spent), strict=True):
            said = [found.group() for found in NUMBER.finditer(cell)]
            assert said == [rounded(value, like) for value, like in zip(values, said, strict=True)], label
    (even,) = re.findall(r"even map\s+would\s+lay\s+([\d.]+) %", text)
    assert even == rounded(measured["chance_mass"], even)


def typed_rows(page: Path, header: str) -> list[list[str]]:
    """Return the cells of the table under a header, without the first column."""
    found = re.search(rf"^\| {header} \|.*\n\|[-:|]+\n(?P<rows>(?:\|.*\n)+)", page.read_text(), re.MULTILINE)
    assert found, f"{name_of(page)} has no table that begins with {header}"
    return [line[1:-1].split("|")[1:] for line in found["rows"].splitlines()]


@pytest.mark.parametrize(
    ("method", "header", "bench", "groups"),
    [
        ("han", "relation network", "skipping", [slice(0, 4)]),
        ("attention_rnn", "four layers, maps of 50, 25, 12 and 6", "structure", [slice(0, 2), slice(0, 2)]),
    ],
)
def test_typed_costs_are_what_was_measured(method, header, bench, groups):
    measured = json.loads((ROOT / "results" / method / "bench_cost.cpu.json").read_text())["benches"][bench]
    lines = [line for number, part in enumerate(groups) for line in measured[number]["lines"][part]]
    typed = typed_rows(ROOT / "packages" / method / "README.md", header)
    for cells, line in zip(typed, lines, strict=True):
        cost, less = line["cost"], line["less"]
        told = [
            [cost["milliseconds"], less["time"][1]],
            [cost["flops"] / 1e9, less["flops"]],
            [cost["peak_bytes"] / 2**20, less["peak_bytes"]],
        ]
        for cell, values in zip(cells, told, strict=True):
            said = [found.group() for found in NUMBER.finditer(cell)]
            assert said
            assert said == [rounded(value, like) for value, like in zip(values, said, strict=False)], line["name"]


def test_typed_times_of_networks_are_what_was_measured():
    measured = json.loads((ROOT / "results" / "attention_rnn" / "bench_cost.cpu.json").read_text())
    lines = measured["benches"]["structure"][2]["lines"]
    typed = typed_rows(ROOT / "packages" / "attention_rnn" / "README.md", "network of Table 7")
    for (time, share), line in zip(typed, lines, strict=True):
        (said,), ratio = NUMBER.findall(time), NUMBER.findall(share)[0]
        assert said == rounded(line["cost"]["milliseconds"], said)
        assert ratio == rounded(1 / line["less"]["time"][1], ratio)


@pytest.mark.parametrize("page", [page for page in PAGES if JUDGED.search(page.read_text())], ids=name_of)
def test_typed_verdicts_are_those_that_were_found(page):
    for row in JUDGED.finditer(page.read_text()):
        found = json.loads((page.parent / row["path"]).with_suffix(".json").read_text())
        verdicts = [claim["verdict"] for claim in [*found.get("claims", ()), *found.get("statements", ())]]
        counts = [verdicts.count(verdict) for verdict in ("holds", "fails", "open")]
        assert sum(counts) == len(verdicts)
        assert row["typed"].strip() == (", ".join(map(str, counts)) if verdicts else ""), row["path"]


def test_every_mechanism_has_a_page():
    from scanpath import registry

    told = [name for page in pages_of_mechanisms() for found in REGISTERED.findall(page.read_text())
            for name in re.findall(r"`(\w+)`", found)]  # fmt: skip
    registered = [name for kind in ("scorers", "attentions", "co_attentions") for name in registry.addresses(kind)]
    assert sorted(told) == sorted(registered), "docs/mechanisms/ needs one page that says 'Registered as `name`.'"


@pytest.mark.parametrize("page", pages_of_mechanisms(), ids=name_of)
def test_a_mechanisms_page_is_whole(page):
    text = page.read_text()
    for part in ("$$\n", "## In the code", "{literalinclude}", "## Build it", "```python", "## Measured", "{measured}"):
        assert part in text, f"{name_of(page)} has no {part.strip()!r}"


def test_every_fusion_and_host_is_told_of():
    from scanpath import registry
    from scanpath.layers.fusion import FUSIONS

    hosts = [name for part in ("hosts", "classifiers", "captioners") for name in registry.addresses(part)]
    for names, page in ((FUSIONS, "fusions.md"), (hosts, "hosts.md")):
        headings = " ".join(re.findall(r"^## (.*)$", (ROOT / "docs" / page).read_text(), re.MULTILINE))
        missing = [name for name in names if not re.search(rf"\b{name}\b", headings)]
        assert not missing, f"docs/{page} has no heading for {missing}"


def test_every_data_set_is_told_of_with_the_size_of_its_fetch():
    from scanpath.data.caption_catalogue import caption_names
    from scanpath.data.catalogue import dataset_names
    from scanpath.data.fetching.sources import read_sources
    from scanpath.data.labelled_catalogue import labelled_names

    rows = [line.split("|")[1:-1] for line in (ROOT / "docs" / "data-sets.md").read_text().splitlines() if "|" in line]
    told = {name: cells for cells in rows if len(cells) == 5 for name in re.findall(r"`([\w-]+)`", cells[0])}
    sources = read_sources()
    named = {*dataset_names(), *labelled_names(), *caption_names(), "glove", "bottom-up"}
    assert told.keys() == named
    for name, source in sources.items():
        (cells,) = {tuple(cells) for cells in told.values() if f"`scanpath data fetch {name}`" in cells[2]}
        assert f"`{source.folder}`" in cells[4], name
        sizes = [file.size or file.roughly for file in source.chosen()]
        if None not in sizes:
            said = re.search(r"([\d.]+) ([GM])B", cells[3])
            assert said[1] == rounded(sum(sizes) / {"G": 1e9, "M": 1e6}[said[2]], said[1]), name


def test_the_limits_of_archives_are_told():
    from scanpath.data.fetching.members import Limits

    limits, text = Limits(), (ROOT / "docs" / "data-sets.md").read_text()
    assert f"more than {limits.size >> 30} GiB, to more than {limits.members:,} files" in text
    assert f"from {limits.allowance >> 20} MiB on, to more than {limits.ratio} times" in text


@pytest.fixture
def spelling(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "extensions"))
    return importlib.import_module("spelling")


def test_a_spelling_takes_more_options_but_no_other(spelling):
    spellings = [spelling.parse("single_hop:score=dot"), spelling.parse("multi_hop:hops=2")]
    assert spelling.place({"name": "multi_hop", "hops": 2, "score_dim": 7}, spellings) == 1
    assert spelling.place({"name": "multi_hop", "hops": 3}, spellings) is None
    assert spelling.place("single_hop", spellings) is None
    assert spelling.place("mean", [spelling.parse("mean")]) == 0
    assert spelling.place(None, spellings) is None


def test_every_row_of_a_table_that_looks_has_a_page(spelling):
    tables = sorted((ROOT / "packages").glob("*/src/*/experiments/*.yaml"))
    rows = [row for table in tables for row in yaml.safe_load(table.read_text())["rows"]]
    looking = [found for row in rows for found in spelling.mechanisms(row.get("overrides")) if found]
    rungs = [spelling.parse("mean"), spelling.parse("sum")]
    pages = [*spelling.pages().values(), rungs]
    assert looking
    lost = [found for found in looking if all(spelling.place(found, page) is None for page in pages)]
    assert not lost, "no {measured} block of a page in docs/mechanisms/ spells them"


def test_pictures_and_what_is_said_of_them_belong_together():
    folder = ROOT / "docs" / "mechanisms"
    told = json.loads((folder / "pictures.json").read_text())
    assert sorted(told) == sorted(file.stem for file in folder.glob("*.png"))
    assert told.keys() <= {page.stem for page in pages_of_mechanisms()}
