"""An ASGI app on a real port, for as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from tests.waiting import PATIENCE, wait_until

KEPT_OPEN = int(PATIENCE)
"""Seconds for which an idle connection is kept: uvicorn's five are httpx's too, and now and then a client's
request met the server's end of it.
"""
SOON_CLOSED = httpx.Limits(keepalive_expiry=1.0)
"""The same seen from a client, for servers that are processes of their own."""


@contextmanager
def serving(app: ASGIApp, **options: Any) -> Iterator[str]:
    """In a thread of its own on a free port of 127.0.0.1; gives its address. options are uvicorn's."""
    usual = {"host": "127.0.0.1", "port": 0, "log_level": "critical", "timeout_keep_alive": KEPT_OPEN}
    chosen: dict[str, Any] = usual | options
    server = uvicorn.Server(uvicorn.Config(app, **chosen))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
