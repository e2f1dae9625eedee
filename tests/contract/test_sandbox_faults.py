"""The conversation goes wrong on a script, for each gateway alike (docs/faults.md)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from notifications_python_client.errors import HTTPError, InvalidResponse

from tests.letter_pdf import letter_pdf
from tests.sandbox_server import (
    HANGING,
    STOPPED_CLOCK,
    SandboxServer,
    docman_document,
    running_sandbox,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)
from tests.waiting import PATIENCE

Post = Callable[..., httpx.Response]


def by_notify(sandbox: SandboxServer, path: str, form: dict[str, Any], timeout: float) -> httpx.Response:
    client = sandbox.notify()
    _, options = client._create_request_objects(path, form, None)
    return sandbox.http.post(path, content=options["data"], headers=options["headers"], timeout=timeout)


def post_sms(sandbox: SandboxServer, timeout: float = PATIENCE) -> httpx.Response:
    values = {"service_name": "A", "link": "B"}
    form = {"phone_number": "07700900123", "template_id": sandbox.sms_template, "personalisation": values}
    return by_notify(sandbox, "/v2/notifications/sms", form | {"reference": "r"}, timeout)


def post_letter(sandbox: SandboxServer, timeout: float = PATIENCE) -> httpx.Response:
    content = "JVBERi0xLjcK"
    return by_notify(sandbox, "/v2/notifications/letter", {"reference": "r", "content": content}, timeout)


def post_document(sandbox: SandboxServer, timeout: float = PATIENCE) -> httpx.Response:
    headers = sandbox.docman_headers()
    return sandbox.http.post("/api/documents", json=docman_document("r"), headers=headers, timeout=timeout)


every_gateway = pytest.mark.parametrize("post", [post_sms, post_letter, post_document])


@every_gateway
def test_busy_answers_429_with_retry_after_twice_and_then_accepts(sandbox: SandboxServer, post: Post) -> None:
    sandbox.script("busy", reference="r")
    answers = [post(sandbox) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 201]
    assert int(answers[0].headers["Retry-After"]) > 0
    assert len(sandbox.ledger("r")) == 1


@every_gateway
@pytest.mark.parametrize(("course", "status"), [("error", 500), ("daily-limit", 429), ("forbidden", 403)])
def test_refusal_stays_and_nothing_is_accepted(
    sandbox: SandboxServer, post: Post, course: str, status: int
) -> None:
    sandbox.script(course, reference_prefix="")
    assert {post(sandbox).status_code for _ in range(3)} == {status}
    assert sandbox.ledger() == []


@every_gateway
def test_error_once_is_not_accepted_the_first_time(sandbox: SandboxServer, post: Post) -> None:
    sandbox.script("error-once", reference="r")
    assert [post(sandbox).status_code, len(sandbox.ledger()), post(sandbox).status_code] == [500, 0, 201]


@every_gateway
def test_error_may_hide_an_acceptance(sandbox: SandboxServer, post: Post) -> None:
    sandbox.script("error-accepted", reference="r")
    assert post(sandbox).status_code == 500
    assert len(sandbox.ledger("r")) == 1


@every_gateway
def test_unreadable_body_hides_an_acceptance(sandbox: SandboxServer, post: Post) -> None:
    sandbox.script("unreadable", reference="r")
    answer = post(sandbox)
    assert answer.status_code == 201
    with pytest.raises(ValueError, match="Unterminated string"):
        answer.json()
    assert len(sandbox.ledger("r")) == 1


@every_gateway
@pytest.mark.parametrize(("course", "accepted"), [("hangs", 0), ("hangs-accepted", 1)])
def test_hang_outlasts_the_client_and_then_lets_go(
    sandbox: SandboxServer, post: Post, course: str, accepted: int
) -> None:
    sandbox.script(course, reference="r")
    with pytest.raises(httpx.ReadTimeout):
        post(sandbox, HANGING)
    assert len(sandbox.ledger("r")) == accepted
    assert post(sandbox).status_code == 201


def test_held_answer_comes_in_the_end() -> None:
    with running_sandbox(replace(STOPPED_CLOCK, hang_seconds=0.1)) as sandbox:
        sandbox.script("hangs-accepted", reference="r")
        assert post_document(sandbox).status_code == 201


def find(sandbox: SandboxServer) -> int:
    return len(sandbox.notify().get_all_notifications(reference="r")["notifications"])


def test_lagging_look_up_sees_the_message_later(sandbox: SandboxServer) -> None:
    sandbox.script("lookup-lags", reference="r")
    assert post_sms(sandbox).status_code == 500
    assert find(sandbox) == 0
    sandbox.advance(599)
    assert find(sandbox) == 0
    sandbox.advance(1)
    assert find(sandbox) == 1


def test_failing_look_up_fails_three_times(sandbox: SandboxServer) -> None:
    sandbox.script("lookup-fails", reference="r")
    assert post_sms(sandbox).status_code == 500
    for _ in range(3):
        with pytest.raises(HTTPError) as failed:
            find(sandbox)
        assert failed.value.status_code == 500
    assert find(sandbox) == 1


def test_docman_look_up_lags_and_fails_alike(sandbox: SandboxServer) -> None:
    def documents() -> httpx.Response:
        headers = sandbox.docman_headers()
        return sandbox.http.get("/api/documents", params={"reference": "r"}, headers=headers)

    sandbox.script("lookup-fails", gateway="gp")
    post_document(sandbox)
    assert [documents().status_code for _ in range(4)] == [500, 500, 500, 200]
    assert len(documents().json()["Documents"]) == 1


def test_official_client_reports_the_unreadable_body(sandbox: SandboxServer) -> None:
    sandbox.script("unreadable", reference="r")
    with pytest.raises(InvalidResponse):
        sandbox.notify().send_precompiled_letter_notification(
            "r", BytesIO(letter_pdf(["A", "B", "ZZ99 9ZZ"]))
        )


def test_hundred_percent_failure_rate_fails_everyone_and_none_nobody() -> None:
    for rate, course in ((1.0, None), (0.0, "delivers")):
        with running_sandbox(replace(STOPPED_CLOCK, failure_rate=rate)) as sandbox:
            post_document(sandbox)
            assert (sandbox.ledger()[0]["course"] == "delivers") == (course == "delivers")


def test_newest_script_that_matches_wins_and_needs_every_condition(sandbox: SandboxServer) -> None:
    sandbox.script("stuck", phone="+44 7700 900123")
    sandbox.script("slow", phone="07700900123", reference_prefix="B-")
    sandbox.send_sms("A-1")
    sandbox.send_sms("B-1")
    assert [entry["course"] for entry in sandbox.ledger()] == ["slow", "stuck"]


@pytest.mark.parametrize(
    "script",
    [
        {"match": {"reference": "r"}, "course": "nonsense"},
        {"match": {"name": "Ada"}, "course": "slow"},
        {"match": {}, "course": "slow"},
        {"course": "slow"},
        [],
    ],
)
def test_script_that_means_nothing_is_refused(sandbox: SandboxServer, script: object) -> None:
    assert sandbox.http.post("/sandbox/script", json=script).status_code == 400


def test_posts_beyond_the_limit_of_a_minute_are_refused_and_counted() -> None:
    with running_sandbox(replace(STOPPED_CLOCK, notify_posts_a_minute=2)) as sandbox:
        answers = [post_sms(sandbox), post_letter(sandbox), post_sms(sandbox)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        [error] = answers[-1].json()["errors"]
        assert (error["error"], "2 requests per 60 seconds" in error["message"]) == ("RateLimitError", True)
        traffic = sandbox.http.get("/sandbox/traffic").json()
        assert (traffic["taken"], traffic["refused"], traffic["most_in_a_minute"]) == (2, 1, 2)


def test_each_post_takes_its_time() -> None:
    with running_sandbox(replace(STOPPED_CLOCK, latency=0.3)) as sandbox:
        assert post_sms(sandbox).elapsed >= timedelta(seconds=0.3)
