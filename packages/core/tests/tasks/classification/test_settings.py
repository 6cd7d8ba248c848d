"""Every mistake in a section is named, with its place and the nearest key or name."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.errors import ConfigError
from scanpath.tasks.classification.settings import ClassificationSettings


def sentence(**values: object) -> str:
    with pytest.raises(ConfigError) as caught:
        ClassificationSettings.parse(values, source="recipe.yaml")
    return str(caught.value)


def test_defaults_are_digits_and_the_mean_of_a_small_cnn() -> None:
    plain = ClassificationSettings.parse({}).plain()
    assert (plain["data"], plain["hold_out"], plain["standardise"]) == ("mnist", True, True)
    assert plain["model"] == {"name": "small_cnn", "attention": "mean"}
    assert plain["augmentation"] == {"pad": 0, "flip": False, "rotation": 0.0, "blur": 0.0}
    assert ClassificationSettings.parse(plain).plain() == plain


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"data": "mnsit"}, "brings the data set of labelled pictures 'mnsit'; did you mean 'mnist'"),
        ({"data": "vqa2"}, "data: 'vqa2' is a data set, which task.name=vqa reads"),
        ({"lables": "fine"}, "unknown key 'lables'; did you mean 'labels'"),
        ({"side": 0}, "side: input should be greater than 0, given 0"),
        ({"fit": "squash"}, "fit: input should be 'crop' or 'warp', given 'squash'"),
        ({"augmentation": {"pda": 4}}, "unknown key 'augmentation.pda'; did you mean 'pad'"),
        ({"model": {"name": "resnet81"}}, "brings the classifier 'resnet81'; did you mean 'resnet18'"),
        ({"model": {"name": "resnet18", "dropout": 0.5}}, "model: 'model' takes no option 'dropout'; it takes widths"),
        ({"model": {"classes": 3}}, "'model' takes no option 'classes'"),
        ({"model": {"attention": "maen"}}, "brings the attention 'maen'; did you mean 'mean'"),
        ({"model": {"attention": {"name": "multi_hop", "hosp": 2}}}, "'multi_hop' takes no option 'hosp'"),
    ],
)
def test_mistakes_are_named(values: dict, expected: str) -> None:
    assert expected in sentence(**values)


def test_a_folder_of_photographs_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos").mkdir()
    monkeypatch.chdir(tmp_path)
    assert ClassificationSettings(data="./photos").data == str(tmp_path / "photos")
    assert "a folder of photographs is written ./photos" in sentence(data="photos")
