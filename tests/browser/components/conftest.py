"""A real Streamlit server that shows the components, and a tab in a real browser for each test."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.components.page import Open
from tests.postgres_server import a_free_port
from tests.waiting import answers, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    port = a_free_port()
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/components/app.py",
               "--server.address", "127.0.0.1", "--server.port", str(port)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: answers(f"{url}/_stcore/health"))
            yield url
        finally:
            process.terminate()


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

    def open_page(*, width: int = 1440, scheme: Any = "light", query: str = "") -> "Page":
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server}/{query}")
        expect(page.locator("tbody tr").first).to_be_visible()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert errors == []
