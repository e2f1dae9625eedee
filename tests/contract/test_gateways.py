"""The contract that every gateway keeps, over HTTP against the sandbox (docs/faults.md rows 7 to 25)."""

import csv
import hashlib
import logging
import re
import traceback
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.domain.errors import GatewayError, Misconfigured, OutcomeUnknown, Permanent, Temporary
from services.domain.vocabulary import Status
from services.gateways.docman import DocmanConnect, DocmanPaths
from services.gateways.registry import gateways
from services.gateways.sandbox.config import DOCMAN_CLIENT_ID, DOCMAN_CLIENT_KEY, NOTIFY_API_KEY
from services.ports.gateway import Gateway, Parcel, Report
from services.settings import ROOT, Settings
from tests.contract.gateway_cases import CASES, DOCMAN, PRIVATE, SETTLE, Case, Said, a_parcel
from tests.sandbox_server import HANGING, STOPPED_CLOCK, SandboxServer, running_sandbox

Call = Callable[[Gateway], object]
CALLS: tuple[Call, ...] = (
    lambda gateway: gateway.send(a_parcel("never")),
    lambda gateway: gateway.find("never"),
    lambda gateway: gateway.poll(["00000000-0000-4000-8000-0000000000ff"]),
)
_UNKNOWN: dict[str, type[GatewayError]] = dict.fromkeys(("unreadable", "error", "hangs"), OutcomeUnknown)
FAULTY = _UNKNOWN | {"busy": Temporary, "forbidden": Misconfigured}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ENDINGS = [
    pytest.param(case, course, said, id=f"{case.name}-{course}")
    for case in CASES
    for course, said in case.courses.items()
]


def patience_for(course: str) -> dict[str, float]:
    """The time-out of a call: the cases' own, but where the sandbox hangs it must run out."""
    return {"timeout": HANGING} if "hang" in course else {}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """One for the module: each test has a reference of its own, and time only ever goes on."""
    with running_sandbox(STOPPED_CLOCK) as server:
        yield server


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def gateway(case: Case, sandbox: SandboxServer) -> Gateway:
    return case.make(sandbox.base_url)


@pytest.fixture
def reference() -> str:
    return f"BL-{uuid.uuid4()}"


def agrees(report: Report, said: Said) -> None:
    assert (report.code, report.status, report.cause) == (said.code, said.status, said.cause)
    assert report.known
    assert report.nothing_more is said.nothing_more
    assert report.reason_code == said.reason_code
    assert not said.reason or report.reason == said.reason


def test_it_is_named_as_registered(case: Case, gateway: Gateway) -> None:
    assert gateways(Settings())[case.name].label == gateway.label
    assert gateway.name == case.name
    assert gateway.capabilities.can_find
    assert gateway.capabilities.settle == SETTLE


def test_a_letter_is_sent_found_and_followed_to_its_end(
    case: Case, gateway: Gateway, sandbox: SandboxServer, reference: str
) -> None:
    sent = gateway.send(a_parcel(reference))
    agrees(sent, case.accepted)
    assert sent.provider_id
    assert sent.reference == reference

    [found] = gateway.find(reference)
    assert (found.provider_id, found.reference, found.gateway) == (sent.provider_id, reference, case.name)

    gone = 0.0
    for said in case.way:
        sandbox.advance(said.after - gone)
        gone = said.after
        [report] = gateway.poll([sent.provider_id])
        agrees(report, said)
        assert report.reference == reference
        assert report.status is None or (report.at and report.at.utcoffset() == timedelta())


@pytest.mark.parametrize(("case", "course", "said"), ENDINGS)
def test_each_ending_has_its_status_and_reason(
    case: Case, course: str, said: Said, gateway: Gateway, sandbox: SandboxServer, reference: str
) -> None:
    sandbox.script(course, reference=reference)
    sent = gateway.send(a_parcel(reference))
    sandbox.advance(said.after)
    [report] = gateway.poll([sent.provider_id])
    agrees(report, said)


