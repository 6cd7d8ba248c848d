"""Names that a new package can have, and what is offered instead of those that it cannot."""

from __future__ import annotations

import pytest

from scanpath.errors import ConfigError
from scanpath.scaffold import check_name
from scanpath.scaffold.names import MOST_LETTERS, distribution


@pytest.mark.parametrize("name", ["gaze", "g", "my_net", "net2", "a_1_b", "g" * MOST_LETTERS])
@pytest.mark.parametrize("inside", [True, False])
def test_names_that_do(name: str, inside: bool) -> None:
    check_name(name, inside=inside)


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("MyNet", "my_net"),
        ("Gaze", "gaze"),
        ("my-net", "my_net"),
        ("my__net", "my_net"),
        ("_gaze_", "gaze"),
        ("2hop", "my_2hop"),
        ("scanpath-gaze", "gaze"),
        ("../gaze", "gaze"),
        ("blick über", "blick_ber"),
        ("", "my_method"),
        ("über", "ber"),
        ("g" * (MOST_LETTERS + 1), "g" * MOST_LETTERS),
    ],
)
def test_spellings_that_do_not(name: str, instead: str) -> None:
    with pytest.raises(ConfigError, match=rf"lower-case letters and digits.*: try '{instead}'\.$"):
        check_name(name, inside=True)
    check_name(instead, inside=True)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("class", "a word of Python"),
        ("match", "a word of Python"),
        ("core", "the core's own name"),
        ("scanpath", "the core's own name"),
        ("dot", "a mechanism that scanpath brings"),
        ("mean", "a mechanism that scanpath brings"),
        ("affinity", "a mechanism that scanpath brings"),
        ("prior", "a row of every comparison"),
        ("question_only", "a row of every comparison"),
    ],
)
def test_names_that_are_taken(name: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=rf"^'{name}' is {reason}.*: try 'my_{name}'"):
        check_name(name, inside=True)
    check_name(f"my_{name}", inside=True)


def test_an_installed_package_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanpath.registry.methods", lambda: {"gaze": None})
    with pytest.raises(ConfigError, match="'gaze' is an installed package"):
        check_name("gaze", inside=True)


def test_the_projects_own_packages_are_kept_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "scanpath.registry.KNOWN_PACKAGES", {"scanpath-blink-rnn": {"scorers": ("blink_rnn",), "hosts": ("wink",)}}
    )
    check_name("blink_rnn", inside=True)
    with pytest.raises(ConfigError, match="'blink_rnn' is kept for scanpath-blink-rnn"):
        check_name("blink_rnn", inside=False)
    with pytest.raises(ConfigError, match="'wink' is kept for scanpath-blink-rnn"):
        check_name("wink", inside=True)


def test_the_distribution_has_hyphens() -> None:
    assert distribution("attention_rnn") == "scanpath-attention-rnn"
