"""A run's folder: what was asked, on what machine, how it went, and the weights; a run in it is never overwritten."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

import yaml

from scanpath.environment import hardware
from scanpath.errors import BusyError, RunError
from scanpath.files import read_json, recover_folder, whole_folder, write_atomically, write_json
from scanpath.training.checkpoints import STATE, read_state

CheckpointName = Literal["last", "best"]

_OF_A_BEGINNING = re.compile(r"env\.json|\.(env\.json|config\.yaml)\.[0-9a-f]+\.part")
"""What a kill leaves of a run that had not begun yet: whole files and parts of them."""


class RunFolder:
    """The files of one run.

    ``config.yaml`` ``env.json`` ``metrics.jsonl`` ``events.*`` (TensorBoard) ``log.txt`` ``checkpoints/{last,best}/``
    ``predictions.json`` ``report.html``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metrics_path = path / "metrics.jsonl"
        self.log_path = path / "log.txt"
        self.predictions_path = path / "predictions.json"
        self.report_path = path / "report.html"
        self._lock: Any = None

    @classmethod
    def create(cls, path: Path, config: Mapping[str, Any]) -> Self:
        """Begin a run in a new or empty folder.

        Args:
            path: where; its parents are made.
            config: the resolved configuration, plain values.

        Raises:
            RunError: if the folder holds a run, or anything else.
        """
        if cls.holds_run(path):
            raise RunError(f"{path} holds a run already: resume it, or name another folder.")
        if path.exists() and any(not _OF_A_BEGINNING.fullmatch(child.name) for child in path.iterdir()):
            raise RunError(f"{path} is not empty and holds no run: name another folder.")
        write_json(path / "env.json", hardware(), indent=1)
        text = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
        write_atomically(path / "config.yaml", text)  # last: it makes the folder a run's
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the folder of a run, to read it or to resume it; nothing is changed.

        Raises:
            RunError: if it holds no run.
        """
        if not cls.holds_run(path):
            raise RunError(f"{path} holds no run (it has no config.yaml): check the path.")
        return cls(path)

    @staticmethod
    def holds_run(path: Path) -> bool:
        """Tell whether a run was begun in the folder."""
        return (path / "config.yaml").exists()

    @property
    def config(self) -> dict[str, Any]:
        """The resolved configuration of the run."""
        try:
            config = yaml.safe_load((self.path / "config.yaml").read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise RunError(f"{self.path / 'config.yaml'} cannot be read ({error}).") from None
        if not isinstance(config, dict):
            raise RunError(f"{self.path / 'config.yaml'} holds no settings: it is not a run's.")
        return config

    @property
    def environment(self) -> dict[str, Any]:
        """The machine and the versions that the run began with."""
        return dict(read_json(self.path / "env.json"))

    def checkpoint(self, name: CheckpointName) -> Path:
        """Return where the checkpoint is read from, also while another process is replacing it."""
        return whole_folder(self.checkpoint_target(name))

    def checkpoint_target(self, name: CheckpointName) -> Path:
        """Return where the checkpoint is written."""
        return self.path / "checkpoints" / name

    def has_checkpoint(self, name: CheckpointName) -> bool:
        """Tell whether there is such a checkpoint yet."""
        return (self.checkpoint(name) / STATE).exists()

    @property
    def finished(self) -> bool:
        """Whether the run has come to its end, by its budget or by its patience."""
        return self.has_checkpoint("last") and read_state(self.checkpoint("last"))["finished"] is not None

    def lock(self) -> None:
        """Claim the folder for writing until :meth:`unlock` or the end of the process, and mend what a kill left.

        Raises:
            BusyError: if another process is writing this run.
        """
        try:
            import fcntl
        except ImportError:  # a system without such locks
            pass
        else:
            # A lock of the process, not of the open file: workers of a killed trainer do not keep it.
            self._lock = (self.path / ".lock").open("a")
            try:
                fcntl.lockf(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.unlock()
                raise BusyError(f"{self.path} is being written by another process: wait for it, or end it.") from None
        recover_folder(self.checkpoint_target("last"))
        recover_folder(self.checkpoint_target("best"))

    def unlock(self) -> None:
        """Give the folder free."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def metrics(self) -> list[dict[str, Any]]:
        """Return the records of ``metrics.jsonl``; a last line cut short by a kill is left out."""
        if not self.metrics_path.exists():
            return []
        lines = self.metrics_path.read_text(encoding="utf-8").split("\n")
        records = []
        for number, line in enumerate(lines[:-1], start=1):  # what follows the last line's end is empty, or cut short
            try:
                records.append(json.loads(line))
            except json.JSONDecodeError:
                raise RunError(f"line {number} of {self.metrics_path} is not JSON: the file was changed.") from None
        return records

    def keep_metrics_until(self, step: int) -> None:
        """Drop the records of later steps, which a resumed run writes again."""
        kept = [record for record in self.metrics() if record["step"] <= step]
        write_atomically(self.metrics_path, "".join(f"{json.dumps(record, allow_nan=False)}\n" for record in kept))

    def add_metrics(self, record: Mapping[str, Any]) -> None:
        """Append one record."""
        with self.metrics_path.open("a", encoding="utf-8") as stream:
            stream.write(f"{json.dumps(record, allow_nan=False)}\n")

    def log(self, sentence: str) -> None:
        """Append a sentence to ``log.txt``, with the time."""
        with self.log_path.open("a", encoding="utf-8") as stream:
            stream.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {sentence}\n")
