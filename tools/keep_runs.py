"""Keep what a result was computed from: the records of finished runs, small enough to be committed beside the result.

``python tools/keep_runs.py runs/* --out results/attention_rnn/runs`` copies of each finished run what it was asked, on
which machine it ran, what it measured and what it answered; ``scanpath reproduce --runs results/attention_rnn/runs``
reads them like the runs themselves, so that a table can be judged again, or filled further on another machine. With
``--weights`` the weights that were measured come too: costs and the pages' maps are of the first seed's, and other runs
may begin with them.

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


def main(words: Sequence[str] | None = None) -> int:
    """Keep the runs that are named; say which were left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", nargs="+", type=Path, help="folders of runs; those that are not finished are left")
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
    if not kept:
        sys.stderr.write("none of these is a finished run: name folders that scanpath train or reproduce has made.\n")
        return 2
    sys.stdout.write(f"{kept} runs kept in {asked.out}" + (f"; not finished: {', '.join(left)}" if left else "") + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
