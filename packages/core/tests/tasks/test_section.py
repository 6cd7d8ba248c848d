import pytest

from scanpath.errors import ConfigError, DataError
from scanpath.tasks.section import MODEL, Section


class Small(Section):
    answers: int
    name: str = "small"


def test_a_section_comes_back(tmp_path):
    Small(answers=7).save(tmp_path)
    assert Small.load(tmp_path) == Small(answers=7)


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (None, DataError, r"model\.json does not exist"),
        ("[]", DataError, r"model\.json is no model's section: the file was changed"),
        ("{}", ConfigError, "the key 'answers' is missing"),
        ('{"answers": 7, "nmae": "x"}', ConfigError, "unknown key 'nmae'; did you mean 'name'"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path, content, error, sentence):
    if content is not None:
        (tmp_path / MODEL).write_text(content)
    with pytest.raises(error, match=sentence):
        Small.load(tmp_path)
