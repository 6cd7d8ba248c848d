"""The check of a package's catalogue entry: every address loads, is what it is listed as, and comes without luggage."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from torch import nn

from scanpath.errors import ScanpathError
from scanpath.features.brought import BroughtBackbone
from scanpath.features.loading import fitting, read_weights
from scanpath.method import TASK_FOR_RUNS, Kernel, Method
from scanpath.registry import PARTS, resolve
from scanpath.testing.shapes import SIGNATURES
from scanpath.testing.subject import ContractError

HEAVY = frozenset({
    "PIL", "accelerate", "easy_vqa", "huggingface_hub", "jinja2", "matplotlib", "pydantic", "rich", "tensorboard",
    "torchdata", "torchvision", "typer", "yaml",
})  # fmt: skip
"""What importing a mechanism must not bring: people install one package for one class."""

ROLES: Mapping[str, str] = {"scorers": "Scorer", "attentions": "Attention", "co_attentions": "CoAttention"}
IMPORTER = """
import importlib, sys
sys.path[:0] = sys.argv[1].split("\\n")
for name in sys.argv[2:]:
    importlib.import_module(name)
print(*{name.partition(".")[0] for name in sys.modules})
"""
TASK_METHODS = ("objective", "batches", "predict", "measures", *TASK_FOR_RUNS)
HOSTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "hosts": (
        ("answers", "vocabulary_size", "beside_dim", "feature_dim"),
        "HostBuilder in scanpath.hosts.builders",
    ),
    "classifiers": (("classes", "statistics", "attention"), "ClassifierBuilder in scanpath.hosts.classifiers"),
    "captioners": (("vocabulary_size", "feature_dim", "attention"), "CaptionerBuilder in scanpath.hosts.caption_model"),
}
"""What a host is built with, and the protocol that says so."""
BENCH_KEYWORDS = ("device", "batch", "repeats")
DATA_MEMBERS = {
    "datasets": (
        "scanpath.data.dataset.Dataset", ("summary", "folder", "open", "make", "checksum", "counts", "damaged")
    ),
    "labelled": (
        "scanpath.data.labelled.LabelledData", ("summary", "splits", "folder", "open", "checksum", "counts", "damaged")
    ),
    "captions": (
        "scanpath.data.caption_catalogue.CaptionData",
        ("summary", "splits", "folder", "pictures", "open", "checksum", "counts", "damaged"),
    ),
}  # fmt: skip
"""What a data set must have, and the protocol that says so."""


def check_method(method: Method) -> None:
    """Check a package's entry in the catalogue.

    Args:
        method: The package's ``METHOD``.

    Raises:
        ContractError: On the first rule broken, in one sentence.
    """
    strings_only(method)
    for part in PARTS:
        for name, address in getattr(method, part).items():
            target = loads(method, part, name, address)
            if part in ROLES:
                mechanism(method, part, name, target)
            elif part == "tasks":
                task(method, name, target)
            elif part in DATA_MEMBERS:
                dataset(method, part, name, target)
            elif part in HOSTS:
                host(method, part, name, target)
            elif part in CHECKED_BY:
                CHECKED_BY[part](method, name, target)
            elif not callable(target):
                raise _fault(method, part, name, f"is a {type(target).__name__}", "name something that can be called")
    tables(method)
    light(method)


def strings_only(method: Method) -> None:
    """The entry is a Method made of strings; names are lower case, addresses ``"module:Name"``."""
    if not isinstance(method, Method):
        raise ContractError(f"METHOD is a {type(method).__name__}; build a scanpath.Method.")
    for field in ("name", "paper", "tables"):
        value = getattr(method, field)
        if not isinstance(value, str):
            raise ContractError(f"Method {method.name!r}: {field} is a {type(value).__name__}; give a string.")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", method.name):
        raise ContractError(
            f"Method {method.name!r}: the name is not lower_case; sessions and folders are called by it."
        )
    if not method.paper.strip():
        raise ContractError(f"Method {method.name!r}: paper is empty; give title, authors, venue and address.")
    for part in PARTS:
        for name, address in getattr(method, part).items():
            if not (isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_\-]*", name)):
                raise _fault(method, part, name, "is not a lower-case name", "rename it")
            if not (isinstance(address, str) and re.fullmatch(r"[\w.]+:\w+", address)):
                raise _fault(method, part, name, f"has the address {address!r}", "write 'module:Name', a string")


def loads(method: Method, part: str, name: str, address: str) -> Any:
    """Import what an address names."""
    try:
        return resolve(address)
    except Exception as error:  # the package is foreign code: whatever it raises is the finding
        raise _fault(
            method, part, name, f"does not load from {address} ({type(error).__name__}: {error})", "correct the address"
        ) from error


def mechanism(method: Method, part: str, name: str, target: object) -> None:
    """A mechanism is built by keywords only and is called as its part of the catalogue is called."""
    role = ROLES[part]
    if not callable(target):
        raise _fault(method, part, name, f"is a {type(target).__name__}", "name a class or a builder")
    parameters = inspect.signature(target).parameters
    wanted = ["region_dim", "query_dim"] + (["token_dim"] if role == "CoAttention" else [])
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    missing = [keyword for keyword in wanted if keyword not in parameters and not takes_any]
    if missing:
        raise _fault(method, part, name, f"is built without {', '.join(missing)}", "add the keywords, even if unused")
    positional = [p.name for p in parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if positional:
        raise _fault(method, part, name, f"takes {', '.join(positional)} by position", "put * first: keyword-only")
    if isinstance(target, type):
        _is_called_as(method, part, name, target)


def _is_called_as(method: Method, part: str, name: str, target: type) -> None:
    forward: Callable[..., Any] | None = getattr(target, "forward", None)
    if not issubclass(target, nn.Module) or forward is None:
        raise _fault(method, part, name, "is no nn.Module", "derive it from torch.nn.Module")
    takes = tuple(inspect.signature(forward).parameters)[1:]
    role = ROLES[part]
    if takes != SIGNATURES[role]:
        raise _fault(
            method, part, name,
            f"is called with ({', '.join(takes)}), but {_article(role)} with ({', '.join(SIGNATURES[role])})",
            "rename the arguments, or list it where it belongs",
        )  # fmt: skip
    annotation = forward.__annotations__.get("return", "")  # a string or a class, by the module's __future__
    result = str(getattr(annotation, "__name__", annotation))
    expected = {"Scorer": "Tensor", "Attention": "Attended", "CoAttention": "CoAttended"}[role]
    if result and not re.search(rf"\b{expected}\b", result):
        raise _fault(
            method, part, name, f"returns {result}, but {_article(role)} returns {expected}", "list it where it belongs"
        )


def _article(role: str) -> str:
    return f"{'an' if role[0] in 'AEIOU' else 'a'} {role}"


def task(method: Method, name: str, target: object) -> None:
    """A task can be built and has what the trainer and a run call."""
    if not callable(target):
        raise _fault(method, "tasks", name, f"is a {type(target).__name__}", "name a class or a builder")
    missing = [member for member in TASK_METHODS if not hasattr(target, member)]
    if isinstance(target, type) and missing:
        raise _fault(
            method, "tasks", name, f"has no {', '.join(missing)}", "see RunnableTask in scanpath.experiments.config"
        )


def dataset(method: Method, part: str, name: str, target: object) -> None:
    """A data set is a class, built with the folder of all of them, that has what the catalogue asks for."""
    protocol, members = DATA_MEMBERS[part]
    if not isinstance(target, type):
        raise _fault(method, part, name, f"is a {type(target).__name__}", "name a class")
    try:
        built = target(Path("no-such-folder"))
    except TypeError as error:
        raise _fault(method, part, name, f"is not built with a folder ({error})", "take root alone") from error
    missing = [member for member in members if not hasattr(target, member) and not hasattr(built, member)]
    if missing:
        raise _fault(method, part, name, f"has no {', '.join(missing)}", f"give it all of {protocol}")


def host(method: Method, part: str, name: str, target: object) -> None:
    """A host can be built with what its task knows, by keywords."""
    keywords, protocol = HOSTS[part]
    if not callable(target):
        raise _fault(method, part, name, f"is a {type(target).__name__}", "name a builder")
    try:
        inspect.signature(target).bind(**dict.fromkeys(keywords))
    except TypeError as error:
        raise _fault(
            method, part, name, f"is not built with {', '.join(keywords)} ({error})", f"see {protocol}"
        ) from error


def bench(method: Method, name: str, target: object) -> None:
    """A bench can be called with what ``scanpath bench cost`` hands over."""
    if not callable(target):
        raise _fault(method, "benches", name, f"is a {type(target).__name__}", "name a function")
    try:
        inspect.signature(target).bind(**dict.fromkeys(BENCH_KEYWORDS))
    except TypeError as error:
        raise _fault(
            method, "benches", name, f"is not called with {', '.join(BENCH_KEYWORDS)} ({error})",
            "see Bench in scanpath.bench.method",
        ) from error  # fmt: skip


def kernel(method: Method, name: str, target: object) -> None:
    """What is said of a kernel is a Kernel."""
    if not isinstance(target, Kernel):
        raise _fault(method, "kernels", name, f"is a {type(target).__name__}", "name a scanpath.method.Kernel")


def backbone(method: Method, name: str, target: object) -> None:
    """A backbone has its weights in the package, and they fit its layers."""
    if not isinstance(target, BroughtBackbone):
        raise _fault(
            method,
            "backbones",
            name,
            f"is a {type(target).__name__}",
            "name a scanpath.features.brought.BroughtBackbone",
        )
    try:
        fitting(read_weights(target.weights), target.network().state_dict(), target.weights.name, name)
    except ScanpathError as error:
        raise _fault(
            method, "backbones", name, f"cannot be built ({error})", "ship the weights of its layers"
        ) from error


def tables(method: Method) -> None:
    """The package that is said to hold the tables exists and holds at least one."""
    if not method.tables:
        return
    try:
        found = importlib.util.find_spec(method.tables)
    except ImportError:
        found = None
    if found is None:
        raise ContractError(f"Method {method.name!r}: tables names {method.tables!r}, which is no package; correct it.")
    if not any(entry.name.endswith(".yaml") for entry in files(method.tables).iterdir()):
        raise ContractError(f"Method {method.name!r}: {method.tables} holds no .yaml file; leave tables empty instead.")


def light(method: Method) -> None:
    """Importing the package and the modules of its mechanisms brings torch and nothing heavier."""
    modules = {address.partition(":")[0] for part in ROLES for address in getattr(method, part).values()}
    modules |= {module.partition(".")[0] for module in modules}
    if not modules:
        return
    brought = imported_by(*sorted(modules)) & HEAVY
    if brought:
        raise ContractError(
            f"Method {method.name!r}: importing {', '.join(sorted(modules))} brings {', '.join(sorted(brought))}; "
            "import these inside the functions that need them."
        )


def imported_by(*modules: str) -> frozenset[str]:
    """Return the top-level modules that a fresh interpreter holds after importing ``modules``."""
    command = [sys.executable, "-c", IMPORTER, "\n".join(entry for entry in sys.path if entry), *modules]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    if done.returncode:
        reason = next(iter(done.stderr.strip().splitlines()[-1:]), "no output")
        raise ContractError(f"a fresh interpreter cannot import {', '.join(modules)} ({reason}); mend the import.")
    return frozenset(done.stdout.split())


def _fault(method: Method, part: str, name: object, what: str, remedy: str) -> ContractError:
    return ContractError(f"Method {method.name!r}: {part} {name!r} {what}; {remedy}.")


CHECKED_BY: Mapping[str, Callable[[Method, str, object], None]] = {
    "benches": bench, "kernels": kernel, "backbones": backbone
}  # fmt: skip
"""Parts that are no mechanism and no host, each with a check of its own."""
