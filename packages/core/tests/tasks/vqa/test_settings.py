"""Every mistake in a section is named, with its place and the nearest key or name."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath import registry
from scanpath.errors import ConfigError
from scanpath.tasks.vqa.settings import ModelSettings, VQASettings


def sentence(**values: object) -> str:
    with pytest.raises(ConfigError) as caught:
        VQASettings.parse(values, source="recipe.yaml")
    return str(caught.value)


def test_defaults_are_scenes_on_frozen_features_with_a_dot_attention() -> None:
    plain = VQASettings.parse({}).plain()
    assert (plain["data"], plain["features"], plain["loss"], plain["metric"]) == (
        "scenes", "scenes_cnn", "soft", "official"
    )  # fmt: skip
    assert plain["model"] == {"name": "canonical", "attention": "dot", "co_attention": None, "scorer": None}
    assert VQASettings.parse(plain).plain() == plain


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"lss": "soft"}, "unknown key 'lss'; did you mean 'loss'?"),
        ({"data": "scene"}, "brings the data set 'scene'; did you mean 'scenes'"),
        ({"data": "mnist"}, "data: 'mnist' is a data set of labelled pictures, which task.name=classification reads"),
        ({"features": "scenes_cn"}, "there is no backbone 'scenes_cn'; did you mean 'scenes_cnn'"),
        ({"features": "resnet11@320"}, "there is no backbone 'resnet11'; did you mean"),
        ({"features": "tim:resnet18"}, "there is no backbone 'tim:resnet18'; did you mean 'resnet18'"),
        ({"features": "timm:resnet18@3"}, "asks timm:resnet18 for pictures of 3 pixels"),
        ({"features": "resnet101@"}, "asks resnet101 for pictures of no pixels, expected at least 32"),
        ({"features": "resnet101@31"}, "asks resnet101 for pictures of 31 pixels, expected at least 32"),
        ({"features": "resnet101@big"}, "asks resnet101 for pictures of big pixels, expected at least 32"),
        ({"loss": "sft"}, "loss: input should be 'soft', 'sampled', 'mode' or 'multilabel', given 'sft'"),
        ({"metric": "old"}, "metric: input should be 'official', 'official-2017' or 'simple', given 'old'"),
        ({"answers": 0}, "answers.size: input should be greater than 0, given 0"),
        ({"answers": 2.5}, "answers.size: input should be a valid integer"),
        ({"answers": "botom_up"}, "answers: there is no choice of answers 'botom_up'; did you mean 'bottom_up'?"),
        ({"answers": {"minimun": 9}}, "unknown key 'answers.minimun'; did you mean 'minimum'?"),
        ({"answers": {"form": "raw"}}, "answers.form: input should be 'merged', 'normal' or 'written', given 'raw'"),
        ({"question": "mbc"}, "question.tokeniser: input should be 'simple' or 'mcb', given 'mbc'"),
        ({"question": {"keep": "end"}}, "question.keep: input should be 'first' or 'last', given 'end'"),
        ({"word_minimum": "2"}, "word_minimum: input should be a valid integer, given '2'"),
        ({"model": {"attention": "multi_hpo"}}, "brings the attention 'multi_hpo'; did you mean 'multi_hop'?"),
        ({"model": {"attention": {"name": "doot"}}}, "brings the attention 'doot'; did you mean 'dot'?"),
        ({"model": {"attention": "elsewhere"}}, "brings the attention 'elsewhere': pip install scanpath-other"),
        (
            {"model": {"attention": {"name": "multi_hop", "hosp": 3}}},
            "model: 'multi_hop' takes no option 'hosp'; did you mean 'hops'?",
        ),
        (
            {"model": {"fusion": {"name": "add", "output_dm": 3}}},
            "takes no option 'output_dm'; did you mean 'output_dim'",
        ),
        ({"model": {"fusion": "ad"}}, "there is no fusion 'ad'; did you mean 'add'"),
        ({"model": {"attention": "question_only"}}, "write attention: null"),
        ({"model": {"co_attention": "independant"}}, "the co-attention 'independant'; did you mean 'independent'?"),
        (
            {"model": {"attention": "dot", "co_attention": "independent"}},
            "attention and co_attention were given, expected one of them",
        ),
        (
            {"model": {"scorer": "dot"}},
            "'canonical' has no place for 'scorer', it has attention or co_attention",
        ),
        ({"model": {"scorer": "multi_hop"}}, "'multi_hop' is an attention, not a scorer"),
        ({"model": {"regin_dim": 3}}, "model: unknown key 'regin_dim'; did you mean 'region_dim'"),
        ({"model": {"feature_dim": 3}}, "model: unknown key 'feature_dim'"),
        ({"model": {"name": "canonic"}}, "no installed package brings the host 'canonic'; did you mean 'canonical'?"),
    ],
)
def test_mistakes_are_named(values: dict, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "KNOWN_PACKAGES", {"scanpath-other": {"attentions": ("elsewhere",)}})
    assert expected in sentence(**values)


def test_all_mistakes_come_together() -> None:
    said = sentence(lss="soft", model={"attention": "multi_hpo", "regin_dim": 3}, data="scene")
    assert said.startswith("recipe.yaml: ")
    for part in ("'lss'", "'multi_hpo'", "'regin_dim'", "'scene'"):
        assert part in said


def test_two_spellings_of_a_mechanism_are_one() -> None:
    assert (
        ModelSettings.parse({"attention": {"name": "dot"}}).plain() == ModelSettings.parse({"attention": "dot"}).plain()
    )


def test_options_stay() -> None:
    section = {"attention": {"name": "multi_hop", "hops": 3}, "region_dim": 11}
    assert ModelSettings.parse(section).plain() == {
        "name": "canonical", "co_attention": None, "scorer": None, **section
    }  # fmt: skip


def test_a_co_attention_takes_the_place_of_the_default_attention() -> None:
    assert ModelSettings.parse({"co_attention": "independent"}).attention is None


def test_a_file_of_ones_own_questions_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert VQASettings.parse({"data": "kitchen.csv"}).data == str(tmp_path / "kitchen.csv")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (3000, 3000),
        ({"size": 3000, "counted": "modal"}, 3000),
        ("mutan", 2000),
        ("han", 1000),
        ({}, None),
        (None, None),
        ({"name": "mutan", "counted": "modal"}, 2000),
        ({"name": "bottom_up", "form": "merged", "minimum": 1, "size": 7}, 7),
        ("bottom_up", {"size": None, "minimum": 9, "counted": "modal", "form": "normal", "empty": False}),
        ("drau", {"size": 3000, "minimum": 1, "counted": "given", "form": "written", "empty": True}),
    ],
)
def test_a_choice_of_answers_is_written_in_one_way(given: object, plain: object) -> None:
    settings = VQASettings.parse({"answers": given})
    assert settings.plain()["answers"] == plain
    assert VQASettings.parse(settings.plain()).plain() == settings.plain()


def test_a_tokenisers_name_is_a_reading_and_what_changes_nothing_is_none() -> None:
    assert VQASettings.parse({"question": "mcb"}) == VQASettings.parse({"question": {"tokeniser": "mcb"}})
    assert VQASettings.parse({"question": {"keep": "first"}}).question is None
    last = VQASettings.parse({"question": {"name": "mcb", "keep": "last"}}).question
    assert last is not None
    assert last.plain() == {"tokeniser": "mcb", "keep": "last", "padding": "right"}
