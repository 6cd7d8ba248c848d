from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from scanpath.data.fetching.sources import find_source, read_sources
from scanpath.errors import ConfigError, UnknownNameError

GOOD = """
some:
  about: something
  folder: some
  page: http://a/
  files:
    - name: a.zip
      addresses: [http://a/a.zip]
"""


def test_our_own_table():
    known = read_sources()
    assert set(known) >= {
        "vqa1", "vqa2", "vqa-cp-v1", "vqa-cp-v2", "coco", "visual-genome", "clevr", "cifar-100", "mnist", "sun397",
        "celeba", "glove", "bottom-up",
    }  # fmt: skip
    for name, source in known.items():
        assert source.page.startswith("http"), name
        for file in source.files:
            assert bool(file.checksum or file.size) == bool(file.known_from), f"{file.name}: who knows that?"
            assert not any(re.search(r"(^|\.)(pypi|conda|npmjs|docker)", urlsplit(at).netloc) for at in file.addresses)
            for address in file.addresses:
                assert urlsplit(address).path.endswith(file.name), f"{file.name} is another file than {address}"


def test_numbers_typed_from_the_facts():
    files = {file.name: file for source in read_sources().values() for file in source.files}
    assert files["train2014.zip"].size == 13_510_573_713
    assert files["CLEVR_v1.0.zip"].md5 == "b11922020e72d0cd9154779b2d3d07d2"
    assert {"scenes/CLEVR_val_scenes.json", "images/test"} <= set(files["CLEVR_v1.0.zip"].gives)
    assert files["v2_Annotations_Val_mscoco.zip"].sha256.startswith("0caae7c8d1dafd85")
    assert files["cifar-100-python.tar.gz"].checksum == ("md5", "eb9058c3a382ffc7106e4002c42a8d85")
    assert files["vqacp_v2_test_annotations.json"].checksum is None
    assert files["question_answers.json.zip"].gives == ["question_answers.json"]
    kept = ["trainval_36.zip", "test2015_36.zip", "train2014.zip", "images2.zip", "glove.6B.zip"]
    assert not any(files[name].gives or files[name].unpacked for name in kept), "they are read as they are"
    assert {file.brackets for name, file in files.items() if name.startswith("vqacp_")} == {"[]"}


def test_files_are_chosen_by_name():
    coco = find_source("coco")
    assert "test2014.zip" not in [file.name for file in coco.chosen()]
    assert [file.name for file in coco.chosen(["val2014", "test2014.zip"])] == ["val2014.zip", "test2014.zip"]
    with pytest.raises(UnknownNameError, match="no file 'val2015' in coco; did you mean"):
        coco.chosen(["val2015"])
    with pytest.raises(UnknownNameError, match="no file 'qqq' in coco; known are train2014"):
        coco.chosen(["qqq"])
    assert find_source("cifar-100").files[0].short == "cifar-100-python"
    assert find_source("glove").files[0].short == "glove.6B"


def test_names_that_are_not_there():
    with pytest.raises(UnknownNameError, match="nothing called 'coko' to fetch; did you mean 'coco'"):
        find_source("coko")
    with pytest.raises(UnknownNameError, match="nothing called 'qqq' to fetch; known are vqa2"):
        find_source("qqq")


def test_a_table_of_one_s_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    assert find_source("some", path).files[0].addresses == ["http://a/a.zip"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (": :", "is not valid YAML"),
        ("[1]", "is no table of sources"),
        ("some: 1", "is no table of sources"),
        (GOOD.replace("about", "abuot"), "unknown key 'abuot'; did you mean 'about'"),
        (GOOD.replace("name: a.zip", "name: ../a.zip"), "name: string should match pattern"),
        (GOOD.replace("folder: some", "folder: ../some"), "folder: string should match pattern"),
        (GOOD.replace("folder: some", "folder: .fetch"), "folder: string should match pattern"),
        (GOOD.replace("http://a/a.zip", "ftp://a/a.zip"), "'ftp://a/a.zip' is no address"),
        (GOOD.replace("http://a/a.zip", "file:///a.zip"), "'file:///a.zip' is no address"),
        (GOOD.replace("[http://a/a.zip]", "[]"), "a.zip needs addresses, or by_hand"),
        (GOOD + "      by_hand: http://a\n", "a.zip needs addresses, or by_hand, and not both"),
        (GOOD + "      sha256: abc\n", "sha256: string should match pattern"),
        (GOOD + "      size: 0\n", "size: input should be greater than 0"),
        (GOOD + "    - name: a.zip\n      addresses: [http://b/a.zip]\n", "a.zip stands twice"),
    ],
)
def test_tables_that_are_not_in_order(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_sources(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read as a table of sources"):
        read_sources(tmp_path / "none.yaml")
