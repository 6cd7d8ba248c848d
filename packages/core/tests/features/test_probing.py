import time

import pytest
import torch

from scanpath.errors import DataError
from scanpath.features import probing
from scanpath.features.frozen import Described
from scanpath.features.probing import in_words, seconds_a_picture


class Slow:
    """Takes a time for each picture."""

    def __init__(self, seconds):
        self.seconds, self.passes = seconds, []

    def describe(self, pictures):
        self.passes.append(len(pictures))
        time.sleep(self.seconds * len(pictures))
        return Described(torch.zeros(len(pictures), 2))


def probe(extractor, *, decoding=0.0, bad=(), **options):
    def decode(name):
        if name in bad:
            raise DataError("torn")
        time.sleep(decoding)
        return torch.zeros(3)

    names = [str(number) for number in range(50)]
    return seconds_a_picture(names, decode, extractor, **{"batch": 8, "decoders": 1, "cpu": True, **options})


@pytest.fixture(autouse=True)
def _soon_enough(monkeypatch):
    monkeypatch.setattr(probing, "ENOUGH", 0.08)


def test_passes_double_until_one_tells_enough():
    slow = Slow(0.03)
    assert probe(slow) == pytest.approx(0.03, rel=0.5)
    assert slow.passes == [1, 1, 2, 4]


def test_no_pass_is_larger_than_a_batch():
    fast = Slow(0)
    probe(fast)
    assert fast.passes == [1, 1, 2, 4, 8]


def test_on_a_gpu_the_slower_of_the_two_counts_and_on_a_cpu_both():
    assert probe(Slow(0.02), decoding=0.02) >= 0.04
    assert 0.02 <= probe(Slow(0.02), decoding=0.02, cpu=False) < 0.04


def test_bad_pictures_are_passed_over():
    assert probe(Slow(0), bad={"0", "1"}) is not None
    assert probe(Slow(0), bad={str(number) for number in range(50)}) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (89, "89 s"), (91, "2 min"), (3600, "60 min"), (5400, "1 h 30 min"), (11_100, "3 h 05 min")],
)
def test_times_in_words(seconds, words):
    assert in_words(seconds) == words
