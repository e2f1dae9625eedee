"""app.py itself, run as `make run` does and as an ASGI server does, with a small page in place of ours."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from services.settings import ROOT
from tests.contract.web_site import SERVICE, fill
from tests.postgres_server import a_free_port
from tests.waiting import PATIENCE, answers, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Everything that asks something of the security policy: a component's script, a chart, a font icon, a table.
PAGE = """
import altair as alt
import pandas as pd
import streamlit as st

st.title("Letters")
script = "export default ({parentElement}) => { parentElement.querySelector('p').textContent = 'it runs' }"
st.components.v2.component("trial", html="<p>it waits</p>", css="p { color: red }", js=script)(key="trial")
frame = pd.DataFrame({"week": ["1", "2"], "letters": [3, 5]})
chart = alt.Chart(frame).mark_bar().encode(x="week", y="letters", tooltip="letters")
st.altair_chart(chart.transform_filter("datum.letters > 1"))
st.dataframe(frame)
st.button("Send", icon=":material/send:")
st.caption(f"{len(st.context.cookies['batch_letters_session'])} characters")
"""
SERVERS = {
    "streamlit run": ["streamlit", "run", "app.py", "--server.address=127.0.0.1", "--server.port={port}"],
    "uvicorn": ["uvicorn", "app:app", "--host=127.0.0.1", "--port={port}", "--ws=websockets-sansio"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real app.py beside our page, and a store with users."""
    folder = tmp_path_factory.mktemp("dashboard")
    (folder / "pages").mkdir()
    (folder / "pages" / "navigation.py").write_text(PAGE)
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    fill(f"sqlite:///{folder / 'letters.db'}")
    return folder


@contextmanager
def serving(folder: Path, server: str) -> Iterator[str]:
    port = a_free_port()
    command = [sys.executable, "-m", *(part.format(port=port) for part in SERVERS[server])]
    environment = {
        "BATCH_LETTERS_DATABASE_URL": f"sqlite:///{folder / 'letters.db'}",
        "BATCH_LETTERS_SERVICE_ID": SERVICE,
        "PYTHONPATH": str(ROOT),
    }
    log = folder / f"{server}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/ready", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with serving(folder, "streamlit run") as address:
        yield address


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_a_pilot_logs_in_works_and_logs_out(page: "Page", url: str) -> None:
    said, requested = [], []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: requested.append(request.url))

    page.goto(f"{url}/?status=any")
    assert "/login?" in page.url
    page.get_by_role("button", name="Ann Archer").click()
    page.wait_for_url(f"{url}/?status=any")
    page.get_by_text("it runs").wait_for()
    page.locator("canvas").first.wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("49 characters").wait_for()
    assert page.evaluate("document.cookie.includes('batch_letters_session')") is False
    assert said == [], "nothing that the page needs is held back by the security policy"
    assert {address for address in requested if not address.startswith((url, "blob:", "data:"))} == set()
    assert not any(address.startswith(f"{url}/media/") for address in requested)

    page.goto(f"{url}/logout")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{url}/login")
    page.goto(url)
    assert "/login?" in page.url


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_login_page_fits_the_screen(page: "Page", url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{url}/login")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    heights = page.evaluate("[...document.querySelectorAll('button, select')].map(e => e.offsetHeight)")
    assert min(heights) >= 44, "large enough for a finger"


def test_the_login_page_works_with_the_keyboard_alone(page: "Page", url: str) -> None:
    page.goto(f"{url}/login")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("it runs").wait_for()


def test_it_runs_under_an_asgi_server_too(folder: Path, page: "Page") -> None:
    with serving(folder, "uvicorn") as url:
        page.goto(url)
        page.get_by_role("button", name="Cat Carter").click()
        page.get_by_text("it runs").wait_for()


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    def ready() -> bool:
        assert process.poll() is None, log.read_text()
        return answers(address)

    wait_until(ready, said=log.read_text)