def test_what_the_provider_holds_is_what_was_handed_over(
    case: Case, gateway: Gateway, sandbox: SandboxServer, reference: str
) -> None:
    parcel = a_parcel(reference)
    gateway.send(parcel)
    [held] = sandbox.ledger(reference)
    if case.carries_pdf:
        assert held["sha256"] == hashlib.sha256(parcel.pdf).hexdigest()
    else:
        assert held["sha256"] == hashlib.sha256(parcel.text_message.encode()).hexdigest()


def test_an_unknown_id_is_left_out(case: Case, gateway: Gateway, reference: str) -> None:
    sent = gateway.send(a_parcel(reference))
    reports = gateway.poll([case.unknown_id, sent.provider_id])
    assert [report.provider_id for report in reports] == [sent.provider_id]
    assert gateway.poll([]) == []


def test_an_unknown_status_is_kept_and_moves_nothing(
    gateway: Gateway, sandbox: SandboxServer, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.script("unknown-status", reference=reference)
    sent = gateway.send(a_parcel(reference))
    sandbox.advance(300)
    [report] = gateway.poll([sent.provider_id])
    assert (report.known, report.status, report.reason_code) == (False, None, "")
    assert report.code in ("some-new-status", "9999")
    assert report.code in caplog.text


def test_two_acceptances_of_one_reference_are_both_found(gateway: Gateway, reference: str) -> None:
    ids = {gateway.send(a_parcel(reference)).provider_id for _ in range(2)}
    assert len(ids) == 2
    assert {report.provider_id for report in gateway.find(reference)} == ids


def test_threads_share_a_gateway(gateway: Gateway, reference: str) -> None:
    references = [f"{reference}-{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(lambda each: gateway.send(a_parcel(each)), references))
    assert [report.reference for report in sent] == references
    assert all(len(gateway.find(each)) == 1 for each in references)


@pytest.mark.parametrize(
    ("course", "accepted"),
    [("hangs-accepted", 1), ("hangs", 0), ("error-accepted", 1), ("error", 0), ("unreadable", 1)],
)
def test_after_an_unknown_outcome_the_look_up_tells(
    case: Case, sandbox: SandboxServer, reference: str, course: str, accepted: int
) -> None:
    sandbox.script(course, reference=reference)
    gateway = case.make(sandbox.base_url, **patience_for(course))
    gateway.find(reference)  # where a token is needed, it is there: the clock of the call is its own
    with pytest.raises(OutcomeUnknown):
        gateway.send(a_parcel(reference))
    assert len(gateway.find(reference)) == len(sandbox.ledger(reference)) == accepted


def test_a_failing_look_up_is_not_absence(gateway: Gateway, sandbox: SandboxServer, reference: str) -> None:
    sandbox.script("lookup-fails", reference=reference)
    with pytest.raises(OutcomeUnknown):
        gateway.send(a_parcel(reference))
    for _ in range(3):
        with pytest.raises(Temporary):
            gateway.find(reference)
    assert len(gateway.find(reference)) == 1


def test_429_says_how_long_to_wait(gateway: Gateway, sandbox: SandboxServer, reference: str) -> None:
    sandbox.script("busy", reference=reference)
    with pytest.raises(Temporary) as caught:
        gateway.send(a_parcel(reference))
    assert caught.value.retry_after == timedelta(seconds=2)
    assert sandbox.ledger(reference) == []


@pytest.mark.parametrize("call", CALLS, ids=["send", "find", "poll"])
def test_a_refused_connection_is_surely_not_sent(case: Case, free_port: int, call: Call) -> None:
    with pytest.raises(Temporary):
        call(case.make(f"http://127.0.0.1:{free_port}"))


@pytest.mark.parametrize("call", CALLS, ids=["send", "find", "poll"])
def test_a_wrong_key_is_an_error_and_not_absence(case: Case, sandbox: SandboxServer, call: Call) -> None:
    with pytest.raises(Misconfigured):
        call(case.make(sandbox.base_url, wrong_key=True))


def test_403_asks_for_a_superuser(gateway: Gateway, sandbox: SandboxServer, reference: str) -> None:
    sandbox.script("forbidden", reference=reference)
    with pytest.raises(Misconfigured):
        gateway.send(a_parcel(reference))


def test_a_refusal_is_permanent_and_has_its_code(
    case: Case, gateway: Gateway, sandbox: SandboxServer, reference: str
) -> None:
    with pytest.raises(Permanent) as caught:
        gateway.send(case.refused(a_parcel(reference)))
    assert caught.value.code == case.refusal_code
    assert caught.value.reason
    assert sandbox.ledger(reference) == []


def test_an_address_without_the_provider_is_misconfigured(sandbox: SandboxServer) -> None:
    docman = DocmanConnect(
        base_url=sandbox.base_url,
        client_id=DOCMAN_CLIENT_ID,
        client_secret=DOCMAN_CLIENT_KEY,
        timeout=10,
        settle=SETTLE,
        paths=DocmanPaths(documents="api/elsewhere"),
    )
    for call in CALLS:
        with pytest.raises(Misconfigured):
            call(docman)


def test_a_withdrawn_token_is_fetched_anew(sandbox: SandboxServer, reference: str) -> None:
    docman = DOCMAN.make(sandbox.base_url)
    docman.find(reference)
    vars(docman)["_token"] = "withdrawn"
    docman.send(a_parcel(reference))
    assert len(sandbox.ledger(reference)) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_settle_time_within_the_time_out_is_refused(case: Case) -> None:
    with pytest.raises(ValueError, match="settle"):
        case.make("http://127.0.0.1", timeout=SETTLE.total_seconds())


def test_every_listed_code_of_a_gateway_is_in_its_table() -> None:
    lines = csv.DictReader((ROOT / "data" / "reject_codes.csv").read_text(encoding="utf-8").splitlines())
    listed = [(line["system"], line["code"], line["kind"]) for line in lines]
    for gateway in gateways(Settings()).values():
        table = vars(type(gateway))
        expected = {
            code: kind
            for system, code, kind in listed
            if system == table["system"] and kind in ("status", "failure")
        }
        assert set(table["codes"]) - {"accepted" if gateway.name == "docman" else ""} == set(expected)
        for code, kind in expected.items():
            assert kind != "failure" or table["codes"][code].status is Status.FAILED


def test_nothing_private_is_told(
    case: Case, sandbox: SandboxServer, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors with their tracebacks, logs of every library at their most talkative, and kept payloads."""
    caplog.set_level(logging.DEBUG)
    parcel = a_parcel(reference)
    told: list[str] = []
    for course, kind in FAULTY.items():
        sandbox.script(course, reference=f"{reference}-{course}")
        gateway = case.make(sandbox.base_url, **patience_for(course))
        told += _told_by_error(gateway, a_parcel(f"{reference}-{course}"), kind)
    told += _told_by_error(case.make(sandbox.base_url), case.refused(parcel))
    told += _told_by_error(case.make(sandbox.base_url, wrong_key=True), parcel)
    gateway = case.make(sandbox.base_url)
    told += [repr(gateway), repr(gateway.send(parcel)), repr(gateway.find(reference))]
    content = b64encode(parcel.pdf).decode()
    secrets = (content[:40], NOTIFY_API_KEY[-36:], "Bearer eyJ", DOCMAN_CLIENT_KEY)
    for text in (*told, caplog.text):
        without_ids = UUID.sub("", text)  # one may hold any five digits
        shown = [each for each in PRIVATE if each in without_ids] + [each for each in secrets if each in text]
        assert shown == [], text


def _told_by_error(gateway: Gateway, parcel: Parcel, kind: type[GatewayError] = GatewayError) -> list[str]:
    with pytest.raises(kind) as caught:
        gateway.send(parcel)
    error = caught.value
    # The fault carries the request, and with it the letter.
    assert error.__cause__ is None
    assert error.__suppress_context__
    return [repr(error), error.reason, error.code, *traceback.format_exception(error)]
