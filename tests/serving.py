"""An ASGI app on a real port, for as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from tests.waiting import wait_until


@contextmanager
def serving(app: ASGIApp, **options: Any) -> Iterator[str]:
    """In a thread of its own on a free port of 127.0.0.1; gives its address. options are uvicorn's."""
    chosen: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "log_level": "critical"} | options
    server = uvicorn.Server(uvicorn.Config(app, **chosen))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
