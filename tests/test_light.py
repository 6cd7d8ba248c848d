"""What an import brings: people install one package for one class and keep their own versions of the rest."""

from __future__ import annotations

import pytest

from scanpath import registry
from scanpath.testing.methods import HEAVY, imported_by


def test_the_package_alone_imports_no_torch():
    brought = imported_by("scanpath")
    assert "scanpath" in brought
    assert not brought & (HEAVY | {"torch", "numpy"})


def test_listing_what_is_installed_imports_no_torch():
    assert not imported_by("scanpath.registry", "scanpath.plugin", "scanpath.errors", "scanpath.files") & {
        "torch",
        "numpy",
    }


@pytest.mark.parametrize(
    "module", ["scanpath.types", "scanpath.ops", "scanpath.layers", "scanpath.attention", "scanpath.testing"]
)
def test_a_part_for_mechanisms_is_light(module):
    brought = imported_by(module)
    assert "torch" in brought
    assert not brought & HEAVY, f"importing {module} brings {sorted(brought & HEAVY)}"


def test_hosts_are_light():
    brought = imported_by("scanpath.hosts") & HEAVY
    assert not brought, f"importing scanpath.hosts brings {sorted(brought)}"


def test_reading_what_a_method_brings_imports_no_torch():
    for point in registry.plugins():
        brought = imported_by(point.module)
        assert not brought & {"torch", "numpy"}, f"{point.value} brings torch into every command of scanpath"


def test_a_method_package_is_light():
    for name in sorted(set(registry.methods()) - {"core"}):
        entry = registry.methods()[name]
        packages = {address.partition(".")[0] for part in registry.PARTS for address in getattr(entry, part).values()}
        brought = imported_by(*sorted(packages))  # their top level alone: what an __init__ brings
        assert not brought & HEAVY, f"importing {sorted(packages)} brings {sorted(brought & HEAVY)}"
        others = {module for module in brought if module.startswith("scanpath_")} - packages
        assert not others, f"importing {sorted(packages)} brings {sorted(others)}: a method imports no other"
