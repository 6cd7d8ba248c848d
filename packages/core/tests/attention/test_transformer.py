"""The Transformer's block against its loop, and against torch's own attention and decoder layer."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn

from scanpath.attention import TransformerAttention, reference
from scanpath.errors import ConfigError
from scanpath.testing import check_attention


def test_contract():
    check_attention(functools.partial(TransformerAttention, heads=3, hidden_dim=21, feed_forward_dim=11), backend=None)


def some_mask():
    mask = torch.rand(3, 7) > 0.4
    mask[:, 5] = True
    return mask


@pytest.mark.parametrize("masked", [True, False])
def test_equals_its_loop(with_gradient, masked):
    block = TransformerAttention(region_dim=5, query_dim=11, heads=3, hidden_dim=6, feed_forward_dim=13)
    mask = some_mask() if masked else None

    def fast(regions, query):
        out = block(regions, query, mask)
        return torch.cat([out.context, out.weights.flatten(1)], 1)

    def slow(regions, query):
        stream = block.query.linear(query)
        asked = block.queries(block.before_attention(stream)).view(3, 3, 2)
        keys, values = block.keys.weight.split(2), block.values.weight.split(2)
        found, maps = reference.heads(regions, asked, mask, keys, values)
        added = block.out(found + block.values.bias)
        return torch.cat([added + block.feed_forward(block.before_feed_forward(stream + added)), maps.flatten(1)], 1)

    inputs = torch.randn(3, 7, 5), torch.randn(3, 11)
    torch.testing.assert_close(with_gradient(fast, *inputs), with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def test_the_attention_equals_torchs():
    """What is in front of the feed-forward part, with torch's own weights, outputs and gradients."""
    oracle = nn.MultiheadAttention(10, 5, kdim=7, vdim=7, batch_first=True)
    block = TransformerAttention(region_dim=7, query_dim=11, heads=5, hidden_dim=10)
    pairs = [
        (block.queries.weight, oracle.q_proj_weight),
        (block.keys.weight, oracle.k_proj_weight),
        (block.values.weight, oracle.v_proj_weight),
        (block.out.weight, oracle.out_proj.weight),
        (block.out.bias, oracle.out_proj.bias),
    ]
    with torch.no_grad():
        nn.init.normal_(oracle.in_proj_bias)
        block.queries.bias.copy_(oracle.in_proj_bias[:10])
        block.values.bias.copy_(oracle.in_proj_bias[20:])  # that of the keys, in between, is cancelled by the softmax
        nn.init.normal_(oracle.out_proj.bias)
        for ours, theirs in pairs:
            ours.copy_(theirs)
        for parameter in block.feed_forward[2].parameters():
            parameter.zero_()  # the feed-forward part adds nothing: the context is the attention alone
    regions, query = torch.randn(3, 2, 7, 7, requires_grad=True), torch.randn(3, 11, requires_grad=True)
    mask = torch.rand(3, 2, 7) > 0.4
    mask[:, 1, 3] = True
    mine = block(regions, query, mask)
    asked, flat = block.before_attention(block.query.linear(query)).unsqueeze(1), regions.flatten(1, 2)
    theirs, maps = oracle(asked, flat, flat, key_padding_mask=~mask.flatten(1), average_attn_weights=False)
    torch.testing.assert_close(mine.context, theirs.squeeze(1))
    torch.testing.assert_close(mine.weights.flatten(2), maps.squeeze(2))
    pull = torch.randn(3, 10)
    gradients = [
        torch.autograd.grad((out * pull).sum(), [regions, query, *parameters])
        for out, parameters in (
            (mine.context, [one for one, _ in pairs]),
            (theirs.squeeze(1), [other for _, other in pairs]),
        )
    ]
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-5)


def test_the_block_equals_torchs_decoder_layer():
    """The whole block, less the stream: torch's layer with a self-attention that adds nothing."""
    oracle = nn.TransformerDecoderLayer(
        10, 5, dim_feedforward=13, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )
    block = TransformerAttention(region_dim=10, query_dim=11, heads=5, feed_forward_dim=13)
    attention = oracle.multihead_attn
    for norm in (oracle.norm2, oracle.norm3):
        nn.init.normal_(norm.weight)
        nn.init.normal_(norm.bias)
    block.before_attention, block.before_feed_forward, block.out = oracle.norm2, oracle.norm3, attention.out_proj
    block.feed_forward = nn.Sequential(oracle.linear1, nn.GELU(), oracle.linear2)
    with torch.no_grad():
        for linear, weight in zip(
            (block.queries, block.keys, block.values), attention.in_proj_weight.chunk(3), strict=True
        ):
            linear.weight.copy_(weight)
        for linear, bias in zip((block.queries, block.values), attention.in_proj_bias.view(3, 10)[::2], strict=True):
            linear.bias.copy_(bias)
        oracle.self_attn.out_proj.weight.zero_()
        oracle.self_attn.out_proj.bias.zero_()
    regions, query, mask = torch.randn(3, 7, 10), torch.randn(3, 11), some_mask()
    stream = block.query.linear(query)
    theirs = oracle(stream.unsqueeze(1), regions, memory_key_padding_mask=~mask).squeeze(1)
    torch.testing.assert_close(stream + block(regions, query, mask).context, theirs)


def test_facts_and_mistakes():
    block = TransformerAttention(region_dim=13)
    assert (block.context_dim, block.kind, block.axis, block.heads) == (16, "soft", "glimpse", 4)
    assert block(torch.randn(2, 3, 5, 13)).weights.shape == (2, 4, 3, 5)
    with pytest.raises(ConfigError, match="hidden_dim=13 for heads=4"):
        TransformerAttention(region_dim=5, hidden_dim=13)
