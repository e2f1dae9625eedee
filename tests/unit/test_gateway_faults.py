"""What a fault amounts to, where no running provider can show it: odd answers, dates, slow lines."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta

import httpx
import pytest

from services.domain.errors import GatewayError, Misconfigured, NoAnswer, OutcomeUnknown, Permanent, Temporary
from services.gateways.faults import FAULTS, redact, retry_after, to_gateway_error
from services.gateways.http import Transport
from services.gateways.notify import NotifyLetter
from tests.contract.gateway_cases import DOCMAN, LETTER, PHONE, SMS, a_parcel

SECONDS_TO_WAIT = 30  # for a client that never calls or says nothing: a test fails then, and does not hang
REQUEST = httpx.Request("POST", "https://provider.example/letters")


def error_of(
    fault: Exception, *, doubt: type[OutcomeUnknown] | type[NoAnswer] = OutcomeUnknown
) -> GatewayError:
    return to_gateway_error(
        fault, label="The provider", doubt=doubt, refusal=lambda body: (body["code"], body["text"]), hidden=()
    )


def answer(status: int, **given: object) -> httpx.HTTPStatusError:
    response = httpx.Response(status, request=REQUEST, **given)  # type: ignore[arg-type]  # as httpx takes them
    return httpx.HTTPStatusError("", request=REQUEST, response=response)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.ConnectError(""), Temporary),
        (httpx.ConnectTimeout(""), Temporary),
        (httpx.ReadTimeout(""), OutcomeUnknown),
        (httpx.WriteTimeout(""), OutcomeUnknown),
        (httpx.ReadError(""), OutcomeUnknown),
        (httpx.RemoteProtocolError(""), OutcomeUnknown),
        (TimeoutError(), OutcomeUnknown),
        (httpx.DecodingError(""), OutcomeUnknown),
        (KeyError("id"), OutcomeUnknown),
        (httpx.UnsupportedProtocol(""), Misconfigured),
        (answer(301), Misconfigured),
        (answer(400), Permanent),
        (answer(401), Misconfigured),
        (answer(403), Misconfigured),
        (answer(404), Misconfigured),
        (answer(408), OutcomeUnknown),
        (answer(413), Permanent),
        (answer(429), Temporary),
        (answer(500), OutcomeUnknown),
        (answer(502), OutcomeUnknown),
        (answer(503), OutcomeUnknown),
    ],
    ids=repr,
)
def test_a_fault_of_a_hand_over(fault: Exception, kind: type[GatewayError]) -> None:
    assert isinstance(fault, FAULTS)
    assert type(error_of(fault)) is kind


@pytest.mark.parametrize("fault", [httpx.ReadTimeout(""), TimeoutError(), answer(500), ValueError("no JSON")])
def test_a_question_may_be_asked_again(fault: Exception) -> None:
    assert type(error_of(fault, doubt=NoAnswer)) is NoAnswer


def test_a_refusal_carries_code_and_reason() -> None:
    error = error_of(answer(400, json={"code": "X7", "text": "Too long"}))
    assert (error.code, error.reason) == ("X7", "Too long")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'"text"', b"\xff"])
def test_a_refusal_that_cannot_be_read_has_its_status_for_a_code(body: bytes) -> None:
    error = error_of(answer(400, content=body))
    assert (type(error), error.code) == (Permanent, "400")
    assert "400" in error.reason


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0", timedelta()),
        ("120", timedelta(minutes=2)),
        ("999999999999", timedelta(days=1)),
        ("Mon, 23 Nov 2026 14:05:30 GMT", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 13:00:00 GMT", timedelta()),
        ("Tue, 23 Nov 2027 14:05:00 GMT", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(given: str, expected: timedelta | None) -> None:
    headers = {"Date": "Mon, 23 Nov 2026 14:05:00 GMT", "Retry-After": given}
    assert retry_after(httpx.Response(429, headers=headers)) == expected


def test_retry_after_as_a_date_needs_the_providers_clock() -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": "Mon, 23 Nov 2026 14:05:30 GMT"})) is None


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("phone_number 07700 900123 is not of type string", "phone_number [number] is not of type string"),
        ("+447700900123", "[number]"),
        ("born 1980-02-29", "born [number]"),
        ("ZUCKERKANDL is unknown", "[removed] is unknown"),
        ("Li is unknown in Lima", "[removed] is unknown in Lima"),
        ("A" * 80, "[removed]"),
        ("File extension longer than 10 characters", "File extension longer than 10 characters"),
    ],
)
def test_reasons_show_nobody(said: str, shown: str) -> None:
    assert redact(said, ("Zuckerkandl", "Li", "A", "")) == shown


def test_a_long_reason_is_cut() -> None:
    assert len(redact("word " * 200, ())) == 300


def _caller_of(listener: socket.socket) -> socket.socket:
    connection, _ = listener.accept()
    connection.settimeout(SECONDS_TO_WAIT)
    return connection


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that answers with a byte every 50 ms and so never exceeds a limit on one read."""
    stopped = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(SECONDS_TO_WAIT)

        def drip() -> None:
            # An OSError: the client has hung up, as it should, or has never called.
            with suppress(OSError), _caller_of(listener) as connection:
                connection.recv(65536)
                for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200:
                    if stopped.wait(0.05):
                        return
                    connection.send(bytes([byte]))

        thread = threading.Thread(target=drip)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stopped.set()
        thread.join()


