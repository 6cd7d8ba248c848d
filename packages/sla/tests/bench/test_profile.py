"""Operations have kinds, kinds have shares, and what is outside matrix products is judged."""

from __future__ import annotations

import pytest

from scanpath_sla.bench.captions import Sizes, build, review
from scanpath_sla.bench.profile import REST, kind_of, lines_of, profile

TINY = Sizes(side=3, width=7, hidden=11, attention=5, words=3, vocabulary=17)


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("aten::addmm", "matrix products"),
        ("aten::bmm", "matrix products"),
        ("aten::mkldnn_linear", "matrix products"),
        ("Optimizer.step#Adagrad.step", "the optimiser"),
        ("aten::_foreach_addcmul_", "the optimiser"),
        ("aten::_log_softmax_backward_data", "softmax and loss"),
        ("aten::tanh_backward", "tanh, sigmoid, ReLU"),
        ("aten::copy_", "copies and views"),
        ("aten::mul", REST),
    ],
)
def test_kinds(operation, kind):
    assert kind_of(operation) == kind


@pytest.mark.parametrize(("products", "met"), [(90.0, False), (95.0, True)])
def test_shares_by_hand(products, met):
    whole, first, rest = lines_of({"matrix products": products, REST: 100 - products}, 7)
    assert (whole.cost.milliseconds, whole.cost.parameters) == (100, 7)
    assert first.name == f"matrix products, {products:.1f}%"
    assert rest.asked == whole.asked == ()
    (asked,) = first.asked
    assert (asked.what, asked.met) == ("under 10% outside", met)
    assert asked.found == pytest.approx(1 - products / 100)


def test_a_step_is_profiled():
    model = build(review("stacked_latent", TINY), TINY)
    group = profile(device="cpu", batch=4, build=lambda: model, grid=3, width=7)
    whole, *kinds = (line.cost.milliseconds for line in group.lines)
    assert whole == pytest.approx(sum(kinds))
    assert all(kind > 0 for kind in kinds)
