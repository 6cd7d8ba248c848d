"""The content of a run's page is plain and cannot be changed behind the page's back."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from scanpath.report.content import Estimate
from scanpath.report.run_content import RunContent


def test_it_is_frozen(run_content):
    with pytest.raises(dataclasses.FrozenInstanceError):
        run_content.title = "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        run_content.breakdowns[0].groups[0].value = 100.0


def test_a_headline_is_enough():
    bare = RunContent(title="t", intro="", measure="m", value=Estimate(value=1.0), split="val")
    assert bare.breakdowns == bare.traces == bare.examples == bare.notes == bare.warnings == ()
    assert bare.sections == bare.measures == {}


def test_what_is_measured_besides_is_told_apart():
    measures = {"accuracy": 1.0, "accuracy/yes/no": 2.0, "accuracyx": 3.0, "kept": 4.0, "correctness/even": 5.0}
    content = RunContent(
        title="t", intro="", measure="accuracy", value=Estimate(value=1.0), split="val", measures=measures
    )
    assert content.others == {"accuracyx": 3.0, "kept": 4.0, "correctness/even": 5.0}


def test_importing_it_brings_nothing_heavy():
    heavy = {"torch", "matplotlib", "PIL", "jinja2"}
    code = f"import sys, scanpath.report.run_content; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
