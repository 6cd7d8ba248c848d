"""ResNet-18 with CBAM: what a block computes, where it looks, what it refuses; and its recipe."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from scanpath.attention import create_attention
from scanpath.errors import ConfigError
from scanpath.features.preprocessing import HALF
from scanpath.hosts.resnet18 import CifarResNet18
from scanpath.tasks.classification import ModelSettings
from scanpath_attention_rnn import CBAM, AttentionRNN, BlockAttentionRNN, CBAMGate
from scanpath_attention_rnn.hosts import cbam_resnet18

WIDTHS = (5, 7, 11, 13)
PLACES = [f"stage{stage}_block{block}" for stage in (1, 2, 3, 4) for block in (1, 2)]


def built(**options):
    mean = partial(create_attention, "mean")
    given = {"classes": 3, "statistics": HALF, "attention": mean, "widths": WIDTHS, "reduction": 2}
    return cbam_resnet18(**{**given, **options})


@pytest.mark.parametrize(("size", "sides"), [((32, 32), (32, 16, 8, 4)), ((19, 19), (19, 10, 5, 3))])
def test_it_tells_where_each_block_looks(size, sides):
    found = built().eval()(torch.randint(0, 256, (2, 3, *size), dtype=torch.uint8))
    assert found.logits.shape == (2, 3)
    assert [*found.maps] == [*PLACES, "regions"]
    expected = [(2, 1, side, side) for side in sides for _ in range(2)]
    assert [tuple(found.maps[place].shape) for place in PLACES] == expected
    assert all(bool((found.maps[place] == 0.5).all()) for place in PLACES)  # scores begin at 0


def test_a_block_is_gated_in_front_of_its_shortcut():
    """Behind the last normalisation; step by step from the parts of torchvision's block."""
    encode = built().encode.train()
    gated = encode.blocks["stage2_block1"]
    torch.nn.init.ones_(gated.gate.scorer.norm.weight)
    grid, block = torch.randn(3, 5, 9, 11), gated.block
    branch = block.bn2(block.conv2(block.bn1(block.conv1(grid)).relu()))
    expected = gated.gate(branch.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) + block.downsample(grid)
    torch.testing.assert_close(gated(grid).grid, expected.relu())


def test_with_open_gates_it_is_resnet_18():
    class Open(CBAM):
        def gate(self, regions, mask=None):
            return super().gate(regions, mask)._replace(regions=regions)

    encode, plain = built().encode.eval(), CifarResNet18(widths=WIDTHS).eval()
    for block in encode.blocks.values():
        block.gate.__class__ = Open
    own = {key: value for key, value in encode.state_dict().items() if ".gate." not in key}
    names = {f"blocks.stage{n}_block{m}.block.": f"trunk.layer{n}.{m - 1}." for n in (1, 2, 3, 4) for m in (1, 2)}
    names |= {"stem.0.": "trunk.conv1.", "stem.1.": "trunk.bn1.", "stem.": "trunk."}
    renamed = {}
    for key, value in own.items():
        prefix = next(one for one in names if key.startswith(one))
        renamed[names[prefix] + key.removeprefix(prefix)] = value
    plain.load_state_dict(renamed)
    pictures = torch.randn(2, 3, 17, 23)
    torch.testing.assert_close(encode(pictures).regions, plain(pictures))


def test_it_is_as_large_as_its_parts_in_print():
    """ResNet-18 has 11,173,962 weights for 10 classes; CBAM of D channels adds 2 D^2 / 16 + D / 16 + D, and 18 + 2."""
    model = built(classes=10, widths=(64, 128, 256, 512), reduction=16)
    gates = sum(2 * (2 * d * d // 16 + d // 16 + d + 20) for d in (64, 128, 256, 512))
    assert sum(parameter.numel() for parameter in model.parameters()) == 11_173_962 + gates


def test_structure_learns_in_every_block():
    model = built(scorer={"name": "attention_rnn", "hidden": 3})
    assert all(isinstance(block.gate.scorer, AttentionRNN) for block in model.encode.blocks.values())
    model(torch.rand(3, 3, 16, 16)).logits.square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in model.parameters())


def test_the_first_stage_may_look_otherwise():
    model = built(scorer=partial(AttentionRNN, hidden=3), first={"name": "block_attention_rnn", "hidden": 3})
    kinds = [type(block.gate.scorer) for block in model.encode.blocks.values()]
    assert kinds == [BlockAttentionRNN] * 2 + [AttentionRNN] * 6
    assert [type(block.gate.scorer) for block in built(first="local").encode.blocks.values()][2:] == [CBAMGate] * 6


def test_without_a_scorer_channels_alone_are_gated():
    found = built(scorer=None)(torch.rand(2, 3, 16, 16))
    assert [*found.maps] == ["regions"]


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"scorer": "cbam_gat"}, "brings the scorer 'cbam_gat'; did you mean 'cbam_gate'"),
        ({"scorer": {"name": "cbam_gate", "kernle": 7}}, "'cbam_gate' takes no option 'kernle'; did you mean 'kernel'"),
        ({"first": {"kernel": 7}}, "first is {'kernel': 7}, expected a name"),
        ({"first": "multi_hop"}, "'multi_hop' is an attention, not a scorer"),
        ({"widhts": [3]}, "takes no option 'widhts'; did you mean 'widths'"),
    ],
)
def test_mistakes_are_told_at_once(section, words):
    with pytest.raises(ConfigError, match=words):
        ModelSettings.parse({"name": "cbam_resnet18", **section})


def test_networks_that_cannot_be():
    with pytest.raises(ConfigError, match="CBAM gates by one map of scores, and a scorer has 2"):
        built(scorer={"name": "conv", "maps": 2})
    with pytest.raises(ConfigError, match="got reduction=0, expected a whole number from 1 on"):
        built(reduction=0)
