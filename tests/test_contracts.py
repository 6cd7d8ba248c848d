"""Every registered mechanism obeys the contract; a package that is installed is covered without a line here.

A package says in ``packages/<name>/tests/contracts.json`` with which options its mechanisms are checked, by name: a
list of cases, each with ``options`` for the factory and the keywords of the check. Without an entry the strictest
case is taken. The first case is compiled, every one with ``--every-case``: it is most of the seconds.
"""

from __future__ import annotations

import functools
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from scanpath import create_attention, registry
from scanpath.attention import create_co_attention, create_scorer
from scanpath.errors import ScanpathError
from scanpath.testing import check_attention, check_co_attention, check_method, check_scorer

CHECKS = {
    "scorers": (check_scorer, create_scorer),
    "attentions": (check_attention, create_attention),
    "co_attentions": (check_co_attention, create_co_attention),
}
FILES = sorted(Path(__file__).resolve().parent.parent.glob("packages/*/tests/contracts.json"))
DECLARED: dict[str, dict[str, list[dict[str, Any]]]] = {}
for _file in FILES:
    for _part, _names in json.loads(_file.read_text()).items():
        DECLARED.setdefault(_part, {}).update(_names)


def cases() -> list[Any]:
    found = []
    for part in CHECKS:
        for name in registry.addresses(part):
            for number, case in enumerate(DECLARED.get(part, {}).get(name, [{}])):
                found.append(pytest.param(part, name, number, case, id=f"{part}-{name}-{number}"))
    return found


@pytest.fixture
def where(request):
    """How every mechanism is compiled, and where it runs."""
    backend = request.config.getoption("--backend")
    return {"backend": None if backend == "none" else backend, "device": request.config.getoption("--device")}


@pytest.mark.parametrize(("part", "name", "number", "case"), cases())
def test_the_contract(part, name, number, case, where, request):
    keywords = dict(case)
    options = keywords.pop("options", {})
    softmaxed = keywords.pop("softmaxed", {})
    check, create = CHECKS[part]
    factory = functools.partial(create, name, **options)
    compiled = number == 0 or request.config.getoption("--every-case")
    check(factory, **{**where, "backend": where["backend"] if compiled else None}, **keywords)
    if part == "scorers":
        once = {**where, "backend": None}  # its scorer is compiled above, the softmax is with every attention
        check_attention(functools.partial(create_attention, name, **options), **once, **{**keywords, **softmaxed})


@pytest.mark.parametrize(("part", "name"), [(part, name) for part in CHECKS for name in registry.addresses(part)])
def test_without_a_query(part, name, where):
    """What is built with ``query_dim=None`` is called without a query, or says that it needs one.

    Compiling is left to the case with a query: it is most of the seconds.
    """
    check, create = CHECKS[part]
    case = dict(DECLARED.get(part, {}).get(name, [{}])[0])
    options = case.pop("options", {})
    case.pop("softmaxed", None)
    widths = {"token_dim": 3} if part == "co_attentions" else {}
    if case.get("positions"):
        widths["positions"] = (6, 5) if part == "co_attentions" else 6
    said = None
    try:
        create(name, region_dim=2, query_dim=None, **widths, **options)
    except ScanpathError as refusal:
        said = str(refusal)
    if said is None:
        check(functools.partial(create, name, **options), **{**where, "backend": None}, **{**case, "query": False})
    else:
        assert "query" in said, f"{name} refuses query_dim=None without saying that it needs a query"


@pytest.mark.parametrize("method", registry.methods())
def test_the_method(method):
    check_method(registry.methods()[method])


def test_declared_cases_are_cases_of_something():
    for part, names in DECLARED.items():
        unknown = set(names) - set(registry.addresses(part))
        assert not unknown, f"contracts.json names {part} {sorted(unknown)}, which nothing registers: correct the names"
        taken = set(inspect.signature(CHECKS[part][0]).parameters) | {"options", "softmaxed"}
        for name, listed in names.items():
            assert listed, f"contracts.json has no case for {name}: leave the name out"
            for case in listed:
                assert set(case) <= taken, (
                    f"contracts.json gives {name} {sorted(set(case) - taken)}, no option of the kit"
                )