def test_a_call_ends_in_time_however_slow_the_line(dripping: str) -> None:
    """The whole answer would take ten seconds, and no single byte of it as long as the limit."""
    with pytest.raises(TimeoutError):
        Transport(base_url=dripping, timeout=5).request("POST", "/")


def test_no_proxy_leads_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with answering(as_http(200, {"status": "here"})) as url:
        assert Transport(base_url=url, timeout=5).request("GET", "/").json() == {"status": "here"}


@pytest.mark.parametrize("key", ["", "short", "name-with-no-uuid"])
def test_a_key_that_is_none_pauses_the_channel(key: str) -> None:
    letters = NotifyLetter(
        base_url="http://127.0.0.1:1", api_key=key, timeout=1, settle=timedelta(seconds=60)
    )
    with pytest.raises(Misconfigured, match="not complete"):
        letters.find("BL-1")


def test_a_broken_layout_rule_is_named_by_its_code() -> None:
    body = {"errors": [{"error": "ValidationError", "message": "letter-too-long"}]}
    letters = LETTER.make("http://127.0.0.1:1")
    assert isinstance(letters, NotifyLetter)
    assert letters.refusal(body) == ("letter-too-long", "More than 10 pages")


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """A server that gives these answers, one for each connection, and hangs up."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(SECONDS_TO_WAIT)

        def answer_all() -> None:
            for given in answers:
                with _caller_of(listener) as connection:
                    connection.recv(65536)
                    connection.send(given)

        thread = threading.Thread(target=answer_all)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def as_http(status: int, body: object) -> bytes:
    content = json.dumps(body).encode()
    return b"HTTP/1.1 %d Said\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        len(content),
        content,
    )


def test_a_broken_connection_is_an_unknown_outcome() -> None:
    """A provider that takes the request and hangs up without a word (docs/faults.md row 14)."""
    with answering(b"") as url, pytest.raises(OutcomeUnknown):
        SMS.make(url).send(a_parcel("BL-1"))


def test_a_provider_that_quotes_the_patient_is_not_quoted() -> None:
    said = f"{PHONE} of Annelise ZUCKERKANDL, 12 Quarry Mews, got https://letters.example/link-token"
    body = {"errors": [{"error": "BadRequestError", "message": said}]}
    with answering(as_http(400, body)) as url, pytest.raises(Permanent) as caught:
        SMS.make(url).send(a_parcel("BL-1"))
    assert caught.value.reason == "[removed] of [removed], [removed], got [removed]"


@pytest.mark.parametrize(("error", "known"), [("NoResultFound", True), ("NotFound", False)])
def test_only_notify_itself_can_say_that_it_does_not_know_an_id(error: str, known: bool) -> None:
    body = {"status_code": 404, "errors": [{"error": error, "message": "No result found"}]}
    with answering(as_http(404, body)) as url:
        if known:
            assert SMS.make(url).poll([SMS.unknown_id]) == []
        else:
            with pytest.raises(Misconfigured):
                SMS.make(url).poll([SMS.unknown_id])


def test_other_documents_are_not_taken_for_ours() -> None:
    """A look-up that overlooks our filter answers with everybody's documents."""
    token = {"access_token": "t", "expires_in": 3600}
    documents = [{"Id": f"D-{name}", "ClientReference": name, "Status": "4002"} for name in ("BL-1", "BL-2")]
    with answering(as_http(200, token), as_http(200, {"Documents": documents})) as url:
        found = DOCMAN.make(url).find("BL-2")
    assert [report.provider_id for report in found] == ["D-BL-2"]


@pytest.mark.parametrize("token", [{}, {"access_token": "", "expires_in": 1}, {"access_token": "t"}, "text"])
def test_without_a_token_nothing_was_sent(token: object) -> None:
    with answering(as_http(200, token)) as url, pytest.raises(Temporary):
        DOCMAN.make(url).send(a_parcel("BL-1"))


def test_a_code_of_docman_that_is_not_listed_comes_with_its_own_words() -> None:
    token = {"access_token": "t", "expires_in": 3600}
    refusal = {"Errors": [{"Code": "DC77", "Message": "Something new"}, {"Code": "DC02", "Message": "-"}]}
    with answering(as_http(200, token), as_http(400, refusal)) as url, pytest.raises(Permanent) as caught:
        DOCMAN.make(url).send(a_parcel("BL-1"))
    assert caught.value.code == "DC77"
    assert caught.value.reason == "Something new; Recipient ODS code inactive or not found"
