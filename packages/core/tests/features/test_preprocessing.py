import io

import numpy as np
import pytest
from PIL import Image
from torchvision.transforms import v2

from scanpath.errors import ConfigError, MissingExtraError, UnknownNameError
from scanpath.features.preprocessing import PRESETS, STATISTICS, Preprocessing, find_preset, resize

PICTURE = np.random.default_rng(0).integers(0, 256, (53, 71, 3), np.uint8)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("share", "side"), [(1.0, 41), (0.875, 35), (0.875, 36), (0.5, 67)])
def test_a_crop_is_torchvisions(turned, share, side):
    """The transform of MUTAN's and of Kazemi's code: Resize, then CenterCrop."""
    picture = np.ascontiguousarray(PICTURE.transpose(1, 0, 2)) if turned else PICTURE
    transform = v2.Compose([v2.Resize(int(side / share)), v2.CenterCrop(side)])
    expected = np.asarray(transform(Image.fromarray(picture)))
    np.testing.assert_array_equal(Preprocessing(fit="crop", share=share).bring(picture, side), expected)


def test_a_warp_is_torchvisions():
    expected = np.asarray(v2.Resize((29, 29))(Image.fromarray(PICTURE)))
    np.testing.assert_array_equal(Preprocessing().bring(PICTURE, 29), expected)
    assert Preprocessing().bring(PICTURE[:40, :40], 40).base is not None, "a picture of the size is not copied"


def test_caffes_pixels_are_bytes_less_their_means():
    """ReviewNet's: BGR from 0 to 255, minus (103.939, 116.779, 123.68)."""
    mean, deviation, bgr = STATISTICS["caffe"]
    blue_first = PICTURE[..., ::-1] / 255
    found = (blue_first - mean) / deviation
    np.testing.assert_allclose(found, PICTURE[..., ::-1].astype(float) - [103.939, 116.779, 123.68], atol=1e-9)
    assert bgr


def test_the_papers_numbers():
    assert find_preset("mcb")[:2] == ("resnet152", 448)
    assert find_preset("mcb").preprocessing == Preprocessing(fit="warp", length="sample")
    assert find_preset("drau") == find_preset("mcb")
    assert int(448 / find_preset("kazemi").preprocessing.share) == 512
    assert int(224 / find_preset("reviewnet").preprocessing.share) == 256
    assert (find_preset("han").size, find_preset("sla").preprocessing.length) == (320, "location")
    assert find_preset("mutan").preprocessing == Preprocessing(fit="crop", share=1.0, length="none")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_facts_are_read_back_among_others(preset):
    assert Preprocessing.of_facts({"name": "x", **preset.preprocessing.facts}) == preset.preprocessing


def test_the_usual_way_has_no_facts_so_that_keys_of_older_stores_stay():
    assert Preprocessing().facts == {}
    assert Preprocessing(pixels="caffe", share=0.5).facts == {"pixels": "caffe", "share": 0.5}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"fit": "crob"}, "fit = 'crob' was given for the preprocessing; did you mean 'crop'"),
        ({"pixels": "8"}, "expected weights, imagenet, caffe, half, clip"),
        ({"length": "picture"}, "length = 'picture'"),
        ({"share": 0}, "share = 0 was given for the preprocessing, expected above 0"),
        ({"share": 1.5}, "at most 1"),
    ],
)
def test_what_cannot_be_is_refused(given, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Preprocessing(**given)


def test_an_unknown_preset_has_near_names():
    with pytest.raises(UnknownNameError, match="there is no preset 'mcbs'; did you mean 'mcb'"):
        find_preset("mcbs")
    with pytest.raises(UnknownNameError, match="known are drau, han, kazemi, mcb, mutan, reviewnet, sla"):
        find_preset("qqq")


def test_without_pillow_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(MissingExtraError, match=r"resizing pictures needs 'pillow'.*scanpath\[train\]"):
        resize(PICTURE, 5, 5)


def test_a_decoded_picture_may_be_read_only():
    stream = io.BytesIO()
    Image.fromarray(PICTURE).save(stream, "PNG")
    read = np.asarray(Image.open(stream))
    assert not read.flags.writeable
    assert Preprocessing(fit="crop").bring(read, 20).shape == (20, 20, 3)
