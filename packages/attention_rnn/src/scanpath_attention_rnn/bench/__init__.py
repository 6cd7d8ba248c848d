"""What structure costs: the four layers of Table 7 in each form, and the networks that hold them or others.

::

    scanpath bench cost --method attention_rnn --regions 50x50x32 --query 32 --json cost.json

Every pass is forward and backward; layers and the networks of digits are of pictures of 100 x 100, the classifiers of
32 x 32.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanpath.bench.method import Group
from scanpath_attention_rnn.bench.classifiers import classifiers
from scanpath_attention_rnn.bench.edits import edits
from scanpath_attention_rnn.bench.layers import layers
from scanpath_attention_rnn.bench.networks import networks
from scanpath_attention_rnn.bench.questions import questions


def structure(*, device: str, batch: int, repeats: int) -> Iterator[Group]:
    """Measure layers and networks, group by group; arguments as of :class:`scanpath.bench.method.Bench`."""
    for hidden in (32, 16):
        yield layers(hidden, device=device, batch=batch, repeats=repeats)
    yield networks(device=device, batch=batch, repeats=repeats)
    yield classifiers(device=device, batch=batch, repeats=repeats)
    yield from questions(device=device, batch=batch, repeats=repeats)
    yield from edits(device=device, batch=batch, repeats=repeats)
