"""A web site in a thread that misbehaves as asked."""

from __future__ import annotations

import collections
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Action = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """Answers one request as the site's script says, else as a good server does: ranges, tags, lengths."""

    protocol_version = "HTTP/1.1"
    site: Site

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.site.requests.append((self.path, dict(self.headers)))
        script = self.site.scripts[self.path]
        action = script.popleft() if script else self.site.always.get(self.path, normal)
        if self.path in self.site.files or action is not normal:
            action(self, self.site.files.get(self.path, b""))
        else:
            self.send_error(404)

    def head(self, code: int, length: int | None, **more: str) -> None:
        """Send a status and headers."""
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if tag := self.site.tags.get(self.path):
            self.send_header("ETag", tag)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def asked(self, content: bytes) -> int:
        """Return the first byte that is asked for; 0 for another version than the one that the asker has."""
        match = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        fits = self.headers.get("If-Range") in (None, self.site.tags.get(self.path))
        return int(match[1]) if match and fits else 0

    def body(self, content: bytes, *, up_to: int | None = None) -> None:
        """Send what is asked for, at most ``up_to`` bytes of it under the length of all."""
        start = self.asked(content)
        if start >= len(content) and start:
            self.head(416, 0, Content_Range=f"bytes */{len(content)}")
            return
        if start:
            self.head(206, len(content) - start, Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.head(200, len(content))
        self.wfile.write(content[start:][:up_to])
        if up_to is not None:
            self.leave()

    def leave(self) -> None:
        """Close the connection whatever was promised."""
        self.wfile.flush()
        self.close_connection = True


def normal(handler: Handler, content: bytes) -> None:
    handler.body(content)


class Site:
    """The site: files by path, and what to do instead of sending them well."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        self.files: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}
        self.scripts: dict[str, collections.deque[Action]] = collections.defaultdict(collections.deque)
        self.always: dict[str, Action] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()

    def serve(self, name: str, content: bytes, *actions: Action, tag: str = '"one"') -> str:
        """Put a file up; the first requests get ``actions``, the others the file. Return its address."""
        path = f"/{name}"
        self.files[path] = content
        if tag:
            self.tags[path] = tag
        self.scripts[path].extend(actions)
        return self.address + path

    def asked(self, name: str) -> list[dict[str, str]]:
        """Return the headers of the requests for a file."""
        return [headers for path, headers in self.requests if path == f"/{name}"]

    def cut(self, after: int) -> Action:
        """Close the connection after some bytes."""
        return lambda handler, content: handler.body(content, up_to=after)

    def status(self, code: int, **headers: str) -> Action:
        """Answer with a status and a page."""

        def act(handler: Handler, content: bytes) -> None:
            page = b"<html>no</html>"
            handler.head(code, len(page), **{"Content_Type": "text/html", **headers})
            handler.wfile.write(page)

        return act

    def whole(self, handler: Handler, content: bytes) -> None:
        """Send the whole file, whatever range is asked for."""
        handler.head(200, len(content))
        handler.wfile.write(content)

    def instead(self, other: bytes) -> Action:
        """Send something else."""
        return lambda handler, _content: handler.body(other)

    def no_length(self, *, up_to: int | None = None) -> Action:
        """Send the file without saying how long it is."""

        def act(handler: Handler, content: bytes) -> None:
            handler.head(200, None, Connection="close")
            handler.wfile.write(content[:up_to])
            handler.leave()

        return act

    def chunks(self, *, up_to: int) -> Action:
        """Send a part of the file in chunks and never end them."""

        def act(handler: Handler, content: bytes) -> None:
            handler.head(200, None, Transfer_Encoding="chunked")
            handler.wfile.write(b"%x\r\n%s\r\n" % (up_to, content[:up_to]))
            handler.leave()

        return act

    def silent(self, handler: Handler, content: bytes) -> None:
        """Accept the request and never answer."""
        self.closing.wait(20)
        handler.close_connection = True

    def stalling(self, after: int) -> Action:
        """Send some bytes, then nothing, with the connection open."""

        def act(handler: Handler, content: bytes) -> None:
            handler.head(200, len(content))
            handler.wfile.write(content[:after])
            handler.wfile.flush()
            self.silent(handler, content)

        return act

    def slowly(self, block: int, pause: float) -> Action:
        """Send it in small blocks."""

        def act(handler: Handler, content: bytes) -> None:
            start = handler.asked(content)
            handler.head(
                206 if start else 200,
                len(content) - start,
                **({"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}),
            )
            try:
                for place in range(start, len(content), block):
                    handler.wfile.write(content[place : place + block])
                    time.sleep(pause)
            except (BrokenPipeError, ConnectionResetError):  # whoever asked was killed
                handler.close_connection = True

        return act


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that leave."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A web site of one's own."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    server = QuietServer(("127.0.0.1", 0), type("OneHandler", (Handler,), {}))
    made = Site(server)
    server.RequestHandlerClass.site = made  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()
