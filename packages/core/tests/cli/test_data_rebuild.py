from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.cli import main


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--questions", "q.json"], "1 --questions and 0 --annotations were given, expected as many of both"),
        (["--questions", "q.json", "--annotations", "a.json"], "and --out for the lists"),
        (["easy-vqa"], "easy-vqa has no files of VQA's form to deal out: name vqa1, vqa2 or scenes"),
        (["vqa2"], "there is no v2_OpenEnded_mscoco_train2014_questions.json in"),
        (["vqa-2"], "did you mean"),
    ],
)
def test_what_cannot_be_rebuilt_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["data", "rebuild-vqacp", *words, "--root", str(tmp_path)])
    told = capsys.readouterr().err
    assert (left.value.code, told.count("\n")) == (2, 1)
    assert sentence in told
