"""``tools/bad_inputs.py``: what it counts as one cause, and the table that is committed."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.tree


@pytest.fixture(scope="module")
def tool():
    file = Path(__file__).resolve().parent.parent / "tools/bad_inputs.py"
    spec = importlib.util.spec_from_file_location("bad_inputs", file)
    sys.modules["bad_inputs"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["bad_inputs"]


def test_one_line_is_one_cause_and_the_longest_beginning_names_the_area(tool):
    found = [
        tool.Told("data/vqacp.py", 7, "check", "a|b is wrong", "one"),
        tool.Told("data/vqacp.py", 7, "check", "c is wrong", "two"),
        tool.Told("data/vqa.py", 7, "check", "d is wrong", "three"),
        tool.Told("training/loop.py", 7, "check", "is of no area", "four"),
    ]
    assert tool.area("data/vqacp.py").startswith("VQA-CP")
    assert {place: len(told) for place, told in tool.causes(found).items()} == {
        ("data/vqacp.py", 7): 2,
        ("data/vqa.py", 7): 1,
    }
    said = tool.table(found)
    assert "3 bad inputs, 2 causes." in said
    assert "| `data/vqacp.py` check | 2 | a\\|b is wrong |" in said


def test_a_sentence_stays_whole_without_the_folders_of_a_machine(tool, tmp_path):
    from scanpath.errors import ScanpathError
    from scanpath.files import read_json

    folder = tmp_path.resolve() / "test_it0"
    recorder = tool.Recorder(tmp_path / "table.md", tmp_path)
    with pytest.raises(ScanpathError) as caught:
        read_json(folder / "absent.json")
    recorder.note(caught.value)
    assert [told.sentence for told in recorder.found] == ["FOLDER/absent.json does not exist: check the path."]
    assert recorder.found[0].file == "files.py"
    assert recorder.anywhere(f"'a' is not inside {folder}: write") == "'a' is not inside FOLDER: write"
    assert recorder.anywhere(f"{folder} and '{folder}', {folder}.") == "FOLDER and 'FOLDER', FOLDER."
    assert recorder.anywhere("http://127.0.0.1:4711/x is gone") == "http://127.0.0.1:PORT/x is gone"


def test_the_committed_table_has_the_causes_that_it_counts(root):
    text = (root / "results/core/bad_inputs.md").read_text()
    rows = re.findall(r"^\| `(\S+)` (\S+) \| (\d+) \|", text, re.MULTILINE)
    inputs, causes = map(int, re.search(r"^(\d+) bad inputs, (\d+) causes", text, re.MULTILINE).groups())
    assert (sum(int(count) for *_, count in rows), len(rows)) == (inputs, causes)
    assert causes >= 60
    for file, function, _ in rows:
        source = (root / "packages/core/src/scanpath" / file).read_text()
        assert function.startswith("<") or f"def {function}(" in source, "run nox -s bad_inputs"
