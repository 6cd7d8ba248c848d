"""Names of a package that are imported when they are first asked for.

The core reads what every installed method brings before it knows which will be used. A package whose ``__init__``
imports its classes would bring torch, and seconds, into ``scanpath data list`` and every command that needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def exports(package: str, modules: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make a package's ``__getattr__`` and ``__dir__`` (PEP 562).

    Args:
        package: the package's ``__name__``.
        modules: what it exports -> the module below it that has it.

    Example:
        ``__getattr__, __dir__ = exports(__name__, {"HardAttention": "hard"})``; type checkers want the same imports
        under ``TYPE_CHECKING``.
    """

    def get(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return get, lambda: sorted([*modules, "__version__"])
