"""HTTP to a delivery provider: one call, bounded in time."""

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from services.settings import is_this_machine

_CONNECT_SHARE = 0.5  # of the whole time-out: the rest is left for the answer


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted; loading them for each call would cost more than the call."""
    return httpx.create_ssl_context()


class Transport:
    """Makes calls that end after `timeout` seconds, whatever they are doing then.

    httpx and requests bound each read and write, not their sum: a slow upload could be accepted long
    after the settle time, when the letter was looked up and sent again (docs/faults.md rows 8 and 27). So
    each call runs as a task that is cancelled, which closes its connection. A call shares nothing with
    another one: any thread may make it, but none that runs an event loop.
    """

    def __init__(self, *, base_url: str, timeout: float) -> None:
        self._base_url = base_url
        self._here = is_this_machine(urlsplit(base_url).hostname or "")
        self._seconds = timeout
        self._limits = httpx.Timeout(timeout, connect=timeout * _CONNECT_SHARE)

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """The answer in whole; `url` is absolute, or a path below the base address.

        Raises httpx.HTTPStatusError unless the answer is 2xx, other httpx errors and TimeoutError.
        """
        with ThreadPoolExecutor(1) as thread:  # of its own: where we are called, a loop may be running
            answer = thread.submit(asyncio.run, self._request(method, url, options)).result()
        return answer.raise_for_status()

    async def _request(self, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
        async with (
            asyncio.timeout(self._seconds),
            httpx.AsyncClient(
                base_url=self._base_url,
                timeout=self._limits,
                verify=_trusted(),
                trust_env=not self._here,  # no proxy leads to this machine itself
            ) as client,
        ):
            return await client.request(method, url, **options)
