"""ITK3 messages for practices and their acknowledgements: FHIR STU3 bundles as JSON. Pure.

Source: NHS England's "ITK3 Messaging Distribution" (bundle of type message, MessageHandling extension,
response codes). What of it has to be confirmed stands in docs/gateways.md.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.ports.gateway import Parcel

_HANDLING: Final = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-ITK-MessageHandling-2"
_EVENTS: Final = "https://fhir.nhs.uk/STU3/CodeSystem/ITK-MessageEvent-2"
_RESPONSES: Final = "https://fhir.nhs.uk/STU3/CodeSystem/ITK-ResponseCodes-1"
_ODS: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
_NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
_LETTER: Final = "ITK007C"
MOST_BYTES: Final = 1_000_000
"""Of an acknowledgement, which holds a few codes; what is longer is something else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a practice's system answers to the message with our reference."""

    reference: str
    code: str
    said: str
    at: str


def message(parcel: Parcel, now: datetime) -> bytes:
    """The letter as a message that asks for both acknowledgements; its header's id is our reference."""
    details = parcel.recipient.details
    entries = {
        parcel.reference: {
            "resourceType": "MessageHeader",
            "event": {"system": _EVENTS, "code": _LETTER},
            "timestamp": now.isoformat(),
            "source": {"name": parcel.service_name, "endpoint": f"urn:{details.get('sender_ods_code', '')}"},
            "sender": {"reference": "urn:sender"},
            "receiver": {"reference": "urn:receiver"},
            "focus": [{"reference": "urn:document"}],
            "extension": [_handling(parcel)],
        },
        "sender": _organisation(details.get("sender_ods_code", ""), details.get("sender_organisation", "")),
        "receiver": _organisation(parcel.recipient.ods_code, parcel.recipient.name),
        "patient": _patient(parcel),
        "document": _document(parcel),
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "message",
        "identifier": {"system": "https://tools.ietf.org/html/rfc4122", "value": parcel.reference},
        "meta": {"lastUpdated": now.isoformat()},
        "entry": [
            {"fullUrl": f"urn:{key}", "resource": {"id": key, **resource}}
            for key, resource in entries.items()
        ],
    }
    return json.dumps(bundle, ensure_ascii=False).encode()


def read_answer(content: bytes) -> Answer:
    """The acknowledgement in a message from our inbox. Raises ValueError for anything else."""
    if len(content) > MOST_BYTES:
        raise ValueError("longer than any acknowledgement")
    try:
        resources = [entry["resource"] for entry in json.loads(content)["entry"]]
        [header] = [each for each in resources if each["resourceType"] == "MessageHeader"]
        outcomes = [each for each in resources if each["resourceType"] == "OperationOutcome"]
        reference, at = header["response"]["identifier"], header.get("timestamp", "")
        [coding] = [coding for outcome in outcomes for coding in _codings(outcome)]
        answer = Answer(
            reference=reference, code=coding["code"], said=coding.get("display") or "", at=at or ""
        )
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no ITK3 acknowledgement") from error
    if not all(isinstance(text, str) for text in (answer.reference, answer.code, answer.said, answer.at)):
        raise ValueError("no ITK3 acknowledgement")
    return answer


def _codings(outcome: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for issue in outcome["issue"]:
        for coding in issue["details"]["coding"]:
            if coding["system"] == _RESPONSES:
                yield coding


def _handling(parcel: Parcel) -> dict[str, Any]:
    return {
        "url": _HANDLING,
        "extension": [
            {"url": "BusAckRequested", "valueBoolean": True},
            {"url": "InfAckRequested", "valueBoolean": True},
            {"url": "RecipientType", "valueCoding": {"code": "FA", "display": "For Action"}},
            {"url": "SenderReference", "valueString": parcel.reference},
        ],
    }


def _organisation(ods_code: str, name: str) -> dict[str, Any]:
    return {
        "resourceType": "Organization",
        "identifier": [{"system": _ODS, "value": ods_code}],
        "name": name,
    }


def _patient(parcel: Parcel) -> dict[str, Any]:
    details = parcel.recipient.details
    return {
        "resourceType": "Patient",
        "identifier": [{"system": _NHS_NUMBER, "value": details.get("nhs_number", "")}],
        "name": [
            {
                "use": "official",
                "family": details.get("family_name", ""),
                "given": details.get("given_names", "").split(),
            }
        ],
        "birthDate": details.get("date_of_birth", ""),
    }


def _document(parcel: Parcel) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"text": parcel.title},
        "subject": {"reference": "urn:patient"},
        "indexed": parcel.created_at.isoformat(),
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "title": parcel.title,
                    "data": b64encode(parcel.pdf).decode("ascii"),
                }
            }
        ],
    }
