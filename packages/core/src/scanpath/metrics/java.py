"""Java programs that come with pycocoevalcap: where they lie, and what to say where there is no Java."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from scanpath.errors import ConfigError, missing_extra

PURPOSE = "scoring captions"
EXTRA = "captions"
INSTALL = "install a runtime, such as Debian's default-jre-headless"


def java() -> str:
    """Return the program.

    Raises:
        ConfigError: there is none.
    """
    found = shutil.which("java")
    if found is None:
        raise ConfigError(
            "the official tokeniser of captions and METEOR are Java programs, and there is no java on the PATH: "
            f"{INSTALL}, or take the tokeniser 'plain', which gives BLEU, ROUGE-L and CIDEr without it."
        )
    return found


def jar(module: str, name: str) -> Path:
    """Return a program that lies beside a module of pycocoevalcap, ``jar("meteor.meteor", "meteor-1.5.jar")``.

    Raises:
        MissingExtraError: pycocoevalcap is not installed.
    """
    try:
        found = importlib.util.find_spec(f"pycocoevalcap.{module}")
    except ModuleNotFoundError:
        found = None
    if found is None or found.origin is None:
        raise missing_extra("pycocoevalcap", purpose=PURPOSE, extra=EXTRA)
    return Path(found.origin).with_name(name)
