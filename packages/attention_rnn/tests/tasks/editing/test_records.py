"""A record holds every edit of a picture, and what was measured of it alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.experiments.running import load_run
from scanpath_attention_rnn.tasks.editing.batch import to_pixels, to_range
from scanpath_attention_rnn.tasks.editing.judges import Judges
from scanpath_attention_rnn.tasks.editing.records import make_records, results


@pytest.fixture
def network(task):
    return task.section.build().eval()


def test_every_edit_is_told(network, batch, judges):
    judged = Judges(judges, 16)
    with torch.no_grad():
        found = make_records(network, batch, judged, hair=5)
    assert list(found) == list(batch.keys)
    record = found[batch.keys[3]]
    hair, gender, smile = record["values"]
    assert [(edit["attribute"], edit["target"]) for edit in record["edits"]] == [
        ("hair", (hair + 1) % 3), ("hair", (hair + 2) % 3), ("gender", 1 - gender), ("smile", 1 - smile)
    ]  # fmt: skip
    with torch.no_grad():
        edited, mask = network.edit(to_range(batch.pictures[3:4]), "smile", torch.tensor([[1.0 - smile]]))
    pixels = to_pixels(edited)
    last = record["edits"][-1]
    assert last["seen"] == {name: value.item() for name, value in judged.see(pixels).items()}
    apart = (pixels.double() - batch.pictures[3:4]).abs()[0].mean(0) / 2.55
    assert last["mean"] == pytest.approx(mask.mean().item(), abs=1e-5)
    assert last["spread"] == pytest.approx(mask.double().numpy().std(), abs=1e-5)
    left = 1 - mask[0, 0].double().repeat_interleave(4, 0).repeat_interleave(4, 1)
    assert last["outside"] == pytest.approx(((apart * left).sum() / left.sum()).item(), abs=1e-4)
    region = batch.parts[3] == 5
    assert last["outside_hair"] == pytest.approx(apart[~region].mean().item(), abs=1e-4)
    assert last["mask_inside"] == pytest.approx((1 - left)[region].mean().item(), abs=1e-4)
    again = network.reconstructor(network.encoder(to_range(batch.pictures[3:4])))
    cycle = (to_pixels(again.detach()).double() - batch.pictures[3:4]).abs().mean().item() / 2.55
    assert record["cycle"] == pytest.approx(cycle, abs=1e-4)


def test_batches_do_not_matter_and_judges_need_not_be_there(network, batch):
    nobody = Judges({}, 16)
    with torch.no_grad():
        whole = make_records(network, batch, nobody, hair=None)
        parts = batch._replace(keys=batch.keys[1:2], pictures=batch.pictures[1:2], values=batch.values[1:2], parts=None)
        alone = make_records(network, parts, nobody, hair=None)
    key = batch.keys[1]
    ours, theirs = (found[key]["edits"][0] for found in (alone, whole))
    for name in ("target", "outside", "spread", "variation"):
        assert ours[name] == pytest.approx(theirs[name], abs=1e-3)
    assert whole[key]["seen"] == {}
    assert "mask_inside" not in whole[key]["edits"][0]
    assert [one["picture"] for one in results(whole)] == sorted(batch.keys)


def test_hair_that_is_not_there_is_no_number(network, batch):
    bald = batch._replace(parts=torch.zeros_like(batch.parts))
    with torch.no_grad():
        found = make_records(network, bald, Judges({}, 16), hair=5)
    edit = found[batch.keys[0]]["edits"][0]
    assert edit["variation_inside"] is None
    assert edit["variation_outside"] == edit["variation"]


def test_runs_that_judge_are_left_as_they_were(network, batch, judges):
    before = load_run(Path(judges["hair"])).objective.state_dict()
    judged = Judges(judges, 16)
    with torch.no_grad():
        make_records(network, batch, judged, hair=5)
    after = judged.models["hair"].state_dict()
    assert all(torch.equal(after[name.removeprefix("model.")], value) for name, value in before.items())
