"""Ctrl-C and SIGTERM as a wish: the step in hand ends, the run is saved, then the process leaves."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

_NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}


class Interruption:
    """Within it the first signal is only remembered; a second Ctrl-C ends the process as usual.

    Attributes:
        signal: the number of the signal that came, 0 as long as none has.
    """

    def __init__(self) -> None:
        self.signal = 0
        self._before: dict[signal.Signals, Any] = {}

    @property
    def name(self) -> str:
        """What to call the signal in a sentence."""
        return _NAMES.get(signal.Signals(self.signal), "a signal") if self.signal else "another process"

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # only there can signals be received
            self._before = {number: signal.signal(number, self._remember) for number in _NAMES}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _remember(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the system's signature
        if self.signal and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.signal = number
