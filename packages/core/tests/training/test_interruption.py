"""Signals are remembered, a second Ctrl-C is obeyed, and handlers are put back."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from scanpath.training.interruption import Interruption


@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")])
def test_a_signal_is_remembered(number, name):
    before = signal.getsignal(number)
    with Interruption() as interruption:
        assert (interruption.signal, interruption.name) == (0, "another process")
        os.kill(os.getpid(), number)
        assert (interruption.signal, interruption.name) == (number, name)
    assert signal.getsignal(number) is before


def test_a_second_ctrl_c_is_obeyed():
    with Interruption():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_thread_cannot_receive_signals_and_does_not_try():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        with Interruption():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
