"""A real Streamlit server that shows the components, and a tab in a real browser for each test."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.components.page import Open
from tests.postgres_server import a_free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[3]

expect.set_options(timeout=20000)  # ms; other tests may keep the machine busy


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    port = a_free_port()
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/components/app.py",
               "--server.address", "127.0.0.1", "--server.port", str(port)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(f"{url}/_stcore/health")
        yield url
        process.terminate()


def _wait_until_up(url: str) -> None:
    for _ in range(150):
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.2)
    pytest.fail("the Streamlit server did not start within 30 seconds")


@pytest.fixture(scope="package")
def context(browser: "Browser") -> Iterator["BrowserContext"]:
    """One for all tests, because loading Streamlit into an empty cache takes seconds.

    Each test has its own tab, and with it its own Streamlit session and its own sessionStorage.
    """
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def show(context: "BrowserContext", server: str) -> Iterator[Open]:
    """Opens the page in a tab of its own; an uncaught error in the page fails the test."""
    pages, errors = [], []

    def open_page(*, width: int = 1440, scheme: Any = "light") -> "Page":
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server)
        expect(page.locator("tbody tr").first).to_be_visible()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert errors == []
