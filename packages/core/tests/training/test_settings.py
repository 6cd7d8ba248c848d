"""Recipes: what they may say, what they refuse, and that writing and reading one changes nothing."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings as run_settings, strategies as st

from scanpath.errors import ConfigError
from scanpath.training.settings import TrainingSettings

positive = st.floats(1e-6, 10, allow_nan=False)
below1 = st.floats(0, 0.99)
optimisers = st.one_of(
    st.fixed_dictionaries({"name": st.just("adam"), "lr": positive, "betas": st.tuples(below1, below1).map(list)}),
    st.fixed_dictionaries({"name": st.just("adamw"), "weight_decay": positive, "amsgrad": st.booleans()}),
    st.fixed_dictionaries({"name": st.just("rmsprop"), "alpha": below1, "centered": st.booleans()}),
    st.fixed_dictionaries({"name": st.just("sgd"), "momentum": below1}),
    st.fixed_dictionaries({"name": st.just("adagrad"), "lr_decay": positive}),
    st.sampled_from(["adam", "sgd", "rmsprop", "adagrad", "adamw"]),
)
schedules = st.one_of(
    st.just("constant"),
    st.fixed_dictionaries({"name": st.just("halving"), "every": st.integers(1, 9), "unit": st.just("epochs")}),
    st.fixed_dictionaries({"name": st.just("step"), "milestones": st.just([3, 7.5]), "warmup": st.integers(0, 5)}),
    st.fixed_dictionaries({"name": st.just("cosine"), "final": below1}),
    st.fixed_dictionaries({"name": st.just("plateau"), "patience": st.integers(0, 5), "factor": positive}),
)
recipes = st.fixed_dictionaries(
    {"optimiser": optimisers, "schedule": schedules, "accumulate": st.integers(1, 5)},
    optional={
        "clip_norm": positive,
        "precision": st.sampled_from(["fp32", "bf16", "fp16"]),
        "evaluate_every": st.one_of(st.integers(1, 99), st.sampled_from(["epoch", "end"])),
        "patience": st.one_of(st.none(), st.integers(1, 7)),
        "turns": st.dictionaries(st.sampled_from(["critic", "generator"]), st.fixed_dictionaries({"lr": positive})),
    },
)


@given(recipes, st.sampled_from(["steps", "epochs", "samples"]), st.integers(1, 999))
@run_settings(max_examples=60)
def test_reading_what_was_written_changes_nothing(recipe, length, count):
    settings = TrainingSettings.parse({**recipe, length: count, "batch_size": 60})
    assert TrainingSettings.parse(yaml.safe_load(yaml.safe_dump(settings.plain()))) == settings


@given(st.integers(1, 500), st.integers(1, 7), st.integers(1, 40))
def test_every_budget_is_seen_and_hardly_more(samples, accumulate, parts):
    size = accumulate * parts
    settings = TrainingSettings.parse({"samples": samples, "batch_size": size, "accumulate": accumulate})
    assert samples <= settings.total_steps(11) * size < samples + size


def test_epochs_count_batches():
    settings = TrainingSettings.parse({"epochs": 1.5, "batch_size": 6, "accumulate": 3})
    assert settings.total_steps(22) == 11
    assert settings.steps_per_epoch(22) == 7
    assert settings.steps_per_epoch(2) == 1


def test_yaml_numbers_without_a_dot():
    settings = TrainingSettings.parse(yaml.safe_load("{steps: 3, optimiser: {name: adam, lr: 7e-4}}"))
    assert settings.optimiser.lr == 7e-4


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "exactly one of 'steps', 'epochs' and 'samples' must say how long, given none"),
        ({"steps": 3, "epochs": 2}, "given steps and epochs"),
        ({"steps": 3, "batch_sise": 2}, "unknown key 'batch_sise'; did you mean 'batch_size'"),
        (
            {"steps": 3, "optimiser": {"name": "adam", "beta": 1}},
            "unknown key 'optimiser.adam.beta'; did you mean 'betas'",
        ),
        ({"steps": 3, "optimiser": "adamm"}, "there is no 'adamm'; did you mean 'adam' or 'adamw'"),
        ({"steps": 3, "optimiser": {"name": "sgd", "lr": "quick"}}, "optimiser.sgd.lr: input should be a valid number"),
        ({"steps": 3, "optimiser": {"name": "sgd", "lr": 0}}, "greater than 0, given 0"),
        ({"steps": 3, "schedule": "step"}, "a step schedule takes either 'every' or 'milestones'"),
        ({"steps": 3, "schedule": {"name": "step", "milestones": [5, 5]}}, "the milestones must rise"),
        ({"steps": 3, "turns": {"critic": {"rl": 1}}}, "unknown key 'turns.critic.rl'; did you mean 'lr'?"),
        ({"steps": 3, "batch_size": 7, "accumulate": 2}, "a batch_size of 7 cannot be cut into 2 equal parts"),
        ({"steps": True}, "steps: input should be a valid integer, given True"),
    ],
)
def test_mistakes_are_named(values, sentence):
    with pytest.raises(ConfigError) as caught:
        TrainingSettings.parse(values, source="recipe.yaml")
    assert str(caught.value).startswith("recipe.yaml: ")
    assert sentence in str(caught.value)


def test_all_mistakes_at_once():
    with pytest.raises(ConfigError, match=r"clip_nrom.*; .*patience|patience.*; .*clip_nrom"):
        TrainingSettings.parse({"steps": 3, "clip_nrom": 1.0, "patience": 0})


def test_turns_differ_where_they_say_so():
    settings = TrainingSettings.parse(
        {
            "steps": 3,
            "optimiser": {"name": "adam", "lr": 1e-4, "betas": [0.5, 0.999]},
            "clip_norm": 5.0,
            "turns": {
                "critic": {"lr": 3e-4},
                "generator": {"optimiser": "sgd", "schedule": "constant", "clip_norm": 2.0},
            },
        }
    )
    critic, generator, other = map(settings.for_turn, ("critic", "generator", "other"))
    assert (critic.optimiser.lr, critic.optimiser.betas, critic.clip_norm) == (3e-4, (0.5, 0.999), 5.0)
    assert (generator.optimiser.name, generator.optimiser.lr, generator.clip_norm) == ("sgd", 0.1, 2.0)
    assert other.optimiser == settings.optimiser
    settings.check_turns(["critic", "generator"])
    with pytest.raises(ConfigError, match="a turn 'critic', which the objective lacks; did you mean 'critics'"):
        settings.check_turns(["critics", "generator"])


def test_batches_are_shared_equally():
    settings = TrainingSettings.parse({"steps": 1, "batch_size": 60, "accumulate": 5})
    assert settings.part_size(3) == 4
    with pytest.raises(ConfigError, match=r"60 cannot be shared equally by 7 processes .* a multiple of 35"):
        settings.part_size(7)
