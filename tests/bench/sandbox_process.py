"""A sandbox in a process of its own, so that it takes nothing from whoever measures."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from services.gateways.sandbox.app import create_app
from services.gateways.sandbox.config import SandboxConfig
from tests.postgres_server import a_free_port
from tests.sandbox_server import SandboxServer, control_client
from tests.waiting import answers, wait_until


def _serve(config: SandboxConfig, port: int) -> None:
    uvicorn.run(create_app(config), host="127.0.0.1", port=port, log_level="error")


@contextmanager
def sandbox_process(config: SandboxConfig) -> Iterator[SandboxServer]:
    """It listens on a free port, and is killed at the end."""
    port = a_free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(config, port))
    process.start()
    base_url = f"http://127.0.0.1:{port}"
    sandbox = SandboxServer(base_url, control_client(base_url))
    try:
        wait_until(lambda: answers(base_url))
        yield sandbox
    finally:
        sandbox.close()
        process.kill()
        process.join()
