import io
import zipfile

import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.features.imports import npz
from scanpath.features.imports.npz import NPZ, image_of, read_array, read_picture
from scanpath.features.imports.sources import START
from scanpath.testing.files.bundles import draw_picture, write_npz, write_npz_regions

GRIDS = {image: np.random.default_rng(image).standard_normal((2, 3, 5)).astype(np.float32) for image in (9, 581929)}


def test_grids_come_back_channels_last_under_their_ids(tmp_path):
    write_npz(tmp_path, GRIDS)
    source = NPZ([*tmp_path.iterdir()])
    found = [*source.read(START)]
    assert [one.where for one in found] == [f"COCO_train2014_{image:012d}.jpg.npz" for image in (9, 581929)]
    assert [one.row.image_id for one in found] == [9, 581929]
    for one in found:
        assert (one.row.features == GRIDS[one.row.image_id]).all()
        assert one.row.boxes is None
    assert [one.row.image_id for one in source.read(found[0].behind)] == [581929]
    assert source.done(found[1].behind) == source.steps == 2
    assert source.facts["files"] == 2


@pytest.mark.parametrize(
    ("name", "image"),
    [("COCO_val2014_000000000009.jpg.npz", 9), ("17.npz", 17), ("COCO_test2015_000000581929.npz", 581929)],
)
def test_the_id_stands_in_the_name(name, image):
    assert image_of(name) == image


def test_a_name_without_an_id_is_refused():
    with pytest.raises(DataError, match="ends in no image id"):
        image_of("features.npz")


def test_nothing_is_unpickled(tmp_path):
    np.savez(tmp_path / "3.npz", x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DataError, match="'x' holds Python objects, which are never unpickled"):
        read_array(tmp_path / "3.npz")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "3.npz", x=np.zeros((1000, 10)))
    monkeypatch.setattr(npz, "LARGEST", 1000)
    with pytest.raises(DataError, match="claims 80128 bytes, more than 1000"):
        read_array(tmp_path / "3.npz")


def archive(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("x.npy", content)
    return stream.getvalue()


def saved(**arrays) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


BAD = {
    "no zip": (b"nothing", "no whole .npz"),
    "empty": (b"", "no whole .npz"),
    "cut": (saved(x=np.ones((3, 2, 2)))[:-30], "no whole .npz"),
    "another key": (saved(y=np.ones(3)), "there is no array 'x'"),
    "words": (saved(x=np.array(["a"])), "expected numbers"),
    "no numbers": (saved(x=np.ones((0, 3))), "expected numbers"),
    "one axis": (saved(x=np.ones(3)), r"the features are \(3,\), expected"),
    "a square": (saved(x=np.ones((3, 3))), r"the features are \(3, 3\), expected"),
    "no array in it": (archive(b"nothing"), "is no array"),
    "a cut array in it": (archive(saved(x=np.ones(3))[:20]), "is no array"),
}


@pytest.mark.parametrize(("content", "why"), BAD.values(), ids=BAD)
def test_a_bad_file_says_why_and_the_next_is_read(tmp_path, content, why):
    (tmp_path / "1.npz").write_bytes(content)
    (tmp_path / "2.npz").write_bytes(saved(x=np.ones((3, 2, 2))))
    bad, good = NPZ([*tmp_path.iterdir()]).read(START)
    assert isinstance(bad.row, str)
    assert __import__("re").search(why, bad.row)
    assert good.row.features.shape == (2, 2, 3)


def test_regions_come_with_their_boxes(tmp_path):
    pictures = [draw_picture(image, regions=3, width=7) for image in (5, 11)]
    write_npz_regions(tmp_path, pictures)
    source = NPZ([*tmp_path.iterdir()])
    for found, picture in zip(source.read(START), pictures, strict=True):
        assert found.row.image_id == picture.image_id
        assert (found.row.features == picture.features).all()
        np.testing.assert_allclose(found.row.boxes * [640, 480, 640, 480], picture.boxes, rtol=1e-5)
    assert source.remarks == ()


#: Two regions of three numbers in a picture of 16x8, as OpenVQA has them.
REGIONS = {
    "x": np.array([[1, 0], [2, 8], [-2, 16]], np.float32),
    "bbox": np.array([[0, 0, 16, 8], [0, 2, 8, 8]], np.float32),
    "image_w": 16,
    "image_h": 8,
    "num_bbox": 2,
}


def regions(**changes):
    return saved(**{key: value for key, value in {**REGIONS, **changes}.items() if value is not None})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"x": REGIONS["x"].T},
        {"num_bbox": None},
        {"num_bbox": None, "num_boxes": [2]},
        {"image_w": None, "image_h": None, "width": 16, "height": np.array(8.0)},
        {"x": np.pad(REGIONS["x"], ((0, 0), (0, 5))), "bbox": np.pad(REGIONS["bbox"], ((0, 5), (0, 0)))},
    ],
)
def test_regions_by_hand(tmp_path, changes):
    (tmp_path / "3.npz").write_bytes(regions(**changes))
    picture = read_picture(tmp_path / "3.npz")
    assert picture.features.tolist() == [[1, 2, -2], [0, 8, 16]]
    assert picture.boxes.tolist() == [[0, 0, 1, 1], [0, 0.25, 0.5, 1]]
    assert picture.ignored == []


