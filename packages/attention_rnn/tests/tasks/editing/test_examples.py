from __future__ import annotations

import numpy as np
import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_attention_rnn.tasks.editing.batch import to_pixels, to_range
from scanpath_attention_rnn.tasks.editing.examples import edit_all, first_pictures
from scanpath_attention_rnn.tasks.editing.judges import Judges


def test_pictures_are_edited_to_all_they_are_not(task, judges):
    network, batch = task.section.build().eval(), first_pictures(task, "test", 4)
    judged = Judges(judges, 16)
    found = edit_all(network, batch, judged)
    assert [one.key for one in found] == list(task.split("test").keys[:4])
    for row, one in enumerate(found):
        assert np.array_equal(one.picture.transpose(2, 0, 1), task.split("test").picture(row))
        assert len(one.edits) == 4
        assert all(one.values[edit.attribute] != edit.target for edit in one.edits)
        assert one.edits[0].target < one.edits[1].target
        assert one.words[0] in ("black", "blond", "brown")
    last = found[2].edits[-1]
    with torch.no_grad():
        pictures, mask = network.edit(to_range(batch.pictures[2:3]), "smile", torch.tensor([[float(last.target)]]))
    assert np.abs(to_pixels(pictures)[0].permute(1, 2, 0).numpy().astype(int) - last.picture).max() <= 1
    np.testing.assert_allclose(mask[0, 0], last.mask, atol=1e-5)
    assert last.seen == judged.see(torch.from_numpy(last.picture).permute(2, 0, 1)[None])["smile"].item()


def test_attributes_are_chosen_and_judges_need_not_be_there(task):
    network, batch = task.section.build().eval(), first_pictures(task, "test", 2)
    found = edit_all(network, batch, Judges({}, 16), ["gender"])
    assert [(edit.attribute, edit.seen) for one in found for edit in one.edits] == [("gender", None)] * 2
    with pytest.raises(ConfigError, match="11 pictures of test were asked for, it has 10"):
        first_pictures(task, "test", 11)
