"""Twins that cannot be copied, saved, cast or compiled."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.testing import ContractError, check_attention, check_scorer


def test_no_deepcopy(attention):
    class Keeps(attention):
        def forward(self, regions, query=None, mask=None):
            out = super().forward(regions, query, mask)
            self.last = out.weights
            return out

    with pytest.raises(ContractError, match=r"cannot be deep-copied after a call .* keep no tensor of a call"):
        check_attention(Keeps)


def test_a_copy_that_shares_parameters(scorer):
    class Shares(scorer):
        def __deepcopy__(self, memo):
            twin = type(self)(region_dim=13, query_dim=17).eval()
            twin.key, twin.ask, twin.score = self.key, self.ask, self.score
            return twin

    with pytest.raises(ContractError, match=r"a deepcopy shares parameters with its original"):
        check_scorer(Shares)


def test_hidden_state_from_the_constructor(scorer):
    class Hidden(scorer):
        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.signs = torch.randn(23)

        def hidden(self, regions, query):
            return super().hidden(regions, query) * self.signs

    with pytest.raises(ContractError, match=r"round trip through the state dict changes it .* loses state; register"):
        check_scorer(Hidden)


def test_hidden_state_from_training(scorer):
    class Hidden(scorer):
        shift = 0.0

        def forward(self, regions, query=None, mask=None):
            if self.training:
                self.shift = regions.mean().item()
            return super().forward(regions, query, mask) + self.shift

    with pytest.raises(ContractError, match=r"so it loses state"):
        check_scorer(Hidden)


def test_state_that_is_no_tensor(scorer):
    class Extra(scorer):
        def get_extra_state(self):
            return {"a": 1}

        def set_extra_state(self, state):
            pass

    with pytest.raises(ContractError, match=r"state dict holds _extra_state, not a tensor"):
        check_scorer(Extra)


def test_state_that_does_not_load(scorer):
    class Grows(scorer):
        def forward(self, regions, query=None, mask=None):
            if self.training:
                self.register_buffer("seen", torch.ones(1))
            return super().forward(regions, query, mask)

    with pytest.raises(ContractError, match=r"a fresh build cannot load the state dict"):
        check_scorer(Grows)


def test_a_dtype_crash_under_autocast(attention):
    class FixedType(attention):
        def pool(self, weights, regions, mask):
            values = self.scorer.clean(regions, mask).flatten(1, -2)
            pooled = torch.zeros(len(values), weights.shape[1], values.shape[-1])
            index = torch.arange(len(values))
            pooled[index] = torch.bmm(weights.flatten(2), values)
            return pooled.flatten(1)

    with pytest.raises(ContractError, match=r"crashes under bf16 autocast on float32 inputs"):
        check_attention(FixedType)


def test_a_crash_on_bf16_inputs_only(scorer):
    class Mixed(scorer):
        def clean(self, regions, mask):
            kept = torch.zeros(regions.shape)
            kept[:] = super().clean(regions, mask)
            first = torch.zeros_like(kept[..., :1], dtype=torch.long)
            return torch.scatter(kept, -1, first, super().clean(regions, mask)[..., :1])

    with pytest.raises(ContractError, match=r"crashes under bf16 autocast on bfloat16 inputs .RuntimeError"):
        check_scorer(Mixed)


def test_an_overflow_under_autocast(scorer):
    class Overflows(scorer):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask).mul(torch.tensor(1.0)).add(0) + self.huge(regions)

        def huge(self, regions):
            return torch.inf if torch.is_autocast_enabled("cpu") else 0.0

    with pytest.raises(ContractError, match=r"under bf16 autocast .* the scores are not finite"):
        check_scorer(Overflows)


@pytest.mark.parametrize(
    "steer",
    [
        lambda scores: scores * (2 if scores.sum().item() > 0 else 1),
        lambda scores: torch._dynamo.graph_break() or scores,
    ],
    ids=["item", "explicit"],
)
def test_a_graph_break(scorer, steer):
    class Breaks(scorer):
        def forward(self, regions, query=None, mask=None):
            scores = super().forward(regions, query, mask)
            if torch.compiler.is_compiling():
                return steer(scores)
            return scores

    with pytest.raises(ContractError, match=r"torch.compile cannot take it as one graph"):
        check_scorer(Breaks)


def test_another_result_when_compiled(scorer):
    class Differs(scorer):
        def forward(self, regions, query=None, mask=None):
            return super().forward(regions, query, mask) + (1 if torch.compiler.is_compiling() else 0)

    with pytest.raises(ContractError, match=r"compiling it changes it by up to 1"):
        check_scorer(Differs)


def test_a_forward_lstm_is_compiled(scorer):
    class Recurrent(scorer):
        """Walks over its own values only, forwards, so that padding at the end comes too late to matter."""

        def __init__(self, **keywords):
            super().__init__(**keywords)
            self.lstm = nn.LSTM(23, 23, batch_first=True)

        def hidden(self, regions, query):
            hidden = super().hidden(regions, query)
            return self.lstm(hidden.flatten(1, -2))[0].view(hidden.shape)

    check_scorer(Recurrent)
