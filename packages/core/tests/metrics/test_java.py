"""Programs of pycocoevalcap, and what is said where they or Java are missing."""

from __future__ import annotations

import sys

import pytest

from scanpath.errors import ConfigError, MissingExtraError
from scanpath.metrics.java import jar, java


def test_programs_lie_beside_their_modules() -> None:
    for module, name in (
        ("meteor.meteor", "meteor-1.5.jar"),
        ("tokenizer.ptbtokenizer", "stanford-corenlp-3.4.1.jar"),
    ):
        assert jar(module, name).is_file()


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules]:
        if name.startswith("pycocoevalcap"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pycocoevalcap", None)
    with pytest.raises(MissingExtraError, match=r"scoring captions needs 'pycocoevalcap'.*'scanpath\[captions\]'"):
        jar("meteor.meteor", "meteor-1.5.jar")


def test_without_java_what_still_works_is_said(no_java: None) -> None:
    with pytest.raises(ConfigError, match=r"no java on the PATH: .* 'plain', which gives BLEU, ROUGE-L and CIDEr"):
        java()


def test_java_is_found(fake_java) -> None:
    fake_java("exit 0")
    assert java().endswith("/bin/java")
