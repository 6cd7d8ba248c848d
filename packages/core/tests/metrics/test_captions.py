"""Scores of captions: numbers that the official code gave, and what is refused before anything is computed."""

from __future__ import annotations

import json
import sys

import pytest

from scanpath.errors import ConfigError, DataError, MissingExtraError, UnknownNameError
from scanpath.metrics.captions import NAMES, score_captions, score_sets

#: Run with pycocoevalcap 1.2 on OpenJDK 17.
OVERALL = {
    "BLEU-1": 1.0, "BLEU-2": 0.816497, "BLEU-3": 0.480750, "BLEU-4": 5.9e-05,
    "METEOR": 0.367944, "ROUGE-L": 0.662838, "CIDEr": 2.147010,
}  # fmt: skip
EACH = {"METEOR": [0.363167, 0.462618, 0.284884], "CIDEr": [2.149884, 2.272114, 2.019033]}


@pytest.mark.timeout(900)  # METEOR reads its paraphrases for 10 s of a core that others may be using
@pytest.mark.parametrize("tokeniser", ["ptb", "plain"])
def test_the_golden_corpus(golden, request: pytest.FixtureRequest, tokeniser: str) -> None:
    request.getfixturevalue("real_java" if tokeniser == "ptb" else "no_java")
    told: list[str] = []
    scores = score_captions(*golden, tokeniser=tokeniser, say=told.append)
    names = [name for name in NAMES if tokeniser == "ptb" or name != "METEOR"]
    assert list(scores.overall) == names
    for name in names:
        assert scores.overall[name] == pytest.approx(OVERALL[name], abs=1e-6)
        if name in EACH:
            assert [scores.per_image[key][name] for key in (1, 2, 3)] == pytest.approx(EACH[name], abs=1e-6)
    assert told[0] == f"tokenising 3 captions and their references ({tokeniser})"
    assert told[-1] == ("scoring METEOR" if tokeniser == "ptb" else "scoring CIDEr")
    written = json.loads(json.dumps(scores.to_json()))
    assert (written["tokeniser"], set(written["per_image"])) == (tokeniser, {"1", "2", "3"})


def test_sets_are_scored_each_by_itself(golden, fake_java) -> None:
    references, captions = golden
    other = {key: texts[0] for key, texts in references.items()}
    found = score_sets(references, {"a": captions, "b": other}, tokeniser="plain")
    assert found == {
        "a": score_captions(references, captions, tokeniser="plain"),
        "b": score_captions(references, other, tokeniser="plain"),
    }
    assert found["a"] != found["b"]
    fake_java("cat")  # an echo: each line has the words of the caption that was given, so none is another's
    official = score_sets(references, {"a": captions, "b": other}, with_meteor=False)
    assert official["b"].overall["ROUGE-L"] == 1.0 > official["a"].overall["ROUGE-L"]
    assert "METEOR" not in official["a"].overall


def test_the_order_of_pictures_does_not_count(golden) -> None:
    references, captions = golden
    turned = {key: references[key] for key in (3, 1, 2)}
    one, other = (score_captions(wanted, captions, tokeniser="plain") for wanted in (references, turned))
    assert one.overall == pytest.approx(other.overall)
    assert one.per_image[2] == pytest.approx(other.per_image[2])


def test_a_model_that_says_nothing_scores_nothing(golden) -> None:
    references, _ = golden
    scores = score_captions(references, dict.fromkeys(references, " . "), tokeniser="plain")
    assert set(scores.overall.values()) == {0.0}


def test_of_one_picture_cider_is_0(golden) -> None:
    references, _ = golden
    scores = score_captions({1: references[1]}, {1: references[1][0]}, tokeniser="plain")
    assert (scores.overall["CIDEr"], scores.overall["ROUGE-L"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda refs, said: said.pop(2), r"the captions lack 1 image id \(2\) of 3: describe every picture once"),
        (lambda refs, said: said.update({9: "a", 8: "b"}), r"are of 2 image ids \(8, 9\) without references: are they"),
        (lambda refs, said: refs.update({3: []}), r"nobody described the pictures of 1 image id \(3\): leave them out"),
        (lambda refs, said: refs.clear(), r"there are no pictures with references"),
    ],
)
def test_captions_that_do_not_fit_are_refused(golden, no_java: None, change, sentence: str) -> None:
    references, captions = (dict(one) for one in golden)
    change(references, captions)
    with pytest.raises(DataError, match=sentence):
        score_captions(references, captions)


def test_what_is_missing_is_said(golden, no_java: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match=r"no tokeniser of captions 'plan'; did you mean 'plain'\?"):
        score_captions(*golden, tokeniser="plan")
    with pytest.raises(ConfigError, match="there is no java on the PATH"):
        score_captions(*golden)
    monkeypatch.setitem(sys.modules, "pycocoevalcap.bleu.bleu", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'scanpath\[captions\]'"):
        score_captions(*golden, tokeniser="plain")
