"""A model's section: built, saved, read back, and refused when it was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from scanpath.errors import ConfigError, DataError
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.settings import ModelSettings

OPTIONS = {"region_dim": 11, "embedding_dim": 3, "question_dim": 14, "hidden_dim": 17}


def section(**model: object) -> ModelSection:
    return ModelSection(
        model=ModelSettings.parse({**OPTIONS, **model}),
        answers=5,
        vocabulary_size=7,
        region_shape=[2, 3, 13],
        backbone={"name": "scenes_cnn", "sha256": "00"},
    )


@pytest.mark.parametrize(
    ("model", "places"),
    [
        ({}, {"regions": (4, 1, 2, 3)}),
        ({"attention": {"name": "multi_hop", "hops": 3}}, {"regions": (4, 3, 2, 3)}),
        ({"attention": "mean"}, {"regions": (4, 1, 2, 3)}),
        ({"co_attention": "independent"}, {"regions": (4, 1, 2, 3), "tokens": (4, 1, 6)}),
        ({"attention": None}, {}),
    ],
)
def test_a_saved_section_builds_the_same_model(tmp_path: Path, model: dict, places: dict) -> None:
    first = section(**model)
    first.save(tmp_path)
    second = ModelSection.load(tmp_path)
    assert second == first
    torch.manual_seed(0)
    one = first.build().eval()
    other = second.build().eval()
    other.load_state_dict(one.state_dict())
    torch.manual_seed(1)
    regions, tokens = torch.randn(4, 2, 3, 13), torch.randint(1, 7, (4, 6))
    output = one(regions, tokens)
    assert output.logits.shape == (4, 5)
    assert {place: tuple(maps.shape) for place, maps in output.maps.items()} == places
    torch.testing.assert_close(other(regions, tokens).logits, output.logits)


def test_an_option_that_a_mechanism_lacks_is_named() -> None:
    with pytest.raises(ConfigError, match=r"'multi_hop' takes no option 'hosp'; did you mean 'hops'"):
        section(attention={"name": "multi_hop", "hosp": 3}).build()


@pytest.mark.parametrize(
    ("content", "expected"),
    [("[]", "is no model's section"), ("{", "is not valid JSON"), ('{"answers": 3}', "the key 'model' is missing")],
)
def test_a_changed_file_is_named(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / "model.json").write_text(content)
    with pytest.raises((DataError, ConfigError), match=expected):
        ModelSection.load(tmp_path)


def test_it_is_plain_json(tmp_path: Path) -> None:
    section().save(tmp_path)
    assert json.loads((tmp_path / "model.json").read_text())["model"]["attention"] == "dot"
