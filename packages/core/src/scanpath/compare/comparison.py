"""A comparison from settings to files: what is finished is reused, what was interrupted goes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scanpath.compare import tables
from scanpath.compare.answered import Answered, read_answered
from scanpath.compare.jobs import Job, do_all
from scanpath.compare.pipeline import Pipeline, row_cost
from scanpath.compare.settings import PRIOR, CompareSettings, RowSettings
from scanpath.compare.summary import Measured, Summary, choose_baseline, summarise
from scanpath.environment import hardware
from scanpath.errors import ConfigError, DataError, ScanpathError
from scanpath.experiments.config import differences
from scanpath.files import read_json, write_atomically, write_json
from scanpath.progress import Done, Say, silent
from scanpath.report.content import Content

SETTINGS = "comparison.yaml"


@dataclass(frozen=True)
class Comparison:
    """What came out, and where it lies."""

    folder: Path
    content: Content
    summaries: tuple[Summary, ...]
    reused: int
    """Rows times seeds that were finished before."""


def compare(
    settings: CompareSettings,
    folder: Path,
    *,
    root: Path | None = None,
    workers: int | None = None,
    say: Say | None = None,
    progress: Done | None = None,
) -> Comparison:
    """Run every row under every seed, test them, and write the tables and the page.

    Args:
        settings: what to compare.
        folder: where everything goes; an earlier comparison with the same pipeline is gone on with.
        root: of the data sets; None takes the user's.
        workers: rows that run at once; None chooses.
        say: is told what takes time.
        progress: is told how many of how many rows are done, and which was the last.

    Raises:
        ConfigError: the folder holds a comparison with another pipeline.
    """
    say, progress = say or silent, progress or silent
    settings.rows()  # what cannot be is said before anything is made
    earlier = claim(settings, folder)
    pipeline = Pipeline(settings, folder, root, say)
    settings = pipeline.settings = with_finished(pipeline, earlier)
    rows = settings.rows()
    rungs = {row.id for row in settings.ladder}
    jobs = {
        (row.id, seed): pipeline.job(row, seed, rung=row.id in rungs)
        for row in rows
        if row.id != PRIOR
        for seed in settings.seeds
    }
    for row in rows:
        if row.id == PRIOR:
            pipeline.answer_by_prior(row)
    todo = [job for job in jobs.values() if not job.done]
    done = len(jobs) - len(todo)
    progress(done, len(jobs), "")
    _work(todo, len(jobs), workers, progress)
    say("measuring what each row costs")
    costs = pipeline.costs({row: job for (row, seed), job in jobs.items() if seed == settings.seeds[0]})
    say("tests and tables")
    measured = [_measured(settings, row, folder, jobs, costs, rung=row.id in rungs) for row in rows]
    return _finish(pipeline, measured, jobs, done)


def _work(todo: list[Job], total: int, workers: int | None, progress: Done) -> None:
    finished = total - len(todo)

    def tick(job: Job) -> None:
        nonlocal finished
        finished += 1
        progress(finished, total, f"{job.row}, seed {job.seed}")

    if todo:
        do_all(todo, workers=workers, progress=tick)


def claim(settings: CompareSettings, folder: Path) -> list[str]:
    """Write the settings into the folder, unless it holds a comparison with another pipeline.

    Returns:
        The mechanisms that were asked for in it earlier and are not now.
    """
    path = folder / SETTINGS
    before: list[str] = []
    if path.exists():
        try:
            known = yaml.safe_load(path.read_text(encoding="utf-8"))
            earlier = CompareSettings.parse(known, source=str(path))
        except (OSError, yaml.YAMLError) as error:
            raise DataError(f"{path} cannot be read ({error}): name another folder with --out.") from None
        before = [name for name in earlier.chosen if name not in settings.chosen]
        for key, own, asked in differences(earlier.pipeline(), settings.pipeline()):
            raise ConfigError(
                f"{folder} holds a comparison with {key} = {own!r}, asked for is {asked!r}: rows that are not alike "
                "in it cannot stand in one table; name another folder with --out."
            )
    elif folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty and holds no comparison: name another folder with --out.")
    kept = settings.plain() | {"chosen": [*before, *settings.chosen]}
    write_atomically(path, yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))
    return before


def with_finished(pipeline: Pipeline, earlier: list[str]) -> CompareSettings:
    """Add those of the ``earlier`` mechanisms that are finished under every seed; no other is trained unasked."""
    settings = pipeline.settings
    finished = []
    for name in earlier:
        try:
            row = settings.mechanism(name)
            jobs = [pipeline.job(row, seed, rung=False) for seed in settings.seeds]
        except ScanpathError:  # of a package, or of settings, that are gone
            continue
        if all(job.done for job in jobs):
            finished.append(name)
    return settings.model_copy(update={"chosen": [*finished, *settings.chosen]})


def _measured(
    settings: CompareSettings,
    row: RowSettings,
    folder: Path,
    jobs: dict[tuple[str, int], Job],
    costs: dict[str, dict[str, Any]],
    *,
    rung: bool,
) -> Measured:
    if row.id == PRIOR:
        path = folder / "rows" / PRIOR / "seed0.csv"
        return Measured(row, rung, (0,), (read_answered(path),), None)
    own = [jobs[row.id, seed] for seed in settings.seeds]
    facts = [read_json(job.facts_path) for job in own]
    answered: tuple[Answered, ...] = tuple(read_answered(job.answers_path) for job in own)
    cost = row_cost(settings, row, facts, costs.get(row.id, {}))
    return Measured(row, rung, tuple(settings.seeds), answered, cost.seconds, cost)


def _finish(pipeline: Pipeline, measured: list[Measured], jobs: dict[tuple[str, int], Job], reused: int) -> Comparison:
    from scanpath.compare.page import build_content, write_report

    settings, folder = pipeline.settings, pipeline.folder
    baseline = choose_baseline(settings, measured)
    summaries = summarise(settings, measured, baseline)
    machine = hardware()
    content = build_content(pipeline, measured, summaries, jobs, baseline=baseline, machine=machine)
    older = pipeline.scorer("official-2017")
    versions = {row.settings.id: tables.other_version(row, older) for row in measured}
    write_json(
        folder / "comparison.json",
        tables.as_json(content, summaries, versions, checksum=pipeline.checksum, machine=machine, settings=settings),
        indent=1,
    )
    write_atomically(folder / "comparison.csv", tables.as_csv(summaries))
    write_atomically(folder / "comparison.md", tables.as_markdown(content, summaries))
    write_report(folder, content)
    return Comparison(folder, content, tuple(summaries), reused)
