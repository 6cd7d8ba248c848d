import pytest

from scanpath.errors import ConfigError, UnknownNameError
from scanpath.tasks.host_settings import HostSettings


class Towers(HostSettings):
    name: str = "tower"
    attention: str | None = None

    @classmethod
    def check_host(cls, name, options):
        if name != "tower":
            raise UnknownNameError(f"there is no tower {name!r}.")
        if set(options) - {"upper_attention"}:
            raise ConfigError(f"towers take no {[*options]}.")


def test_what_is_known_comes_back():
    assert Towers.parse({"attention": "additive"}).plain() == {"name": "tower", "attention": "additive"}
    assert Towers.parse({"upper_attention": "dot"}).plain()["upper_attention"] == "dot"
    assert Towers.parse({"upper_attention": None}).plain()["upper_attention"] is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "towre"}, "there is no tower 'towre'"),
        ({"height": 3}, r"towers take no \['height'\]"),
        ({"attention": "additvie"}, "brings the attention 'additvie'; did you mean 'additive'"),
        ({"upper_attention": "additvie"}, "brings the attention 'additvie'; did you mean 'additive'"),
        ({"upper_attention": {"name": "dot", "width": 3}}, "'dot' takes no option 'width'"),
        ({"upper_attention": 3}, "upper_attention is 3, expected a name or a mapping with a 'name'"),
        ({"name": "x", "attention": "y"}, "there is no tower 'x'; no installed package brings the attention 'y'"),
    ],
)
def test_mistakes_come_together(given, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Towers.parse(given)


def test_a_task_says_how_its_hosts_are_checked():
    class Silent(HostSettings):
        name: str = "x"
        attention: str | None = None

    with pytest.raises(NotImplementedError):
        Silent.parse({})
