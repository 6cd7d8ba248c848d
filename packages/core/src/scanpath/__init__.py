"""Scanpath: ways of looking at a picture, compared on one frozen pipeline.

Names are resolved on first use (PEP 562): ``import scanpath`` imports no torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanpath.attention import (
        create_attention as create_attention,
        create_co_attention as create_co_attention,
        create_scorer as create_scorer,
        list_attentions as list_attentions,
    )
    from scanpath.errors import ScanpathError as ScanpathError
    from scanpath.method import Method as Method
    from scanpath.predict import Model as Model, Prediction as Prediction, load_run as load_run
    from scanpath.types import (
        Attended as Attended,
        Attention as Attention,
        CoAttended as CoAttended,
        CoAttention as CoAttention,
        Output as Output,
        Question as Question,
        Scorer as Scorer,
    )

__version__ = "0.1.0"

_HOMES = {
    "Attended": "scanpath.types",
    "Attention": "scanpath.types",
    "CoAttended": "scanpath.types",
    "CoAttention": "scanpath.types",
    "Method": "scanpath.method",
    "Model": "scanpath.predict",
    "Output": "scanpath.types",
    "Prediction": "scanpath.predict",
    "Question": "scanpath.types",
    "ScanpathError": "scanpath.errors",
    "Scorer": "scanpath.types",
    "create_attention": "scanpath.attention",
    "create_co_attention": "scanpath.attention",
    "create_scorer": "scanpath.attention",
    "list_attentions": "scanpath.attention",
    "load_run": "scanpath.predict",
}

__all__ = sorted([*_HOMES, "__version__"])  # noqa: PLE0605 - built from the one list of homes


def __getattr__(name: str) -> Any:
    """Import a public name from its home when it is first used."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'scanpath' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, whether used yet or not."""
    return list(__all__)
