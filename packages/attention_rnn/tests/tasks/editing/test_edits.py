"""Every edit is the network's own, in the order of attributes."""

from __future__ import annotations

import torch

from scanpath_attention_rnn.tasks.editing.attributes import code
from scanpath_attention_rnn.tasks.editing.batch import to_pixels, to_range
from scanpath_attention_rnn.tasks.editing.edits import make_edits


def test_each_value_that_a_picture_lacks_is_edited_in(task, batch):
    network = task.section.build().eval()
    with torch.no_grad():
        features = network.encoder(to_range(batch.pictures))
        made = list(make_edits(network, features, batch.values))
        assert [one.attribute for one in made] == ["hair", "hair", "gender", "smile"]
        hair = torch.stack([batch.values[:, 0], made[0].targets, made[1].targets], 1)
        assert hair.sort(1).values.tolist() == [[0, 1, 2]] * len(hair)
        for one in made:
            pictures, mask = network.edit(to_range(batch.pictures), one.attribute, code(one.attribute, one.targets))
            torch.testing.assert_close(one.mask, mask)
            assert (one.pixels.int() - to_pixels(pictures).int()).abs().max() <= 1
    (only,) = make_edits(network, features, batch.values, ["smile"])
    assert only.targets.tolist() == (1 - batch.values[:, 2]).tolist()
