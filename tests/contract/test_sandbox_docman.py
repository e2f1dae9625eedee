"""Docman Connect: tokens, what is refused on posting, and every course to its end."""

from typing import Any

import httpx
import pytest

from services.gateways.sandbox.recipients import NHS_NUMBER_ENDINGS, ODS_CODES
from services.reject_codes import reject_codes
from tests.sandbox_server import (
    SandboxServer,
    docman_document,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)

END_STATES = {
    "rejected": ("4005", "REJ01"),
    "rejected-after-delivery": ("4005", "REJ01"),
    "rejected-then-resolved": ("6000", None),
    "system-error": ("5000", None),
    "on-hold": ("7000", None),
    "never-collected": ("4002", None),
    "unknown-status": ("9999", None),
    "slow": ("4003", None),
    "rejected-unknown-code": ("4005", "REJ99"),
}
LONG = "x" * 256


def post(sandbox: SandboxServer, document: dict[str, Any]) -> httpx.Response:
    return sandbox.http.post("/api/documents", json=document, headers=sandbox.docman_headers())


def patient(nhs_number: str) -> dict[str, str]:
    return {"FamilyName": "Example", "GivenNames": "Ada", "BirthDate": "1980-02-29", "NhsNumber": nhs_number}


def look_up(sandbox: SandboxServer, **query: str) -> list[dict[str, Any]]:
    answer = sandbox.http.get("/api/documents", params=query, headers=sandbox.docman_headers())
    return list(answer.raise_for_status().json()["Documents"])


def status(sandbox: SandboxServer, document_id: str) -> tuple[str | None, str | None]:
    (document,) = look_up(sandbox, ids=document_id)
    return document["Status"], document["RejectionCode"]


def test_document_is_accepted_received_delivered_and_filed(sandbox: SandboxServer) -> None:
    answer = post(sandbox, docman_document("gp-1"))
    assert (answer.status_code, answer.json()["ClientReference"]) == (201, "gp-1")
    document_id = answer.json()["Id"]
    seen = []
    for seconds in (0, 60, 240, 600):
        sandbox.advance(seconds)
        seen.append(status(sandbox, document_id))
    assert seen == [(None, None), ("4002", None), ("4003", None), ("4010", None)]
    assert [each["Id"] for each in look_up(sandbox, reference="gp-1")] == [document_id]


@pytest.mark.parametrize("course", END_STATES)
def test_end_of_the_nhs_number_chooses_the_course(sandbox: SandboxServer, course: str) -> None:
    ending = next(ending for ending, name in NHS_NUMBER_ENDINGS.items() if name == course)
    document_id = post(sandbox, docman_document("gp-1", Patient=patient(f"9990000{ending}"))).json()["Id"]
    sandbox.advance(3600)
    assert status(sandbox, document_id) == END_STATES[course]


@pytest.mark.parametrize("ods", [ods for ods, course in ODS_CODES.items() if course in END_STATES])
def test_practice_chooses_the_course(sandbox: SandboxServer, ods: str) -> None:
    document_id = post(sandbox, docman_document("gp-1", RecipientOdsCode=ods)).json()["Id"]
    sandbox.advance(3600)
    assert status(sandbox, document_id) == END_STATES[ODS_CODES[ods]]


def test_rejection_after_delivery_comes_after_delivery_and_says_why(sandbox: SandboxServer) -> None:
    document_id = post(sandbox, docman_document("gp-1", RecipientOdsCode="Y90902")).json()["Id"]
    sandbox.advance(300)
    assert status(sandbox, document_id) == ("4003", None)
    sandbox.advance(600)
    (rejected,) = look_up(sandbox, ids=document_id)
    assert rejected["RejectionReason"] == "Patient is no longer registered at this practice"


