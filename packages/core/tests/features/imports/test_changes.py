import os

import pytest

from scanpath.errors import DataError
from scanpath.features.imports.changes import BLOCK, BLOCKS, sampled, written


@pytest.fixture
def files(tmp_path):
    made = [tmp_path / name for name in ("a", "b")]
    for path in made:
        path.write_bytes(path.name.encode() * 5000)
    return made


def test_writing_to_a_file_is_seen_by_its_time(files):
    before = written(files)
    assert written(files) == before
    os.utime(files[1], ns=(0, 1))
    assert written(files) != before


@pytest.mark.parametrize("place", [0, 2500, 4999])
def test_any_byte_of_small_files_is_sampled(files, place):
    before = sampled(files)
    os.utime(files[1], ns=(0, 1))
    assert sampled(files) == before
    content = bytearray(files[1].read_bytes())
    content[place] ^= 1
    files[1].write_bytes(content)
    assert sampled(files) != before


@pytest.mark.parametrize("block", [0, 1, BLOCKS // 2, BLOCKS - 1])
def test_samples_are_spread_over_a_long_file(tmp_path, block):
    path, size = tmp_path / "x", 3 * BLOCK * BLOCKS
    path.write_bytes(bytes(size))
    before = sampled([path])
    with path.open("r+b") as stream:
        stream.seek((size - BLOCK) * block // (BLOCKS - 1))
        stream.write(b"1")
    assert sampled([path]) != before


def test_of_many_files_the_ends_are_read(tmp_path):
    many = [tmp_path / str(number) for number in range(BLOCKS + 1)]
    for path in many:
        path.write_bytes(bytes(BLOCK + 1))
    before = sampled(many)
    for place, differs in ((0, False), (1, True), (BLOCK, True)):
        content = bytearray(BLOCK + 1)
        content[place] = 1
        many[7].write_bytes(content)
        assert (sampled(many) != before) == differs


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(DataError, match="x cannot be read"):
        sampled([tmp_path / "x"])