def test_a_square_is_turned_as_the_format_has_it(tmp_path):
    (tmp_path / "3.npz").write_bytes(regions(x=np.array([[1, 0], [2, 8]])))
    assert read_picture(tmp_path / "3.npz").features.tolist() == [[1, 2], [0, 8]]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"bbox": np.ones(4)}, r"'bbox' is \(4,\), expected \(K, 4\)"),
        ({"bbox": np.ones((5, 4))}, r"'x' is \(3, 2\) for 5 boxes"),
        ({"image_w": 0}, r"'image_w' is \[0\], expected one number above zero"),
        ({"image_h": [8, 8]}, r"'image_h' is \[8, 8\], expected one number"),
        ({"image_h": np.nan}, "expected one number above zero"),
        ({"num_bbox": 3}, "'num_bbox' is 3, 'x' has 2 regions"),
        ({"num_bbox": 1.5}, "'num_bbox' is 1.5, 'x' has 2 regions"),
        ({"num_bbox": 1}, "'num_bbox' is 1, and the regions behind are no zeros"),
        ({"image_w": 14}, "lies outside the picture of 14x8"),
        ({"image_w": "wide"}, "'image_w' holds .* expected numbers"),
    ],
)
def test_boxes_that_do_not_go_with_the_features_are_a_reason(tmp_path, changes, why):
    (tmp_path / "3.npz").write_bytes(regions(**changes))
    with pytest.raises(DataError, match=why):
        read_picture(tmp_path / "3.npz")


def test_what_is_not_read_is_told(tmp_path):
    (tmp_path / "1.npz").write_bytes(b"broken")
    (tmp_path / "2.npz").write_bytes(regions(objects_id=[1, 2], info=np.array({"a": 1}, dtype=object)))
    (tmp_path / "3.npz").write_bytes(regions())
    assert NPZ([*tmp_path.iterdir()]).remarks == ("2.npz also holds 'objects_id', 'info': not read.",)


@pytest.mark.parametrize("changes", [{"image_w": None}, {"x": np.ones((5, 2, 3))}])
def test_boxes_that_cannot_be_placed_are_told(tmp_path, changes):
    (tmp_path / "2.npz").write_bytes(regions(**changes))
    assert read_picture(tmp_path / "2.npz").boxes is None
    (remark,) = NPZ([tmp_path / "2.npz"]).remarks
    assert "'bbox'" in remark
    assert remark.endswith(": not read, since boxes need 'image_w' and 'image_h', and 'x' of two axes.")


def test_no_remark_where_nothing_can_be_read(tmp_path):
    (tmp_path / "1.npz").write_bytes(b"broken")
    assert NPZ([tmp_path / "1.npz"]).remarks == ()
