"""Keep what a result was computed from: the records of finished runs, small enough to be committed beside the result.

``python tools/keep_runs.py runs/* --out results/attention_rnn/runs`` copies of each finished run what it was asked, on
which machine it ran, what it measured and what it answered; ``scanpath reproduce --runs results/attention_rnn/runs``
reads them like the runs themselves, so that a table can be judged again, or filled further on another machine. With
``--weights`` the weights that were measured come too: costs and the pages' maps are of the first seed's, and other runs
may begin with them. A ``README.md`` beside the records lists them; without runs it alone is written anew.

Left behind are the optimiser's state, logs and pages, and where the machine kept its files.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from scanpath.errors import ScanpathError
from scanpath.experiments.running import RESULT, measured_on
from scanpath.files import read_json, write_atomically, write_json
from scanpath.training.run_folder import RunFolder

RECORDS = ("env.json", "metrics.jsonl", "predictions*.json", "answers.json", "vocabulary.json", "model.json")
STATES = ("checkpoints/last/state.json", "checkpoints/best/state.json")
WEIGHTS = "checkpoints/best/model.safetensors"
INDEX = "README.md"


def keep(run: Path, out: Path, *, weights: bool) -> Path | None:
    """Copy the records of one run.

    Args:
        run: its folder, named by its key.
        out: the folder of records.
        weights: whether the best checkpoint's weights come too.

    Returns:
        Where they lie; None if the run is not finished and measured.
    """
    if not RunFolder.holds_run(run) or not RunFolder.open(run).finished or not (run / RESULT).exists():
        return None
    place = out / run.name
    wanted = [file for pattern in RECORDS for file in sorted(run.glob(pattern))] + [run / name for name in STATES]
    for file in [*wanted, *([run / WEIGHTS] if weights else [])]:
        copy = place / file.relative_to(run)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    write_json(place / RESULT, read_json(run / RESULT) | {"measured": measured_on(run)}, indent=1)
    config = RunFolder.open(run).config
    config["task"].pop("root", None)  # the data's checksums say which they were
    if config.get("start"):  # a run is named by its key wherever it lies
        config["start"] = Path(config["start"]).name
    write_atomically(place / "config.yaml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
    return place


def index(out: Path) -> str:
    """Return the Markdown that lists the records in a folder: what each run was asked, and its first measure."""
    lines = [
        "# Records of runs",
        "",
        "What `scanpath reproduce --runs` reads in place of the runs. A folder is named by the key of its run; a run",
        "that began with another's weights names that one. Written by `python tools/keep_runs.py`, from the records.",
        "",
        "| run | data | model | seed | begins with | measured | on |",
        "|---|---|---|--:|---|---|---|",
    ]
    rows = []
    for file in out.glob(f"*/{RESULT}"):
        config, result = RunFolder.open(file.parent).config, read_json(file)
        task, start = config["task"], config.get("start")
        split, measures = next(iter(result["measures"].items()))
        name, value = next(iter(measures.items()))
        begins = f"`{start}`" if start else ""
        told = f"{split} {name} {value:.4g}"
        cells = (str(task.get("data", "")), f"`{_flow(task.get('model'))}`", str(config["seed"]), begins, told)
        rows.append((*cells, result["measured"], f"`{file.parent.name}`"))
    lines += [f"| {' | '.join((run, *cells))} |" for *cells, run in sorted(rows)]
    return "\n".join(lines) + "\n"


def _flow(section: object) -> str:
    """Write a section of a recipe on one line, without what was not chosen."""
    if isinstance(section, dict):
        section = {key: value for key, value in section.items() if value is not None}
    return yaml.safe_dump(section, default_flow_style=True, sort_keys=False, width=10**6, allow_unicode=True).strip()


def main(words: Sequence[str] | None = None) -> int:
    """Keep the runs that are named; say which were left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    said = "folders of runs; those that are not finished are left; none: the list of what is kept is written anew"
    parser.add_argument("runs", nargs="*", type=Path, help=said)
    parser.add_argument("--out", required=True, type=Path, help="the folder of records, such as results/METHOD/runs")
    parser.add_argument("--weights", action="store_true", help="with the weights that were measured")
    asked = parser.parse_args(words)
    left = []
    for run in asked.runs:
        try:
            if keep(run, asked.out, weights=asked.weights) is None:
                left.append(run.name)
        except (ScanpathError, OSError) as error:
            sys.stderr.write(f"{run}: {error}\n")
            return 2
    kept = len(asked.runs) - len(left)
    if asked.runs and not kept:
        sys.stderr.write("none of these is a finished run: name folders that scanpath train or reproduce has made.\n")
        return 2
    if not any(asked.out.glob(f"*/{RESULT}")):
        sys.stderr.write(f"{asked.out} holds no records: name the folders of runs to keep there.\n")
        return 2
    write_atomically(asked.out / INDEX, index(asked.out))
    sys.stdout.write(f"{kept} runs kept in {asked.out}" + (f"; not finished: {', '.join(left)}" if left else "") + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
