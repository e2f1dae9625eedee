"""Nobody passes the gate without a session; every answer carries the security headers and no trace."""

import base64
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
import streamlit
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from services.web.headers import STREAMLIT_INLINE_SCRIPT
from tests.contract.web_site import Site, site

STREAMLIT_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("gate")
    with site(f"sqlite:///{folder / 'letters.db'}") as running:
        yield running


@pytest.mark.parametrize("path", ["/", "/worklist", "/no-such-page", "/auth/login"])
def test_pages_lead_to_the_login(pilot: Site, path: str) -> None:
    with pilot.browser() as browser:
        answer = browser.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/host-config",
        "/_stcore/agent/interact",
        "/media/x.pdf",
        "/files/x",
        "/letters/x/document.pdf",
    ],
)
def test_files_are_refused(pilot: Site, path: str) -> None:
    with pilot.browser() as browser:
        answer = browser.get(path)
    assert answer.status_code == 403
    assert "log in" in answer.text


@pytest.mark.parametrize("path", ["/login", "/logout", "/health", "/ready", "/_stcore/health"])
def test_open_to_all(pilot: Site, path: str) -> None:
    with pilot.browser() as browser:
        assert browser.get(path).status_code == 200


def test_posting_to_a_page_without_a_session_is_refused(pilot: Site) -> None:
    with pilot.browser() as browser:
        assert browser.post("/worklist").status_code == 403


def test_another_site_can_post_nothing_with_a_users_cookie(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        answer = browser.post("/_stcore/upload", headers={"Origin": "https://example.com"})
    assert answer.status_code == 403
    assert "another site" in answer.text


def _hello(pilot: Site, cookie: str, origin: str | None) -> str | bytes:
    headers = {"Cookie": f"batch_letters_session={cookie}"}
    address = pilot.url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, origin=origin, additional_headers=headers) as websocket:  # type: ignore[arg-type]  # Origin is a NewType of str
        return websocket.recv()


def test_the_websocket_opens_for_a_session_from_our_own_page(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        assert _hello(pilot, pilot.cookie(browser), pilot.url) == "hello"


@pytest.mark.parametrize("origin", ["https://example.com", "http://localhost:1", None])
def test_the_websocket_refuses_other_origins(pilot: Site, origin: str | None) -> None:
    with pilot.logged_in("ann") as browser, pytest.raises(InvalidStatus, match="403"):
        _hello(pilot, pilot.cookie(browser), origin)


def test_the_websocket_refuses_who_is_not_logged_in(pilot: Site) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        _hello(pilot, "pilot.nothing", pilot.url)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/login", 200),
        ("/files/unknown", 404),
        ("/no-such-page", 404),
        ("/api/pilot/receipts/notify/sms", 405),
        ("/broken", 500),
        ("/api/broken", 500),
    ],
)
def test_every_answer_carries_the_security_headers(pilot: Site, path: str, status: int) -> None:
    with pilot.logged_in("ann") as browser:
        answer = browser.get(path)
    assert answer.status_code == status
    assert HEADERS.items() <= dict(answer.headers).items()
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers, "only over https"


@pytest.mark.parametrize(("path", "status"), [("/", 303), ("/files/x", 403)])
def test_refusals_carry_the_security_headers_too(pilot: Site, path: str, status: int) -> None:
    with pilot.browser() as browser:
        answer = browser.get(path)
    assert answer.status_code == status
    assert HEADERS.items() <= dict(answer.headers).items()


def test_an_error_shows_no_trace(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        # After an error the server hangs up: a connection that is used again might just be gone.
        page, api = (
            browser.get(path, headers={"Connection": "close"}) for path in ("/broken", "/api/broken")
        )
    assert "nothing was lost" in page.text
    assert api.json()["error"]
    for answer in (page, api):
        assert "secret detail" not in answer.text
        assert "Traceback" not in answer.text


def test_not_ready_when_the_store_does_not_answer(tmp_path: Path) -> None:
    with site(f"sqlite:///{tmp_path / 'letters.db'}") as broken, broken.browser() as browser:
        assert browser.get("/ready").status_code == 200
        for file in tmp_path.iterdir():
            file.unlink()
        tmp_path.rmdir()
        broken.application.store.close()
        answer = browser.get("/ready")
        assert (answer.status_code, browser.get("/health").status_code) == (503, 200)
        assert HEADERS.items() <= dict(answer.headers).items()


def test_foreign_hosts_are_refused_on_the_websocket_too(pilot: Site) -> None:
    with pilot.logged_in("ann") as browser:
        answer = browser.get(
            "/_stcore/stream",
            headers={
                "Host": "example.com",
                "Origin": "http://example.com",
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            },
        )
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 403


def test_the_inline_script_that_the_policy_allows_is_streamlits() -> None:
    [script] = re.findall(r"<script>(.*?)</script>", STREAMLIT_PAGE.read_text(), re.DOTALL)
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    assert f"sha256-{digest}" == STREAMLIT_INLINE_SCRIPT
