"""``scanpath bench`` measures what it says, on small sizes."""

from __future__ import annotations

import json

import pytest
import torch
from typer.testing import CliRunner

from scanpath.cli.bench import app


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_trainer():
    found = json.loads(run("trainer", "--steps", "3", "--rounds", "2", "--threads", "1", "--json"))
    assert found.keys() == {"ratio", "ratios", "seconds", "bare_seconds"}
    assert len(found["ratios"]) == 2
    assert found["seconds"] > 0 < found["bare_seconds"]


def test_trainer_in_a_sentence():
    assert "overhead" in run("trainer", "--steps", "1", "--rounds", "1")


def test_metric():
    assert json.loads(run("metric", "--questions", "101", "--json"))["questions"] == 101
    assert "s cold" in run("metric", "--questions", "53")


def test_cost_is_one_of_the_verbs():
    assert "cost" in run("--help")
