"""The page shows what the sandbox holds, and hostile text stays text."""

import pytest

from services.gateways.sandbox.courses import COURSES
from services.gateways.sandbox.recipients import (
    NHS_NUMBER_ENDINGS,
    ODS_CODES,
    PHONE_ENDINGS,
    POSTCODES,
    REFUSED_ODS_CODES,
)
from tests.sandbox_server import (
    SandboxServer,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)

HOSTILE = '<script>alert("1")</script>'


def page(sandbox: SandboxServer) -> str:
    return sandbox.http.get("/").raise_for_status().text


def test_empty_page_says_that_nothing_is_sent_and_what_to_do(sandbox: SandboxServer) -> None:
    assert "This is a sandbox: nothing is really sent" in page(sandbox)
    assert "Nothing yet" in page(sandbox)


def test_page_shows_a_message_with_its_status_next_step_and_link(sandbox: SandboxServer) -> None:
    sandbox.send_sms("sms-1")
    sandbox.advance(10)
    shown = page(sandbox)
    for text in ("07700900123", "sms-1", "<strong>sending</strong>", "delivered in 50 s", "10 s"):
        assert text in shown
    assert '<a href="https://letters.example/abc"' in shown


def test_hostile_text_is_escaped(sandbox: SandboxServer) -> None:
    values = {"service_name": HOSTILE, "link": "javascript:alert(1)"}
    sandbox.notify().send_sms_notification("07700900123", sandbox.sms_template, values, reference=HOSTILE)
    shown = page(sandbox)
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") == 2
    assert 'href="javascript:' not in shown


def test_page_is_guarded_and_refreshes_itself(sandbox: SandboxServer) -> None:
    answer = sandbox.http.get("/")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<meta http-equiv="refresh" content="3">' in answer.text


def test_page_lists_every_recipient_and_course(sandbox: SandboxServer) -> None:
    shown = page(sandbox)
    for table in (PHONE_ENDINGS, POSTCODES, NHS_NUMBER_ENDINGS, ODS_CODES, REFUSED_ODS_CODES):
        assert all(f"<td>{key}</td><td>{name}</td>" in shown for key, name in table.items())
    assert all(name in shown for courses in COURSES.values() for name in courses)


def test_every_course_of_the_tables_exists() -> None:
    for gateway, table in (
        ("sms", PHONE_ENDINGS),
        ("letter", POSTCODES),
        ("gp", NHS_NUMBER_ENDINGS),
        ("gp", ODS_CODES),
    ):
        assert set(table.values()) <= {
            name for key, names in COURSES.items() if key == gateway for name in names
        }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v2/nothing", {"status_code": 404, "errors": [{"error": "NotFound", "message": "Not Found"}]}),
        ("/api/nothing", {"Errors": [{"Code": "404", "Message": "Not Found"}]}),
        ("/nothing", {"error": "Not Found"}),
    ],
)
def test_unknown_path_is_404_in_the_provider_s_shape(sandbox: SandboxServer, path: str, body: object) -> None:
    answer = sandbox.http.get(path)
    assert (answer.status_code, answer.json()) == (404, body)


def test_foreign_host_is_refused(sandbox: SandboxServer) -> None:
    assert sandbox.http.get("/", headers={"Host": "evil.example"}).status_code == 400
