"""`make run`: the dashboard, the worker, the patients' page and the delivery providers' sandbox, as one.

The store is prepared first (tables, and demo data the first time). Ports come from the settings; one that is
taken is reported before anything is started. Ctrl-C stops everything.
"""

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.engine import make_url

from services.settings import ROOT, Settings
from services.supervisor import Program, run_to_end, run_together, say


def main() -> int:
    """Runs until stopped. The exit code: 0 stopped on request, 1 something failed, 130 stopped early."""
    try:
        settings = Settings()
    except ValidationError as refused:
        say("\n".join(_what_is_wrong(refused)))
        return 1
    obstacles = _obstacles(settings)
    for obstacle in obstacles:
        say(obstacle)
    return 1 if obstacles else _run(settings)


def _what_is_wrong(refused: ValidationError) -> list[str]:
    """A sentence for each setting, or combination of settings, that can't be used."""
    return [
        ": ".join([*(f"BATCH_LETTERS_{str(name).upper()}" for name in fault["loc"]), _sentence(fault["msg"])])
        for fault in refused.errors(include_url=False, include_input=False)
    ]


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")


def _run(settings: Settings) -> int:
    prepared = run_to_end(preparation(settings))
    if prepared != 0:
        say(f"The store could not be prepared (exit code {prepared}): what is wrong stands above.")
        return prepared
    return run_together(_programs(settings), when_ready=lambda: _welcome(settings))


def preparation(settings: Settings) -> Program:
    """Brings the store up to date; with demo data only where nothing really leaves."""
    demo = ["--demo"] if settings.simulated else []
    return _python("prepare", "-m", "services.cli", "prepare", *demo)


def _programs(settings: Settings) -> list[Program]:
    if not _needs_sandbox(settings):
        return [_worker(), _dashboard(settings), _portal(settings)]
    # The sandbox's time runs fast, so the worker has to ask sooner to see a letter pass each status.
    sooner = max(settings.poll_first / settings.sandbox_speed, 1.0)
    worker = _worker(BATCH_LETTERS_POLL_FIRST=str(sooner))
    return [_sandbox(settings), worker, _dashboard(settings), _portal(settings)]


def _worker(**environment: str) -> Program:
    return _python("worker", "-m", "services.worker", environment=environment)


def _dashboard(settings: Settings) -> Program:
    options = {
        "server.address": settings.host,
        "server.port": settings.port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",  # ours comes when everything answers
    }
    health_url = f"{_dashboard_url(settings)}/_stcore/health"
    return _python("dashboard", "-m", "streamlit", "run", "app.py", *_long(options), health_url=health_url)


def _portal(settings: Settings) -> Program:
    health_url = f"http://{settings.portal_host}:{settings.portal_port}/health"
    return _python("portal", "-m", "services.portal", health_url=health_url)


def _sandbox(settings: Settings) -> Program:
    receipts = f"{_dashboard_url(settings)}/api/{settings.service_id}/receipts/notify"
    options = {
        "port": settings.sandbox_port,
        "speed": settings.sandbox_speed,
        "state": _folder_of_store(settings) / "sandbox.sqlite3",
        "callback-url": f"{receipts}/returned-letters",
        "receipt-url": f"{receipts}/sms",
    }
    return _python(
        "sandbox",
        "-m",
        "services.gateways.sandbox",
        *_long(options),
        health_url=f"{settings.sandbox_url}/",
        environment={"SANDBOX_CALLBACK_TOKEN": settings.notify_callback_token.get_secret_value()},
    )


def _folder_of_store(settings: Settings) -> Path:
    """A store and the sandbox's record of what it took from it belong together: one folder holds both."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).parent
    return ROOT / "data" / "runtime"


def _python(
    name: str, *arguments: str, health_url: str = "", environment: Mapping[str, str] | None = None
) -> Program:
    command = [sys.executable, *arguments]
    return Program(name=name, command=command, health_url=health_url, environment=environment or {})


def _long(options: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]


def _needs_sandbox(settings: Settings) -> bool:
    return not (settings.notify_base_url and settings.docman_base_url)


def _obstacles(settings: Settings) -> list[str]:
    """What keeps the programs from listening, and what to do about it."""
    wanted = [("dashboard", settings.host, settings.port, "BATCH_LETTERS_PORT")]
    wanted.append(("patient's page", settings.portal_host, settings.portal_port, "BATCH_LETTERS_PORTAL_PORT"))
    if _needs_sandbox(settings):
        wanted.append(("sandbox", "127.0.0.1", settings.sandbox_port, "BATCH_LETTERS_SANDBOX_PORT"))
    return [
        f"The {name} can't listen on port {port} of {host}: {reason}. "
        f"Choose another port, for example:  {variable}={port + 10} make run"
        for name, host, port, variable in wanted
        if (reason := _why_not(host, port))
    ]


def _why_not(host: str, port: int) -> str:
    with socket.socket() as probe:
        # As the servers do it: a port that was in use a moment ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _dashboard_url(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def _welcome(settings: Settings) -> None:
    say(f"\n  Dashboard  {_dashboard_url(settings)}")
    say(f"  Letters    {settings.link_url}  (the patients' page: opened by the link in a text message)")
    if _needs_sandbox(settings):
        say(f"  Sandbox    {settings.sandbox_url}  (stands in for the delivery providers)")
    say("\n  Ctrl-C stops everything.\n")


if __name__ == "__main__":
    sys.exit(main())
