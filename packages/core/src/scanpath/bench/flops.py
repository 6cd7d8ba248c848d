"""Floating-point operations of a call: torch's counter, with formulas for what it misses.

A multiplication with its addition counts as two operations, as in torch's own formulas. Added here:

* LSTM, GRU and RNN kernels (oneDNN on CPU, cuDNN on GPU): each weight matrix meets each step once forward and twice
  backward (once for the gradient of its input, once for its own);
* matrix times vector, and vector times vector;
* Fourier transforms: ``5 n log2(n)`` a complex transform of length n, half for a real one (the convention of FFTW's
  benchmarks);
* attention on CPU, for those versions of torch that lack it.

Not counted, as in torch's counter: what works element by element (activations, softmax, products written as ``*``),
sums and means, norms, scatter and gather. A Triton kernel counts when its operator carries a formula
(``torch.utils.flop_counter.register_flop_formula``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

Shape = Sequence[int]


def _mv(matrix: Shape, _vector: Shape, **_: Any) -> int:
    return 2 * math.prod(matrix)


def _addmv(_added: Shape, matrix: Shape, _vector: Shape, **_: Any) -> int:
    return 2 * math.prod(matrix)


def _dot(vector: Shape, _other: Shape, **_: Any) -> int:
    return 2 * math.prod(vector)


def _recurrent(steps: Shape, weights: Sequence[Shape]) -> int:
    """Count one forward run: every matrix once for each of the T * B (or packed) steps (..., I)."""
    return 2 * math.prod(steps[:-1]) * sum(math.prod(weight) for weight in weights if len(weight) == 2)


def _mkldnn_rnn(steps: Shape, *weights_and_more: Any, **_: Any) -> int:
    return _recurrent(steps, weights_and_more[:2])


def _mkldnn_rnn_backward(*args: Any, **_: Any) -> int:
    return 2 * _mkldnn_rnn(*args)


def _cudnn_rnn(steps: Shape, weights: Sequence[Shape], *_args: Any, **_: Any) -> int:
    return _recurrent(steps, weights)


def _cudnn_rnn_backward(*args: Any, **_: Any) -> int:
    return 2 * _cudnn_rnn(*args)


def _fourier(shape: Shape, dims: Sequence[int], *, per_point: float) -> int:
    length = math.prod(shape[dim] for dim in dims)
    return round(per_point * math.prod(shape) * math.log2(length)) if length > 1 else 0


def _fft_c2c(shape: Shape, dims: Sequence[int], *_args: Any, **_: Any) -> int:
    return _fourier(shape, dims, per_point=5.0)


def _fft_r2c(shape: Shape, dims: Sequence[int], *_args: Any, **_: Any) -> int:
    return _fourier(shape, dims, per_point=2.5)


def _fft_c2r(_shape: Shape, dims: Sequence[int], *_args: Any, out_shape: Shape, **_: Any) -> int:
    return _fourier(out_shape, dims, per_point=2.5)


def _attention(query: Shape, key: Shape, value: Shape, *_args: Any, **_: Any) -> int:
    batch_and_heads = math.prod(query[:-2])
    return 2 * batch_and_heads * query[-2] * key[-2] * (query[-1] + value[-1])


def _attention_backward(_grad: Shape, query: Shape, key: Shape, value: Shape, *_args: Any, **_: Any) -> int:
    """Scores once more, then the gradients of weights, values, queries and keys: five products."""
    batch_and_heads = math.prod(query[:-2])
    return 2 * batch_and_heads * query[-2] * key[-2] * (3 * query[-1] + 2 * value[-1])


def formulas() -> dict[Any, Callable[..., int]]:
    """Return the formulas that are added to torch's, by operator; each takes the operator's arguments as shapes."""
    aten = torch.ops.aten
    return {
        aten.mv: _mv,
        aten.addmv: _addmv,
        aten.dot: _dot,
        aten.vdot: _dot,
        aten.mkldnn_rnn_layer: _mkldnn_rnn,
        aten.mkldnn_rnn_layer_backward: _mkldnn_rnn_backward,
        aten._cudnn_rnn: _cudnn_rnn,  # noqa: SLF001 - the operator's name
        aten._cudnn_rnn_backward: _cudnn_rnn_backward,  # noqa: SLF001 - the operator's name
        aten._fft_c2c: _fft_c2c,  # noqa: SLF001 - the operator's name
        aten._fft_r2c: _fft_r2c,  # noqa: SLF001 - the operator's name
        aten._fft_c2r: _fft_c2r,  # noqa: SLF001 - the operator's name
        aten._scaled_dot_product_flash_attention_for_cpu: _attention,  # noqa: SLF001 - the operator's name
        aten._scaled_dot_product_flash_attention_for_cpu_backward: _attention_backward,  # noqa: SLF001 - as above
    }


class _Whole:
    """Takes the place of torch's tracker of modules, since nothing but the total is asked.

    Its hooks refuse a gradient that is taken inside the call, as the penalty of a critic is.
    """

    parents = frozenset({"Global"})

    def __enter__(self) -> None:
        """Track nothing."""

    def __exit__(self, *_: object) -> None:
        """Track nothing."""


def count_flops(call: Callable[[], object]) -> int:
    """Run ``call`` once and count its floating-point operations, those of a backward pass inside it included."""
    counter = FlopCounterMode(display=False, custom_mapping=formulas())
    counter.mod_tracker = _Whole()  # type: ignore[assignment]  # torch's own is not a protocol
    with counter:
        call()
    return int(counter.get_total_flops())
