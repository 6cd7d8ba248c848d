"""The README's example is short, is run, and prints what the README says."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\s*```text\n(?P<output>.*?)```", re.DOTALL)


def test_the_example():
    found = EXAMPLE.search(README.read_text(encoding="utf-8"))
    assert found, "README.md has no python block followed by a text block of its output"
    assert len(found["code"].strip().splitlines()) <= 12
    done = subprocess.run([sys.executable, "-W", "error", "-c", found["code"]], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, found["output"]), done.stderr
