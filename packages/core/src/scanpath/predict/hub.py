"""Models on the Hugging Face hub: fetched by name, or uploaded; of a repository only the files of a model are read."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scanpath.errors import ConfigError, DataError, missing_extra
from scanpath.predict.saved import FILES

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def is_name(origin: str | Path) -> bool:
    """Tell a name of the hub, ``owner/name``, from a folder: it has one slash, and no such folders are here."""
    if isinstance(origin, Path) or not _NAME.fullmatch(origin):
        return False
    return not Path(origin).exists() and not Path(origin).parent.is_dir()


def fetch(name: str, revision: str | None = None) -> Path:
    """Return the folder in the hub's cache that holds a model, downloaded if it is not there.

    Raises:
        DataError: neither here nor there.
    """
    library = _library()
    try:
        return Path(library.snapshot_download(name, revision=revision, allow_patterns=list(FILES)))
    except Exception as error:  # noqa: BLE001 - a network, a server and a library of others: anything may be raised
        raise DataError(
            f"{name!r} is no folder here, and the hub gave no model of that name ({_reason(error)}): check the name, "
            "your network and, for a private one, that you are logged in (hf auth login)."
        ) from None


def push(name: str, write: Callable[[Path], Any], *, private: bool = False) -> str:
    """Upload what ``write`` puts into a folder; the repository is made if it is not there.

    Returns:
        the address of its page.

    Raises:
        DataError: the hub refused, or it cannot be reached.
        ConfigError: ``private``, and a public repository of that name is there.
    """
    library = _library()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "model"
        write(folder)
        try:
            page = library.create_repo(name, private=private, exist_ok=True)
            fit = not private or library.HfApi().model_info(name).private  # an old repository stays as it is
            if fit:
                library.upload_folder(
                    repo_id=name, folder_path=folder, allow_patterns=list(FILES), commit_message="A model of scanpath"
                )
        except Exception as error:  # noqa: BLE001 - as in fetch
            raise DataError(
                f"the hub did not take {name!r} ({_reason(error)}): log in with hf auth login, and give the name as "
                "owner/name."
            ) from None
    if not fit:
        raise ConfigError(f"{name!r} is on the hub already and everybody can see it: give another name.")
    return str(page)


def _library() -> Any:
    try:
        import huggingface_hub
    except ImportError:
        raise missing_extra("huggingface_hub", purpose="a model on the hub") from None
    return huggingface_hub


def _reason(error: Exception) -> str:
    """Return the first line of what a foreign library says."""
    first = next(iter(str(error).strip().splitlines()), "").rstrip(". ")
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
