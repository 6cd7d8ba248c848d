"""A line typed by hand, every way to spoil it, and arbitrary bytes."""

import tarfile

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scanpath.errors import DataError
from scanpath.features.imports import tsv
from scanpath.features.imports.sources import START, Row
from scanpath.features.imports.tsv import TSV, parse_line
from scanpath.testing.files.bundles import draw_picture, tsv_line, write_tsv, write_zip

# float32, little endian: 0.0 is 00000000, 1.0 0000803f, 2.0 00000040, 8.0 00000041, 16.0 00008041, -2.0 000000c0.
BOXES = b"AAAAAAAAAAAAAIBBAAAAQQAAAAAAAABAAAAAQQAAAEE="  # (0, 0, 16, 8) and (0, 2, 8, 8)
FEATURES = b"AACAPwAAAEAAAADAAAAAAAAAAEEAAIBB"  # (1, 2, -2) and (0, 8, 16)
GOLDEN = b"\t".join([b"57870", b"16", b"8", b"2", BOXES, FEATURES])


def changed(**cells):
    names = tsv.COLUMNS
    return b"\t".join(cells.get(name, cell) for name, cell in zip(names, GOLDEN.split(b"\t"), strict=True))


@pytest.mark.parametrize("ending", [b"\r\n", b"\n", b""])
def test_a_line_typed_by_hand(ending):
    row = parse_line(GOLDEN + ending)
    assert row.image_id == 57870
    assert row.features.tolist() == [[1, 2, -2], [0, 8, 16]]
    assert row.boxes.tolist() == [[0, 0, 1, 1], [0, 0.25, 0.5, 1]]


BAD = {
    "no tabs": (b"57870 16 8", "there are 1 columns, expected 6"),
    "a header": (b"\t".join(name.encode() for name in tsv.COLUMNS), "image_id is 'image_id', expected a whole number"),
    "empty": (b"", "there are 1 columns"),
    "no id": (changed(image_id=b""), "image_id is '', expected a whole number"),
    "a negative id": (changed(image_id=b"-3"), "image_id is '-3'"),
    "a long id": (changed(image_id=b"9" * 19), "image_id is '9999999999999999999'"),
    "no width": (changed(image_w=b"0"), "a picture of 0x8 with 2 boxes cannot be"),
    "no boxes": (changed(num_boxes=b"0"), "with 0 boxes cannot be"),
    "another count": (changed(num_boxes=b"3"), "boxes hold 8 numbers, expected 12"),
    "cut": (GOLDEN[:-5], r"features are no base64 \(.*\): is the line cut short"),
    "cut at a group": (GOLDEN[:-4], "features are 21 bytes, no whole number of float32"),
    "cut at a number": (GOLDEN[:-16], "features hold 3 numbers for 2 boxes"),
    "no features": (changed(features=b""), "features hold 0 numbers"),
    "a foreign letter": (changed(features=FEATURES[:-1] + b"!"), "features are no base64"),
    "a box outside": (changed(image_w=b"14"), r"box 0 \(0, 0, 16, 8\) lies outside the picture of 14x8"),
    "a box turned round": (
        changed(boxes=b"AACAQQAAAEEAAAAAAAAAAAAAAAAAAABAAAAAQQAAAEE="),
        "ends before it begins",
    ),
    "a corner not a number": (changed(boxes=b"AADAfw" + BOXES[6:]), "a corner of a box is not a finite number"),
}


@pytest.mark.parametrize(("line", "why"), BAD.values(), ids=BAD)
def test_a_spoilt_line_says_why(line, why):
    with pytest.raises(DataError, match=why):
        parse_line(line)


def test_a_box_outside_by_less_than_a_pixel_is_clipped():
    assert parse_line(changed(image_w=b"15")).boxes[0].tolist() == [0, 0, 1, 1]


