from __future__ import annotations

import pytest

from scanpath.errors import ConfigError
from scanpath_attention_rnn.tasks.editing import EditingSettings


def test_what_is_written_is_read_back(section, tmp_path):
    given = {**section, "judges": {"hair": str(tmp_path)}}
    given["model"] = {**section["model"], "scorer": {"name": "attention_rnn", "hidden": 5}}
    settings = EditingSettings.parse(given)
    assert EditingSettings.parse(settings.plain()) == settings
    assert settings.judges.folders() == {"hair": str(tmp_path)}
    assert settings.model.sizes() == {**section["model"], "encoder_blocks": 0, "normalisation": "instance"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "vqa2"}, r"'vqa2' is a data set, which task\.name=vqa reads"),
        ({"data": "face"}, "'face'; did you mean 'faces'"),
        ({"model": {"scorer": "attention_rn"}}, "did you mean 'attention_rnn'"),
        ({"model": {"scorer": {"name": "attention_rnn", "hiden": 3}}}, "did you mean 'hidden'"),
        ({"model": {"scorer": "multi_hop"}}, "multi_hop"),
        ({"model": {"kernel_size": 4}}, "kernel_size is 4, expected odd"),
        ({"model": {"normalisation": "batch"}}, "model.normalisation: input should be 'instance', 'layer' or 'none'"),
        ({"model": {"widht": 4}}, "unknown key 'model.widht'; did you mean 'width'"),
        ({"judges": {"smiles": "x"}}, "unknown key 'judges.smiles'; did you mean 'smile'"),
    ],
)
def test_what_cannot_be_is_one_sentence(section, changes, words):
    with pytest.raises(ConfigError, match=words):
        EditingSettings.parse({**section, **changes})
