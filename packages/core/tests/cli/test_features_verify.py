import numpy as np
import pytest

from scanpath.cli import main
from scanpath.features.store import write_store


def verify(capsys, *folders):
    code = 0
    try:
        main(["features", "verify", *map(str, folders)])
    except SystemExit as left:
        code = int(left.code or 0)
    return code, *capsys.readouterr()


@pytest.fixture
def stores(tmp_path):
    """A store that is whole, a place where none is, one that is damaged in two blocks, and another whole one."""
    folders = [tmp_path / name for name in ("first", "none", "damaged", "last")]
    for folder in (folders[0], *folders[2:]):
        write_store(folder, [3, 5, 8], np.ones((3, 2, 2, 7), np.float16), block=1)
    array = folders[2] / "features.npy"
    array.write_bytes(array.read_bytes()[:-60] + bytes(60))
    return folders


def test_one_store(stores, capsys):
    code, out, err = verify(capsys, stores[0])
    agree = "3 of 3 checksums agree"
    assert (code, out, err) == (0, f"FeatureStore('{stores[0]}', 3 pictures, 2x2x7 float16): {agree}\n", "")
    code, out, err = verify(capsys, stores[2])
    assert (code, out.splitlines()[0].rpartition(": ")[2]) == (2, "1 of 3 checksums agree")
    assert err.startswith("scanpath: ")
    assert " damaged, and 1 more: delete the folder and make the features again" in err
    assert verify(capsys, stores[1])[0] == 2


def test_a_store_that_cannot_be_opened_does_not_stop_the_others(stores, capsys):
    code, out, err = verify(capsys, *stores)
    assert [line.rpartition(": ")[2] for line in out.splitlines()] == [
        "3 of 3 checksums agree", "1 of 3 checksums agree", "3 of 3 checksums agree",
    ]  # fmt: skip
    none, damaged, last = err.splitlines()
    assert (code, last) == (2, "scanpath: 2 of 4 stores are not whole, as told above.")
    assert f"{stores[1]} holds no features" in none
    assert " damaged, and 1 more" in damaged
    assert verify(capsys, stores[0], stores[3])[0] == 0
