"""HTTP to a delivery provider: one call, bounded in time."""

import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import httpx

from services.settings import is_this_machine

_CONNECT_SHARE = 0.5  # of the whole time-out: the rest is left for the answer
_CONNECTED = "connection.connect_tcp.complete"


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted; loading them for each call would cost more than the call."""
    return httpx.create_ssl_context()


class Transport:
    """Makes calls that end after `timeout` seconds, whatever they are doing then.

    httpx and requests bound each read and write, not their sum: a slow upload could be accepted long
    after the settle time, when the letter was looked up and sent again (docs/faults.md rows 8 and 27). So
    each call has a connection of its own, which is cut when the time is over. Any thread may make one.
    """

    def __init__(self, *, base_url: str, timeout: float, context: ssl.SSLContext | None = None) -> None:
        """context: whom to trust and who we are; without it whoever the system trusts."""
        self._base_url = base_url
        self._here = is_this_machine(urlsplit(base_url).hostname or "")
        self._seconds = timeout
        self._context = context
        self._limits = httpx.Timeout(timeout, connect=timeout * _CONNECT_SHARE)

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """The answer in whole; `url` is absolute, or a path below the base address.

        Raises httpx.HTTPStatusError unless the answer is 2xx, other httpx errors and TimeoutError.
        """
        client = httpx.Client(
            base_url=self._base_url,
            timeout=self._limits,
            verify=self._context or _trusted(),
            trust_env=not self._here,  # no proxy leads to this machine itself
        )
        with _Deadline(self._seconds).kept() as deadline, client:
            answer = client.request(method, url, extensions={"trace": deadline.trace}, **options)
        return answer.raise_for_status()


class _Deadline:
    """Cuts the connection of a call when its time is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._line: socket.socket | None = None
        self._timer: Timer | None = None

    @contextmanager
    def kept(self) -> Iterator["_Deadline"]:
        """Around the call. Raises TimeoutError when its time was over, whatever came of it."""
        try:
            yield self
        except httpx.HTTPError:
            self._check()
            raise
        finally:
            if self._timer:
                self._timer.cancel()
            if self._line:
                self._line.close()
        self._check()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """What httpx tells of the call: nothing is sent before the connection is there."""
        if event != _CONNECTED:
            return
        self._check()
        # A second handle of the connection: TLS takes the first one over.
        connection = info["return_value"].get_extra_info("socket")
        self._line = socket.socket(fileno=os.dup(connection.fileno()))
        self._timer = Timer(self._end - time.monotonic(), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        with suppress(OSError):  # it has ended at this very moment
            if self._line:
                self._line.shutdown(socket.SHUT_RDWR)

    def _check(self) -> None:
        if time.monotonic() >= self._end:
            raise TimeoutError
