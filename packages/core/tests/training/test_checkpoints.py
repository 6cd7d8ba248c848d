"""Checkpoints: what goes in comes out, and what is damaged or foreign is named."""

from __future__ import annotations

import json

import pytest
import torch
from hypothesis import given, strategies as st
from torch import nn
from torch.testing import assert_close

from scanpath.errors import RunError
from scanpath.training import checkpoints

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.integers(0, 5).map(lambda count: torch.arange(count, dtype=torch.float64) / 3),
)
keys = st.text(st.characters(exclude_characters="$", exclude_categories=["Cs"]), max_size=4)
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))


def same(one, other) -> bool:
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(trees)
def test_a_tree_survives_packing(tree):
    tensors: dict[str, torch.Tensor] = {}
    packed = json.loads(json.dumps(checkpoints.pack({"tree": tree}, tensors)))
    assert same(checkpoints.unpack(packed, tensors)["tree"], tree)


def test_other_things_are_not_packed():
    with pytest.raises(TypeError, match="'a/0' is a set"):
        checkpoints.pack({"a": [{3}]}, {})


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(3, 5), nn.Linear(5, 3)
        self.again = nn.Linear(3, 5)
        self.again.weight = self.first.weight
        self.register_buffer("turned", torch.arange(6).view(2, 3).t())
        self.register_buffer("scalar", torch.tensor(7))


@pytest.fixture
def saved(tmp_path):
    torch.manual_seed(0)
    module = Tied()
    folder = tmp_path / "last"
    checkpoints.save(folder, module.state_dict(), {"step": 3, "kept": {"x": torch.tensor([1, 2])}})
    return module, folder


def test_weights_survive_even_if_tied_or_turned(saved):
    module, folder = saved
    torch.manual_seed(1)
    other = Tied()
    assert checkpoints.load_weights(folder, other)["step"] == 3
    assert_close(other.state_dict(), module.state_dict(), rtol=0, atol=0)
    assert other.again.weight is other.first.weight
    assert checkpoints.read_state(folder)["kept"] == {"x": {"$tensor": "kept/x"}}
    assert torch.equal(checkpoints.load(folder)[1]["kept"]["x"], torch.tensor([1, 2]))


def test_nothing_is_pickled(saved):
    _, folder = saved
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".safetensors", ".safetensors"]


def test_an_older_checkpoint_stays_if_writing_fails(saved, monkeypatch):
    module, folder = saved

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints, "save_file", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoints.save(folder, module.state_dict(), {"step": 4})
    assert checkpoints.read_state(folder)["step"] == 3
    assert [path.name for path in folder.parent.iterdir()] == ["last"]


def test_damage_is_found(saved):
    module, folder = saved
    path = folder / checkpoints.MODEL
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"model\.safetensors is damaged \(its checksum"):
        checkpoints.load_weights(folder, module)
    path.unlink()
    with pytest.raises(RunError, match=r"model\.safetensors cannot be read"):
        checkpoints.load(folder)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "is no whole checkpoint: .* does not exist"),
        ('{"format": 1, ', "is not valid JSON"),
        ('{"format": 0, "state": {}}', "not a checkpoint of this version"),
        ("[1]", "not a checkpoint of this version"),
    ],
)
def test_foreign_states_are_refused(saved, text, sentence):
    _, folder = saved
    (folder / checkpoints.STATE).unlink()
    if text is not None:
        (folder / checkpoints.STATE).write_text(text)
    with pytest.raises(RunError, match=sentence):
        checkpoints.load(folder)


class Wider(Tied):
    def __init__(self) -> None:
        super().__init__()
        self.second = nn.Linear(5, 7)


class More(Tied):
    def __init__(self) -> None:
        super().__init__()
        self.third = nn.Linear(2, 2)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (Wider, r"'second\.bias' is \(3,\) in .*, the model expects \(7,\)"),
        (More, r"lacks the weights 'third\.bias': it is another model's"),
        (nn.Identity, r"has weights 'again\.bias', which the model lacks\."),
    ],
)
def test_another_models_weights_are_refused(saved, other, sentence):
    with pytest.raises(RunError, match=sentence):
        checkpoints.load_weights(saved[1], other())


def test_moments_lie_as_their_parameters_do():
    """As they do in a run that was not cut: sums over other strides round otherwise."""
    module = torch.nn.Conv2d(5, 7, 3).to(memory_format=torch.channels_last)
    names = {parameter: name for name, parameter in module.named_parameters()}
    state = {
        "weight": {"step": torch.tensor(2.0), "exp_avg": torch.rand(7, 5, 3, 3), "exp_avg_sq": torch.rand(7, 5, 3, 3)},
        "bias": {"step": torch.tensor(2.0), "exp_avg": torch.rand(7), "exp_avg_sq": torch.rand(7)},
    }
    optimiser = torch.optim.Adam(module.parameters())
    checkpoints.put_optimiser_state(optimiser, state, names)
    for parameter, name in names.items():
        for moment in ("exp_avg", "exp_avg_sq"):
            assert optimiser.state[parameter][moment].stride() == parameter.stride()
            assert torch.equal(optimiser.state[parameter][moment], state[name][moment])
        assert optimiser.state[parameter]["step"].shape == ()


def test_another_optimisers_state_is_refused():
    module = nn.Linear(2, 3)
    names = {parameter: name for name, parameter in module.named_parameters()}
    optimiser = torch.optim.Adam(module.parameters())
    with pytest.raises(RunError, match="moves 'wait', which this one does not; did you mean 'weight'"):
        checkpoints.put_optimiser_state(optimiser, {"wait": {}}, names)