def part(name: str, **changes: Any) -> dict[str, Any]:
    """A document of which one part is changed; a field that is None is left out."""
    changed = docman_document("gp-1")[name] | changes
    return {name: {key: value for key, value in changed.items() if value is not None}}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"Patient": None}, ["DC01.01", "DC01.09"]),
        ({"Document": None}, ["DC01.02", "DC01.30", "DC01.31", "DC01.40", "DC01.41"]),
        ({"Notes": LONG}, ["DC01.03"]),
        (part("Sender", Organisation=LONG), ["DC01.04"]),
        (part("Sender", Department=LONG), ["DC01.05"]),
        (part("Sender", Person=LONG), ["DC01.06"]),
        (part("Patient", FamilyName=LONG), ["DC01.07"]),
        (part("Patient", GivenNames=LONG), ["DC01.08"]),
        (part("Patient", BirthDate=None), ["DC01.09"]),
        (part("Patient", BirthDate="2999-01-01"), ["DC01.09"]),
        ({"ClinicalCodes": ["nonsense"]}, ["DC01.11"]),
        ({"CaptureSource": 100}, ["DC01.20"]),
        ({"RecipientOdsCode": ""}, ["DC01.21"]),
        (part("Sender", OdsCode="not a code"), ["DC01.22"]),
        (part("Document", FileExtension=""), ["DC01.30"]),
        (part("Document", FileContent=None, FileHash=None), ["DC01.31"]),
        (part("Document", FileExtension="abcdefghijk"), ["DC01.32"]),
        (part("Document", FileHash="0" * 40), ["DC01.33"]),
        (part("Document", FileContent="***", FileHash=None), ["DC01.33"]),
        (part("Document", Description=None), ["DC01.40"]),
        (part("Document", EventDate=None), ["DC01.41"]),
        (part("Document", Folder="x" * 51), ["DC01.42"]),
        (part("Document", Description=LONG), ["DC01.43"]),
        ({"RecipientOdsCode": "Y90998"}, ["DC02"]),
        ({"RecipientOdsCode": "Y90999"}, ["DC03"]),
        ({"CaptureSource": 1, "Notes": LONG}, ["DC01.03", "DC01.20"]),
    ],
)
def test_wrong_document_is_refused_with_its_codes(
    sandbox: SandboxServer, changes: dict[str, Any], codes: list[str]
) -> None:
    answer = post(sandbox, docman_document("gp-1", **changes))
    meaning = reject_codes().meaning
    assert answer.status_code == 400
    assert answer.json() == {"Errors": [{"Code": code, "Message": meaning("docman", code)} for code in codes]}
    assert sandbox.ledger() == []


def test_hash_is_not_required_and_may_be_in_capitals(sandbox: SandboxServer) -> None:
    capitals = docman_document("gp-1")["Document"]["FileHash"].upper()
    for given in (None, capitals):
        assert post(sandbox, docman_document("gp-1", **part("Document", FileHash=given))).status_code == 201


def test_hundred_ids_are_answered_and_more_refused(sandbox: SandboxServer) -> None:
    headers = sandbox.docman_headers()
    first = post(sandbox, docman_document("gp-1")).json()["Id"]
    ids = [first, *(f"unknown-{number}" for number in range(99))]
    assert [each["Id"] for each in look_up(sandbox, ids=",".join(ids))] == [first]
    too_many = sandbox.http.get("/api/documents", params={"ids": ",".join([*ids, "x"])}, headers=headers)
    assert too_many.status_code == 400


def test_same_reference_twice_makes_two_documents(sandbox: SandboxServer) -> None:
    ids = {post(sandbox, docman_document("gp-1")).json()["Id"] for _ in range(2)}
    assert {each["Id"] for each in look_up(sandbox, reference="gp-1")} == ids
    assert len(sandbox.ledger("gp-1")) == 2


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer made-up"}])
def test_without_a_token_nothing_is_taken(sandbox: SandboxServer, headers: dict[str, str]) -> None:
    answer = sandbox.http.post("/api/documents", json=docman_document("gp-1"), headers=headers)
    assert (answer.status_code, answer.json()["Errors"][0]["Code"]) == (401, "401")
    assert sandbox.ledger() == []


def test_wrong_client_gets_no_token(sandbox: SandboxServer) -> None:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "wrong"}
    answer = sandbox.http.post("/token", data=form)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_docman_is_also_served_under_its_own_prefix(sandbox: SandboxServer) -> None:
    headers = sandbox.docman_headers()
    assert (
        sandbox.http.get("/docman/api/documents", params={"reference": "a"}, headers=headers).status_code
        == 200
    )
