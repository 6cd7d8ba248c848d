"""One request to one address: the answer opened at a byte, or one sentence that says why there is none.

``urllib`` does it, which every Python has: ``requests`` or ``httpx`` come only with some versions of the extras, and
what is needed here (redirects, proxies, ranges, certificates) is the same with all of them. ``pooch``, made for this
task, cannot go on with a download that was cut.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from scanpath.errors import DataError

TIMEOUT = 30.0
"""Seconds without a byte after which an address is taken to be silent."""

#: Answers after which the same request may go better.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)$")
_UNSATISFIED = 416


class AddressError(DataError):
    """An address that does not give the file."""

    def __init__(self, sentence: str, *, again: bool, wait: float = 0.0) -> None:
        super().__init__(sentence)
        self.again = again
        """Whether the same request may go better a little later."""
        self.wait = wait
        """Seconds after which the server asks to be asked again."""


class StartAgainError(AddressError):
    """What is here already does not fit what the address has now."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, again=True)


@dataclass(frozen=True)
class Version:
    """What tells one version of a file at an address from another."""

    address: str
    etag: str = ""
    modified: str = ""
    total: int | None = None
    """Bytes of the whole file."""

    @property
    def condition(self) -> str:
        """What a server compares before it sends a part; a weak tag may name different bytes."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


@dataclass(frozen=True)
class Answer:
    """An open answer."""

    body: Any
    start: int
    """The byte of the file that the body begins with."""
    version: Version


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects, but never from an encrypted to an open connection, nor to anything but HTTP."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https:" if req.full_url.startswith("https:") else ("http:", "https:")):
            raise AddressError(
                f"{req.full_url} redirects to {newurl}, which is not as safe: fetch the file in a browser", again=False
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Make an opener of HTTP and HTTPS alone: neither ``file:`` nor ``ftp:`` is behind a redirect."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", "scanpath"), ("Accept-Encoding", "identity")]
    return opener


@contextlib.contextmanager
def ask(address: str, *, start: int = 0, known: Version | None = None, timeout: float = TIMEOUT) -> Iterator[Answer]:
    """Open the answer of an address.

    Args:
        address: of the file.
        start: the first byte that is wanted. A server may answer from byte 0 all the same: see ``Answer.start``.
        known: the version that the bytes before ``start`` are of.
        timeout: seconds without a byte.

    Raises:
        AddressError: the address does not give the file.
        StartAgainError: it has another version now, or fewer bytes.
    """
    request = urllib.request.Request(address)  # noqa: S310 - the opener knows HTTP alone
    if start:
        request.add_header("Range", f"bytes={start}-")
        if known is not None and known.address == address and known.condition:
            request.add_header("If-Range", known.condition)
    with told(address, timeout):
        answer = _opener().open(request, timeout=timeout)
    with answer:
        found = _read_head(address, answer)
        if start and found.start not in (0, start):
            raise StartAgainError(f"{address} sent bytes from {found.start} instead of {start}")
        if found.start and known is not None and _differs(known, found.version):
            raise StartAgainError(f"{address} has another version of the file than before")
        yield found


def _differs(known: Version, found: Version) -> bool:
    if None not in (known.total, found.total) and known.total != found.total:
        return True
    if known.address != found.address:  # a mirror: tags are its own
        return False
    if known.etag or found.etag:
        return known.etag != found.etag
    return known.modified != found.modified


def _read_head(address: str, answer: Any) -> Answer:
    headers = answer.headers
    if answer.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        raise AddressError(f"{address} answered {answer.status} without the file", again=False)
    if headers.get_content_type() == "text/html":
        raise AddressError(f"{address} answered with a web page instead of the file", again=False)
    start, total = 0, headers.get("Content-Length", "")
    if answer.status == HTTPStatus.PARTIAL_CONTENT:
        match = _RANGE.match(headers.get("Content-Range", ""))
        if not match:
            raise StartAgainError(f"{address} sent a part without saying which")
        start, total = int(match[1]), match[2]
    version = Version(
        address,
        etag=headers.get("ETag", ""),
        modified=headers.get("Last-Modified", ""),
        total=int(total) if total.isdigit() else None,
    )
    return Answer(answer, start, version)


@contextlib.contextmanager
def told(address: str, timeout: float = TIMEOUT) -> Iterator[None]:
    """Turn whatever can happen on a network into a sentence.

    Raises:
        AddressError: instead of every error of a connection.
    """
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(address, error) from None
    except urllib.error.URLError as error:
        raise _trouble(address, error.reason, timeout) from None
    except (http.client.HTTPException, OSError) as error:
        raise _trouble(address, error, timeout) from None


def _refusal(address: str, error: urllib.error.HTTPError) -> AddressError:
    if error.code == _UNSATISFIED:
        return StartAgainError(f"{address} has fewer bytes than are here")
    if HTTPStatus.MULTIPLE_CHOICES <= error.code < HTTPStatus.BAD_REQUEST:
        return AddressError(f"{address} redirects in a circle, or to nowhere", again=False)
    wait = error.headers.get("Retry-After", "") if error.headers else ""
    return AddressError(
        f"{address} answered {error.code} ({_reason(error.code)})",
        again=error.code in _PASSING,
        wait=float(wait) if wait.isdigit() else 0.0,
    )


def _reason(code: int) -> str:
    try:
        return HTTPStatus(code).phrase.lower()
    except ValueError:
        return "which has no meaning in HTTP"


def _trouble(address: str, reason: object, timeout: float) -> AddressError:
    if isinstance(reason, TimeoutError):
        return AddressError(f"{address} was silent for {timeout:g} s", again=True)
    if isinstance(reason, socket.gaierror):
        return AddressError(f"{address} has a host that is not found: is there a network?", again=False)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return AddressError(f"{address} shows a certificate that is not valid ({reason.verify_message})", again=False)
    if isinstance(reason, ssl.SSLError):
        return AddressError(f"{address} does not speak TLS as it should", again=False)
    if isinstance(reason, OSError) and reason.errno in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH):
        return AddressError(f"{address} refuses connections", again=False)
    return AddressError(f"{address} broke the connection ({type(reason).__name__})", again=True)