def test_lines_are_read_with_their_places_and_from_anywhere(tmp_path):
    one, two = tmp_path / "x.tsv.0", tmp_path / "x.tsv.1"
    write_tsv(one, [draw_picture(image, regions=2 + image % 3, width=7) for image in (5, 3)])
    two.write_bytes(GOLDEN + b"\n\n" + tsv_line(draw_picture(8, regions=2, width=7)))
    source = TSV([one, two])
    found = [*source.read(START)]
    assert [one.where for one in found] == [
        "line 1 of x.tsv.0", "line 2 of x.tsv.0", "line 1 of x.tsv.1", "line 2 of x.tsv.1", "line 3 of x.tsv.1",
    ]  # fmt: skip
    assert [isinstance(one.row, Row) for one in found] == [True, True, True, False, True]
    assert source.done(found[-1].behind) == source.steps == one.stat().st_size + two.stat().st_size
    for number in range(len(found)):
        again = [*source.read(found[number].behind)]
        assert [one.where for one in again] == [one.where for one in found[number + 1 :]]
    picture = draw_picture(8, regions=2, width=7)
    assert (found[-1].row.features == picture.features).all()
    np.testing.assert_allclose(found[-1].row.boxes * [640, 480, 640, 480], picture.boxes, rtol=1e-6)


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_lines_of_an_archive_are_read_from_anywhere(tmp_path, name):
    inside = [tmp_path / one for one in ("x.tsv.0", "empty.tsv", "x.tsv.1", "readme")]
    for path, images in zip(inside, ([5, 3], [], [8, 2, 9], []), strict=True):
        write_tsv(path, [draw_picture(image, regions=2, width=7) for image in images])
    inside[0].write_bytes(inside[0].read_bytes().rstrip())  # the last line of a file may lack its end
    if name == "x.zip":
        write_zip(tmp_path / name, inside, "trainval_36")
    else:
        with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as archive:
            for path in inside:
                archive.add(path, f"trainval_36/{path.name}")
    after = tmp_path / "after.tsv"
    write_tsv(after, [draw_picture(7, regions=2, width=7)])
    source = TSV([tmp_path / name, after])
    assert source.remarks == ()
    found = [*source.read(START)]
    assert source.remarks == (f"{name} holds 1 more file, trainval_36/readme the first: not read.",)
    assert [one.where for one in found] == [
        *(f"line {line} of trainval_36/x.tsv.0 in {name}" for line in (1, 2)),
        *(f"line {line} of trainval_36/x.tsv.1 in {name}" for line in (1, 2, 3)),
        "line 1 of after.tsv",
    ]
    plain = [one.row for one in TSV([inside[0], inside[2], after]).read(START)]
    assert [one.row.image_id for one in found] == [one.image_id for one in plain] == [5, 3, 8, 2, 9, 7]
    assert all((one.row.features == other.features).all() for one, other in zip(found, plain, strict=True))
    if name == "x.zip":
        assert source.done(found[-1].behind) == source.steps
    for number in range(len(found)):
        again = [*source.read(found[number].behind)]
        assert [(one.where, one.behind) for one in again] == [(one.where, one.behind) for one in found[number + 1 :]]


def test_a_file_without_line_ends_is_not_read_into_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(tsv, "LONGEST_LINE", 100)
    (tmp_path / "x.tsv").write_bytes(b"\0" * 1000)
    with pytest.raises(DataError, match=r"line 1 of .*x.tsv has more than 100 bytes: is it a bottom-up TSV"):
        [*TSV([tmp_path / "x.tsv"]).read(START)]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_row_or_a_reason(text):
    try:
        row = parse_line(text)
    except DataError:
        return
    assert row.features.shape[0] == len(row.boxes)


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, len(GOLDEN) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_a_row_or_a_reason(place, byte):
    line = bytearray(GOLDEN)
    line[place] = byte
    try:
        row = parse_line(bytes(line))
    except DataError:
        return
    assert row.features.shape == (len(row.boxes), 6 // len(row.boxes))
    assert ((row.boxes >= 0) & (row.boxes <= 1)).all()
