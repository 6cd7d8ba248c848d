"""Hosts are found by name among what is installed, and say what they take."""

from __future__ import annotations

import pytest

from scanpath.errors import UnknownNameError
from scanpath.hosts.builders import PLACES, find_host, host_names, options_of_host
from scanpath.hosts.canonical import canonical
from scanpath.plugin import METHOD


def test_the_cores_hosts_are_found() -> None:
    assert set(host_names()) >= METHOD.hosts.keys()
    assert find_host("canonical") is canonical


def test_an_unknown_one_is_told_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match="no installed package brings the host 'canonic'; did you mean 'canonical'"
    ):
        find_host("canonic")


@pytest.mark.parametrize("name", METHOD.hosts)
def test_what_the_data_give_is_no_option(name: str) -> None:
    found = options_of_host(name)
    assert found.isdisjoint({"answers", "vocabulary_size", "beside_dim", "feature_dim"})
    assert found & set(PLACES) == {"attention", "co_attention"}
    assert "embedding_dim" in found
