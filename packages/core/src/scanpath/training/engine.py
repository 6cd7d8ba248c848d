"""Accelerate as the engine: device, precision, processes and gradient scaling.

What torch does directly in each step is left to torch, so that a step costs no more than in a bare loop.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from scanpath.environment import BF16_REMEDY, cpu_runs_bf16
from scanpath.errors import ConfigError, missing_extra
from scanpath.training.settings import TrainingSettings

if TYPE_CHECKING:
    from accelerate import Accelerator

_PRECISION = {"fp32": "no", "bf16": "bf16", "fp16": "fp16"}


def create_accelerator(settings: TrainingSettings) -> Accelerator:
    """Build accelerate's engine for one run of this process.

    Raises:
        ConfigError: if the device cannot do what the settings ask for.
        MissingExtraError: if accelerate is not installed.
    """
    try:
        from accelerate import Accelerator, DistributedDataParallelKwargs
        from accelerate.state import AcceleratorState
    except ImportError:
        raise missing_extra("accelerate", purpose="training") from None
    # CUDA alone: of other accelerators the random numbers are not in checkpoints, and Apple's has no double precision.
    on_cpu = settings.device == "cpu" or not torch.cuda.is_available()
    if settings.precision == "fp16" and on_cpu:
        raise ConfigError("precision 'fp16' needs a GPU, and there is none in use: choose 'bf16' or 'fp32'.")
    if settings.precision == "bf16" and on_cpu and not cpu_runs_bf16():
        raise ConfigError(BF16_REMEDY)
    # Accelerate keeps precision and processes from its first use; the next run may ask for others.
    AcceleratorState._reset_state(reset_partial_state=True)  # noqa: SLF001 - there is no public way
    # A turn uses some of the parameters, and a model may hold parts that a recipe leaves out.
    unused = DistributedDataParallelKwargs(find_unused_parameters=True)
    return Accelerator(cpu=on_cpu, mixed_precision=_PRECISION[settings.precision], kwargs_handlers=[unused])


class Engine:
    """What the loop needs of the machine.

    Attributes:
        accelerator: accelerate's own object.
        device: where model and batches lie.
        rank: this process's number.
        world: how many processes there are.
        scaler: scales losses under fp16; None otherwise.
    """

    def __init__(self, settings: TrainingSettings) -> None:
        self.accelerator = create_accelerator(settings)
        self.device = self.accelerator.device
        self.rank = self.accelerator.process_index
        self.world = self.accelerator.num_processes
        self.is_main = self.rank == 0
        self.scaler: torch.amp.GradScaler | None = self.accelerator.scaler

    def prepare(self, objective: nn.Module) -> nn.Module:
        """Move the objective to the device and wrap it for its precision and for data-parallel training."""
        model: nn.Module = self.accelerator.prepare_model(objective)
        return model

    def place(self, batch: Any) -> Any:
        """Move a batch to the device; on CPU it lies there already."""
        if self.device.type == "cpu":
            return batch
        from accelerate.utils import send_to_device

        return send_to_device(batch, self.device, non_blocking=True)

    def add_up(self, values: Tensor) -> Tensor:
        """Sum ``values`` over the processes."""
        if self.world > 1:
            torch.distributed.all_reduce(values)
        return values

    def gather(self, value: Any) -> list[Any]:
        """Return every process's ``value``, by rank, in every process."""
        if self.world == 1:
            return [value]
        from accelerate.utils import gather_object

        return list(gather_object([value]))

    def wait(self) -> None:
        """Wait until every process has come here."""
        self.accelerator.wait_for_everyone()


@contextlib.contextmanager
def determinism(*, wanted: bool) -> Iterator[None]:
    """Allow deterministic operations only, within the block."""
    if not wanted:
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS starts
    before = torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(mode=True)
    torch.backends.cudnn.benchmark = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0])
        torch.backends.cudnn.benchmark = before[1]


@contextlib.contextmanager
def quiet_about_unused_parameters() -> Iterator[None]:
    """Silence torch's advice to turn off the search for unused parameters where a model happens to use all of them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*find_unused_parameters=True was specified.*")
        yield
