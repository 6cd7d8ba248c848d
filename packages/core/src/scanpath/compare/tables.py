"""A comparison as Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from scanpath.compare.settings import CompareSettings
from scanpath.compare.summary import Measured, Summary, plain
from scanpath.metrics.intervals import SEEDS_FOR_A_CLAIM
from scanpath.metrics.vqa import VQAScorer
from scanpath.report import wording
from scanpath.report.content import Content, Difference, Estimate, Looking, Row


def other_version(row: Measured, scorer: VQAScorer) -> float:
    """Score the row's answers under another version of the metric, mean over its seeds, percent."""
    overall = [
        scorer.score(dict(zip(answered.question_ids.tolist(), answered.prediction, strict=True))).overall
        for answered in row.answered
    ]
    return sum(overall) / len(overall)


def headline(row: Row) -> Looking | None:
    """Return the row's best map."""
    return next((one for one in row.looking if one.name == row.headline_map), None)


def _with_interval(estimate: Estimate | None) -> str:
    if estimate is None:
        return wording.NONE
    ends = wording.interval(estimate)
    return f"{estimate.value:.1f} ({ends})" if ends else f"{estimate.value:.1f}"


def _against(difference: Difference | None) -> str:
    if difference is None:
        return wording.NONE
    verdict = "" if difference.verdict == "none" else f", {difference.verdict}"
    return (
        f"{wording.points(difference.value)} ({wording.interval(difference)}; {wording.p_value(difference.p)}{verdict})"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def as_markdown(content: Content, summaries: Sequence[Summary]) -> str:
    """Write the tables that a reader wants first: accuracy, types, looking, cost."""
    picture = f"![{wording.alternative_text(content)}](comparison.png)"
    parts = [f"# {content.title}\n", content.intro, picture, *content.warnings, _accuracy(content, summaries)]
    ceiling = f"Ceiling, what the people's most common answer scores: {content.ceiling:.1f}."
    parts += [f"Baseline of the tests: {content.baseline}. {ceiling}"]
    parts += ["## By question type\n", _types(summaries, "question_types")]
    parts += ["## By answer type\n", _types(summaries, "answer_types")]
    if any(summary.row.looking for summary in summaries):
        parts += ["## Where the rows look\n", _looking(content, summaries)]
    parts += ["## Cost\n", _cost(summaries)]
    parts += ["## How it was measured\n", "\n".join(f"- {key}: {value}" for key, value in content.facts.items())]
    parts += ["\n".join(f"- {note}" for note in content.notes)]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _accuracy(content: Content, summaries: Sequence[Summary]) -> str:
    header = ["row", "accuracy (95 %)", "seeds", f"against {content.baseline}", "one object (95 %)", "detectable"]
    rows = []
    for summary in summaries:
        row, difference = summary.row, summary.row.difference
        rows.append(
            [
                row.label,
                _with_interval(row.accuracy),
                " ".join(f"{value:.1f}" for value in row.seeds.values()),
                _against(difference),
                _with_interval(summary.one_object),
                wording.NONE if difference is None else wording.share(difference.detectable),
            ]
        )
    return _table(header, rows)


def _types(summaries: Sequence[Summary], which: str) -> str:
    names = list(dict.fromkeys(name for summary in summaries for name in getattr(summary.row, which)))
    rows = [[s.row.label, *(wording.share(getattr(s.row, which)[name].value) for name in names)] for s in summaries]
    return _table(["row", *names], rows)


def _looking(content: Content, summaries: Sequence[Summary]) -> str:
    header = ["row", "map", "mass on the object (95 %)", "pointing", "entropy", "area", "faithfulness (95 %)"]
    rows = []
    for row in (summary.row for summary in summaries):
        for one in row.looking:
            best = one.name == row.headline_map
            shares = [wording.share(value) for value in (one.pointing, one.entropy, one.area)]
            faithful = _with_interval(row.faithfulness) if best else ""
            rows.append(
                [row.label, f"{one.name} (best)" if best else one.name, _with_interval(one.mass), *shares, faithful]
            )
    chance = f"\nA map that is equal everywhere: mass {wording.share(content.chance_mass)}.\n"
    return _table(header, rows) + chance


def _cost(summaries: Sequence[Summary]) -> str:
    header = ["row", "parameters", "layers a region", "FLOPs", "ms", "peak MiB", "training s"]
    rows = []
    for row in (summary.row for summary in summaries):
        if row.cost is None:
            continue
        cost = row.cost
        depth = wording.NONE if cost.depth is None else str(cost.depth)
        rows.append(
            [
                row.label,
                wording.count(cost.parameters),
                depth,
                wording.count(cost.flops),
                wording.decimal(cost.milliseconds),
                wording.mebibytes(cost.peak_bytes),
                wording.decimal(cost.seconds),
            ]
        )
    return _table(header, rows)


def as_csv(summaries: Sequence[Summary]) -> str:
    """Write one line a row, with plain numbers and names that need no reading."""
    lines = [_line(summary) for summary in summaries]
    header = list(dict.fromkeys(name for line in lines for name in line))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in line.items()} for line in lines
    )
    return stream.getvalue()


def _line(summary: Summary) -> dict[str, Any]:
    row, best = summary.row, headline(summary.row)
    line: dict[str, Any] = {"row": row.id, "kind": row.kind}
    line |= _estimate("accuracy", row.accuracy)
    line |= {f"seed {seed}": value for seed, value in row.seeds.items()}
    if row.difference is not None:
        line |= {"difference": row.difference.value, "difference low": row.difference.low}
        line |= {"difference high": row.difference.high, "p": row.difference.p, "detectable": row.difference.detectable}
    line |= _estimate("one object", summary.one_object)
    for name, estimate in {**row.question_types, **row.answer_types}.items():
        line[name] = estimate.value
    if best is not None:
        line |= {"best map": best.name, "pointing": best.pointing, "entropy": best.entropy, "area": best.area}
        line |= _estimate("mass on the object", best.mass)
    line |= _estimate("faithfulness", row.faithfulness)
    if row.cost is not None:
        line |= {"parameters": row.cost.parameters, "depth": row.cost.depth, "flops": row.cost.flops}
        line |= {"milliseconds": row.cost.milliseconds, "peak_bytes": row.cost.peak_bytes, "seconds": row.cost.seconds}
    return line


def _estimate(name: str, estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {}
    return {name: estimate.value, f"{name} low": estimate.low, f"{name} high": estimate.high}


def as_json(
    content: Content,
    summaries: Sequence[Summary],
    versions: Mapping[str, float],
    *,
    checksum: str,
    machine: Mapping[str, Any],
    settings: CompareSettings,
) -> dict[str, Any]:
    """Collect everything that was measured, and on what."""
    rows = [
        {**plain(summary), "metrics": {"official-2017": round(versions[summary.row.id], 2)}} for summary in summaries
    ]
    return {
        "title": content.title,
        "baseline": content.baseline,
        "claims_need_seeds": SEEDS_FOR_A_CLAIM,
        "seeds": settings.seeds,
        "ceiling": content.ceiling,
        "chance_mass": content.chance_mass,
        "warnings": list(content.warnings),
        "rows": rows,
        "data": {"name": settings.data, "checksum": checksum},
        "hardware": dict(machine),
        "settings": settings.plain(),
    }
