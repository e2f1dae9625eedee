"""`make run`: the dashboard, the worker and the delivery providers' sandbox, run as one.

The store is prepared first (tables, and demo data the first time). Ports come from the settings; one that is
taken is reported before anything is started. Ctrl-C stops everything.
"""

import asyncio
import errno
import socket
import sys

from services.settings import Settings
from services.supervisor import Program, run_to_end, run_together, say


def main() -> int:
    """Runs until stopped. The exit code: 0 stopped on request, 1 something failed, 130 stopped early."""
    settings = Settings()
    taken = [
        f"Port {port} on {settings.host} is taken, so the {name} can't start. "
        f"Choose another: {variable}={port + 10} make run"
        for name, port, variable in _ports(settings)
        if not _is_free(settings.host, port)
    ]
    for message in taken:
        say(message)
    return 1 if taken else asyncio.run(_run(settings))


def _ports(settings: Settings) -> list[tuple[str, int, str]]:
    return [
        ("dashboard", settings.port, "BATCH_LETTERS_PORT"),
        ("sandbox", settings.sandbox_port, "BATCH_LETTERS_SANDBOX_PORT"),
    ]


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


async def _run(settings: Settings) -> int:
    prepared = await run_to_end(_python("prepare", "-m", "services.cli", "prepare", "--demo"))
    if prepared != 0:
        say(f"The store could not be prepared (exit code {prepared}): what is wrong stands above.")
        return prepared
    return await run_together(_programs(settings), when_ready=lambda: _welcome(settings))


def _programs(settings: Settings) -> list[Program]:
    sandbox, dashboard = _addresses(settings)
    streamlit = ["-m", "streamlit", "run", "app.py"]
    options = {
        "server.address": settings.host,
        "server.port": settings.port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    for name, value in options.items():
        streamlit += [f"--{name}", str(value)]
    return [
        _python("sandbox", "-m", "services.gateways.sandbox", health_url=f"{sandbox}/"),
        _python("worker", "-m", "services.worker"),
        _python("dashboard", *streamlit, health_url=f"{dashboard}/_stcore/health"),
    ]


def _python(name: str, *arguments: str, health_url: str = "") -> Program:
    return Program(name=name, command=[sys.executable, *arguments], health_url=health_url)


def _addresses(settings: Settings) -> tuple[str, str]:
    return (
        f"http://{settings.host}:{settings.sandbox_port}",
        f"http://{settings.host}:{settings.port}",
    )


def _welcome(settings: Settings) -> None:
    sandbox, dashboard = _addresses(settings)
    say(
        "\n"
        f"  Dashboard  {dashboard}\n"
        f"  Sandbox    {sandbox}   (stands in for the delivery providers)\n"
        "\n"
        "  Ctrl-C stops everything.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
