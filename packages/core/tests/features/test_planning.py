import numpy as np
import pytest

from scanpath.errors import ConfigError, DataError
from scanpath.features.backbones import create_backbone
from scanpath.features.pictures import NumberedPictures
from scanpath.features.planning import check_place, plan_extraction, tell


class Drawn:
    def read(self, name):
        if name == "torn":
            raise DataError("torn.")
        return np.zeros((32, 32, 3), np.uint8)


@pytest.fixture(scope="module")
def backbone():
    return create_backbone("scenes_cnn", weights="random", size=32)


def plan(backbone, count=17, name="x", **options):
    pictures = NumberedPictures(dict.fromkeys(range(count), name), Drawn())
    return plan_extraction(pictures, backbone, **options)


@pytest.mark.parametrize(("dtype", "item"), [("float16", 2), ("bfloat16", 2), ("float32", 4), ("int8", 1)])
def test_the_size_is_known_before(backbone, dtype, item):
    assert plan(backbone, dtype=dtype).bytes == 17 * 4 * 4 * 64 * item


def test_size_and_time_are_told(backbone, tmp_path):
    told = tell(plan(backbone), tmp_path / "s", done=5, world=2)
    assert told.startswith(
        f"17 pictures, of which 5 are done -> 4x4x64 float16 of scenes_cnn: 0.0 MB in {tmp_path / 's'}, about "
    )
    huge = tell(plan(backbone)._replace(pictures=[(0, "torn")] * 6_000_000), tmp_path / "s")
    assert huge == f"6,000,000 pictures -> 4x4x64 float16 of scenes_cnn: 12.3 GB in {tmp_path / 's'}"


def test_the_plans_words_are_those_of_all_that_the_bytes_follow_from(backbone):
    other = create_backbone("scenes_cnn", weights="random", size=40)
    plans = [
        plan(backbone),
        plan(backbone, count=16),
        plan(backbone, name="y"),
        plan(backbone, batch=3),
        plan(backbone, dtype="int8"),
        plan(backbone, data={"name": "x"}),
        plan(backbone, skip_bad=True),
        plan(backbone, shard_bytes=5),
        plan(other),
    ]
    assert len({one.words for one in plans}) == len(plans)
    assert plan(backbone, decoders=3).words == plan(backbone).words


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"batch": 0}, "batch = 0, dtype = 'float16' given, expected batch >= 1 and float16 or int8 or bfloat16"),
        ({"dtype": "int4"}, "dtype = 'int4' given"),
        ({"decoders": 0}, "0 decoders given, expected at least 1"),
    ],
)
def test_options_that_cannot_be_are_refused(backbone, options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        plan(backbone, **options)


def test_a_place_that_is_not_there_yet_is_free(backbone, tmp_path):
    assert check_place(plan(backbone), tmp_path / "a" / "b" / "store") is None
