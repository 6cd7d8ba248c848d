"""Errors: one family, built-in kin, and near names for misspelt ones."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given, strategies as st

from scanpath import errors
from scanpath.errors import MissingExtraError, ScanpathError, missing_extra, near

WORDS = st.text("abcdefghij_", min_size=1, max_size=12)


def test_every_error_is_of_the_family():
    found = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)]
    assert len(found) > 5
    assert all(issubclass(error, ScanpathError) for error in found)


@pytest.mark.parametrize(
    ("error", "kin"),
    [
        (errors.ConfigError, ValueError),
        (errors.ShapeError, ValueError),
        (errors.UnknownNameError, LookupError),
        (errors.MissingExtraError, ImportError),
    ],
)
def test_errors_are_what_python_code_expects_too(error, kin):
    with pytest.raises(kin, match="a sentence"):
        raise error("a sentence")


def test_near_names():
    known = ["additive", "dot", "multi_hop", "single_hop"]
    assert near("multi_hops", known) == "; did you mean 'multi_hop'?"
    assert near("hop", ["hops", "shop"]) == "; did you mean 'shop' or 'hops'?"
    assert near("dott", known) == "; did you mean 'dot'?"
    assert near("zzz", known) == ""
    assert near("dot", []) == ""
    assert near("aaab", ["aaac", "aaad", "aaae", "aaaf"], most=2).count("'") == 4
    assert near("rl", ["lr", "betas"]) == "; did you mean 'lr'?"


@pytest.mark.parametrize(
    ("name", "known"),
    [("atention", "question_dim"), ("dru", "rvau"), ("l3", "l2"), ("bset", "last"), ("multi_hops", "single_hop")],
)
def test_names_that_share_half_of_their_letters_are_not_near(name, known):
    assert near(name, [known]) == ""


@given(WORDS, st.lists(WORDS))
def test_near_names_are_known_and_in_any_order_the_same(name, known):
    said = near(name, known)
    assert said == near(name, reversed(known))
    assert all(quoted in known for quoted in said.split("'")[1::2])
    if name in known:
        assert f"'{name}'" in said


def test_a_missing_library_names_the_extra():
    error = missing_extra("matplotlib", purpose="drawing a page")
    assert isinstance(error, MissingExtraError)
    assert str(error) == (
        "drawing a page needs 'matplotlib', which is not installed: run pip install 'scanpath[train]'."
    )
    assert "scanpath[easy-vqa]" in str(missing_extra("easy_vqa", purpose="x", extra="easy-vqa"))
