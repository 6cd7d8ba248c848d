import threading
import time

import pytest

from scanpath.features.flowing import flow


def run(batches, *, decode=str, compute=list, write=lambda *_: None, decoders=2):
    flow(batches, items=lambda batch: batch, decode=decode, compute=compute, write=write, decoders=decoders)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_every_batch_is_written_once_and_in_order(count):
    written = []
    batches = [range(3 * number, 3 * number + 3) for number in range(count)]
    run(batches, write=lambda batch, done: written.append((batch, done)))
    assert written == [(batch, [str(item) for item in batch]) for batch in batches]


def test_decoding_and_writing_overlap_with_computing():
    """Three steps that only wait take about as long as the slowest, not as all together."""

    def slow(*_):
        time.sleep(0.05)

    began = time.perf_counter()
    run([[number] for number in range(12)], decode=slow, compute=slow, write=slow, decoders=1)
    assert time.perf_counter() - began < 0.75 * 3 * 12 * 0.05


def test_several_threads_decode_and_this_one_computes():
    decoders, computers = set(), set()

    def decode(item):
        time.sleep(0.01)
        decoders.add(threading.get_ident())

    run([range(8)] * 3, decode=decode, compute=lambda _: computers.add(threading.get_ident()), decoders=3)
    assert len(decoders) == 3
    assert computers == {threading.get_ident()}


def test_little_is_decoded_ahead_and_little_waits_to_be_written():
    decoded, written, most = [], [], [0, 0]
    computed = []

    def compute(done):
        most[0] = max(most[0], len(decoded) - len(computed))
        computed.append(done)
        most[1] = max(most[1], len(computed) - len(written))
        return done

    def write(batch, done):
        time.sleep(0.01)
        written.append(batch)

    run([[number] for number in range(20)], decode=decoded.append, compute=compute, write=write)
    assert most[0] <= 3
    assert most[1] <= 4


@pytest.mark.parametrize("step", ["decode", "compute", "write"])
def test_an_error_of_any_step_ends_it_and_what_was_computed_is_written(step):
    written = []

    def fail(*_):
        raise KeyError(step)

    steps = {"write": lambda batch, done: written.append(batch), step: fail}
    with pytest.raises(KeyError, match=step):
        run([[1], [2], [3], [4]], **steps)
    assert not written

    def fail_at_three(item):
        return fail() if item == 3 else item

    with pytest.raises(KeyError):
        run([[1], [2], [3], [4]], decode=fail_at_three, write=lambda batch, done: written.append(batch))
    assert written == [[1], [2]]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("decode_", "write_"))]
