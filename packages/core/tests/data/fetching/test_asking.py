from __future__ import annotations

import socket

import pytest

from scanpath.data.fetching.asking import AddressError, StartAgainError, Version, ask

CONTENT = bytes(range(256)) * 37


def test_a_file_and_what_tells_its_version(site):
    address = site.serve("a.zip", CONTENT)
    with ask(address) as answer:
        assert answer.body.read() == CONTENT
        assert answer.start == 0
        assert answer.version == Version(address, etag='"one"', total=len(CONTENT))


def test_a_range_is_asked_for_under_the_known_version(site):
    address = site.serve("a.zip", CONTENT)
    known = Version(address, etag='"one"', total=len(CONTENT))
    with ask(address, start=1000, known=known) as answer:
        assert (answer.start, answer.body.read()) == (1000, CONTENT[1000:])
    (headers,) = site.asked("a.zip")
    assert (headers["Range"], headers["If-Range"]) == ("bytes=1000-", '"one"')


def test_a_weak_tag_is_no_condition():
    assert Version("a", etag='W/"one"', modified="Sat").condition == "Sat"
    assert Version("a", etag='W/"one"').condition == ""


def test_a_changed_file_comes_from_its_beginning(site):
    address = site.serve("a.zip", CONTENT, tag='"two"')
    with ask(address, start=1000, known=Version(address, etag='"one"', total=len(CONTENT))) as answer:
        assert answer.start == 0


def part(total: str, start: int = 1000):
    return lambda handler, content: handler.head(206, 0, Content_Range=f"bytes {start}-{start}/{total}")


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (part("12"), "another version"),
        (part("9472", start=7), "sent bytes from 7 instead of 1000"),
        (lambda handler, content: handler.head(206, 0), "a part without saying which"),
        (lambda handler, content: handler.head(416, 0), "fewer bytes than are here"),
    ],
)
def test_what_does_not_fit_begins_again(site, action, words):
    address = site.serve("a.zip", CONTENT, action)
    known = Version(address, etag='"one"', total=len(CONTENT))
    with pytest.raises(StartAgainError, match=words), ask(address, start=1000, known=known):
        pass


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (Version("", etag='W/"one"', total=9472), "another version"),
        (Version("", modified="Sat, 21 Nov 2026 10:00:00 GMT", total=9472), "another version"),
    ],
)
def test_servers_that_send_a_part_of_another_version(site, known, words):
    """Without a strong tag a server cannot be asked to compare, or it does not listen."""
    address = site.serve("a.zip", CONTENT, part("9472"), tag='W/"two"')
    known = Version(address, known.etag, known.modified, known.total)
    with pytest.raises(StartAgainError, match=words), ask(address, start=1000, known=known):
        pass


def test_another_mirror_is_told_from_a_change_by_the_size_alone(site):
    address = site.serve("a.zip", CONTENT, tag='"two"')
    known = Version("http://elsewhere/a.zip", etag='"one"', total=len(CONTENT))
    with ask(address, start=1000, known=known) as answer:
        assert answer.start == 1000
    assert "If-Range" not in site.asked("a.zip")[0]


@pytest.mark.parametrize(
    ("code", "words", "again"),
    [
        (401, "answered 401 .unauthorized.", False),
        (403, "answered 403 .forbidden.", False),
        (404, "answered 404 .not found.", False),
        (410, "answered 410 .gone.", False),
        (429, "answered 429 .too many requests.", True),
        (500, "answered 500 .internal server error.", True),
        (503, "answered 503 .service unavailable.", True),
        (599, "answered 599 .which has no meaning", False),
        (204, "answered 204 without the file", False),
    ],
)
def test_refusals(site, code, words, again):
    address = site.serve("a.zip", CONTENT, site.status(code))
    with pytest.raises(AddressError, match=words) as caught, ask(address):
        pass
    assert caught.value.again is again


def test_a_server_that_asks_for_time(site):
    address = site.serve("a.zip", CONTENT, site.status(503, Retry_After="7"))
    with pytest.raises(AddressError) as caught, ask(address):
        pass
    assert caught.value.wait == 7.0


def test_a_web_page_is_not_the_file(site):
    address = site.serve("a.zip", CONTENT, site.status(200))
    with pytest.raises(AddressError, match="a web page instead of the file"), ask(address):
        pass


def test_redirects_are_followed_with_the_range(site):
    target = site.serve("b.zip", CONTENT)
    address = site.serve("a.zip", b"", site.status(302, Location=target))
    with ask(address, start=1000) as answer:
        assert answer.body.read() == CONTENT[1000:]
    assert site.asked("b.zip")[0]["Range"] == "bytes=1000-"


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/a.zip"])
def test_a_redirect_leads_nowhere_but_to_the_web(site, target):
    address = site.serve("a.zip", b"", site.status(302, Location=target))
    with pytest.raises(AddressError, match="redirects"), ask(address):
        pass


def test_redirects_in_a_circle(site):
    address = site.serve("a.zip", b"")
    site.always["/a.zip"] = site.status(302, Location=address)
    with pytest.raises(AddressError, match="redirects in a circle"), ask(address):
        pass


def test_a_redirect_from_https_to_http_is_refused(site):
    from urllib.request import Request

    from scanpath.data.fetching.asking import _Redirects

    with pytest.raises(AddressError, match="not as safe"):
        _Redirects().redirect_request(Request("https://a/b"), None, 302, "", {}, "http://a/b")


def test_a_silent_server(site):
    address = site.serve("a.zip", CONTENT, site.silent)
    with pytest.raises(AddressError, match=r"was silent for 0\.2 s") as caught, ask(address, timeout=0.2):
        pass
    assert caught.value.again


def test_a_server_that_hangs_up(site):
    def hang_up(handler, content):
        handler.close_connection = True

    address = site.serve("a.zip", CONTENT, hang_up)
    with pytest.raises(AddressError, match=r"broke the connection \(RemoteDisconnected\)") as caught, ask(address):
        pass
    assert caught.value.again


def test_a_server_that_does_not_speak_tls(site):
    address = site.serve("a.zip", CONTENT).replace("http:", "https:")
    with pytest.raises(AddressError, match="does not speak TLS"), ask(address, timeout=2):
        pass


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(AddressError, match="refuses connections"), ask(f"http://127.0.0.1:{port}/a.zip"):
        pass


def test_a_host_that_does_not_exist(monkeypatch):
    def unknown(*_arguments, **_more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(AddressError, match="host that is not found: is there a network"), ask("http://gone.invalid/a"):
        pass


def test_a_certificate_that_is_not_valid(monkeypatch):
    import ssl

    from scanpath.data.fetching.asking import told

    error = ssl.SSLCertVerificationError(1, "failed")
    error.verify_message = "certificate has expired"
    with pytest.raises(AddressError, match=r"not valid \(certificate has expired\)"), told("https://a/b"):
        raise error
