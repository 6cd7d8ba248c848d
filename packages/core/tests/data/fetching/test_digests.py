from __future__ import annotations

import pytest

from scanpath.data.fetching.digests import difference, digests
from scanpath.data.fetching.sources import FileSource

SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
MD5 = "900150983cd24fb0d6963f7d28e17f72"


def source(**more):
    return FileSource(name="a", addresses=["http://a/a"], **more)


@pytest.fixture
def abc(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    return path


def test_the_published_vectors_of_abc(abc):
    seen = []
    assert digests(abc, source(), progress=lambda done, total: seen.append((done, total))) == {"sha256": SHA}
    assert digests(abc, source(md5=MD5)) == {"sha256": SHA, "md5": MD5}
    assert seen == [(3, 3)]


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, ""),
        ({"size": 3, "sha256": SHA}, ""),
        ({"md5": MD5}, ""),
        ({"size": 1234}, "has 3 bytes, expected 1,234"),
        ({"sha256": "0" * 64}, f"has the sha256 {SHA}, expected {'0' * 64}"),
        ({"md5": "0" * 32}, f"has the md5 {MD5}, expected {'0' * 32}"),
        ({"sha256": "0" * 64, "md5": MD5}, f"has the sha256 {SHA}, expected {'0' * 64}"),
    ],
)
def test_differences(abc, known, words):
    assert difference(source(**known), 3, digests(abc, source(**known))) == words
