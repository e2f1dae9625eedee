"""Waiting for what happens elsewhere: in a thread, in another process, in a browser."""

import time
from collections.abc import Callable

import httpx

PATIENCE = 120.0
"""Seconds: far longer than anything takes, since a busy machine may stand still for some."""


def no_words() -> str:
    """Nothing more is known."""
    return ""


def wait_until(happened: Callable[[], bool], *, said: Callable[[], str] = no_words) -> None:
    """Until it holds. Raises TimeoutError with what was `said` by then, such as a log."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"It did not come to pass within {PATIENCE:g} seconds. {said()}")
        time.sleep(0.02)


def answers(url: str) -> bool:
    """Whether a server of ours listens there and says that all is well."""
    try:
        return httpx.get(url, timeout=PATIENCE, trust_env=False).is_success
    except httpx.TransportError:
        return False
