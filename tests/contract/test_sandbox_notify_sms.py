"""Text messages through the official Notify client: accepted, refused, and every course to its end."""

from typing import Any
from uuid import uuid4

import pytest
from notifications_python_client.errors import HTTPError

from services.gateways.sandbox.config import SERVICE_ID
from services.gateways.sandbox.recipients import PHONE_ENDINGS
from tests.sandbox_server import (
    SandboxServer,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)

VALUES = {"service_name": "Talking Therapies", "link": "https://letters.example/abc"}

END_STATES = {
    "permanent-failure": "permanent-failure",
    "temporary-failure": "temporary-failure",
    "technical-failure": "technical-failure",
    "pending": "delivered",
    "slow": "delivered",
    "stuck": "sending",
    "unknown-status": "some-new-status",
    "fails-after-delivery": "permanent-failure",
    "goes-backwards": "sending",
}
"""Where the courses of the phone table end."""


def send(sandbox: SandboxServer, **changes: Any) -> Any:
    form = {
        "phone_number": "07700900123",
        "template_id": sandbox.sms_template,
        "personalisation": VALUES,
        "reference": "ref-1",
    }
    return sandbox.notify().send_sms_notification(**form | changes)


def test_accepted_message_is_answered_as_notify_does(sandbox: SandboxServer) -> None:
    answer = send(sandbox)
    assert answer["reference"] == "ref-1"
    assert VALUES["link"] in answer["content"]["body"]
    assert VALUES["service_name"] in answer["content"]["body"]
    assert answer["content"]["from_number"]
    assert answer["template"]["id"] == sandbox.sms_template
    assert answer["template"]["version"] == 1
    assert answer["uri"].endswith(answer["id"])


def test_message_is_created_then_sending_then_delivered(sandbox: SandboxServer) -> None:
    client, message_id = sandbox.notify(), send(sandbox)["id"]
    created = client.get_notification_by_id(message_id)
    assert (created["status"], created["sent_at"], created["completed_at"]) == ("created", None, None)
    sandbox.advance(5)
    sending = client.get_notification_by_id(message_id)
    assert (sending["status"], sending["completed_at"]) == ("sending", None)
    assert sending["sent_at"]
    sandbox.advance(55)
    delivered = client.get_notification_by_id(message_id)
    assert (delivered["status"], delivered["type"]) == ("delivered", "sms")
    assert (delivered["phone_number"], delivered["reference"]) == ("07700900123", "ref-1")
    assert delivered["completed_at"]


@pytest.mark.parametrize("course", END_STATES)
def test_course_of_the_phone_table_ends_as_named(sandbox: SandboxServer, course: str) -> None:
    ending = next(ending for ending, name in PHONE_ENDINGS.items() if name == course)
    message_id = send(sandbox, phone_number=f"+44 7700 900{ending}")["id"]
    sandbox.advance(3600)
    assert sandbox.notify().get_notification_by_id(message_id)["status"] == END_STATES[course]


def test_number_abroad_is_sent_and_nothing_more(sandbox: SandboxServer) -> None:
    message_id = send(sandbox, phone_number="+33 1 23 45 67 89")["id"]
    sandbox.advance(86400)
    assert sandbox.notify().get_notification_by_id(message_id)["status"] == "sent"


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"phone_number": "0770090012"}, "ValidationError", "phone_number Not enough digits"),
        ({"phone_number": "077009001234"}, "ValidationError", "phone_number Too many digits"),
        ({"phone_number": "0207 946 0001"}, "ValidationError", "phone_number Not a UK mobile number"),
        (
            {"phone_number": "07700 90O 123"},
            "ValidationError",
            "phone_number Must not contain letters or symbols",
        ),
        ({"phone_number": 7700900123}, "ValidationError", "phone_number 7700900123 is not of type string"),
        ({"template_id": "abc"}, "ValidationError", "template_id is not a valid UUID"),
        ({"template_id": str(uuid4())}, "BadRequestError", "Template not found"),
        ({"personalisation": None}, "BadRequestError", "Missing personalisation: service_name, link"),
        ({"personalisation": {"service_name": "A"}}, "BadRequestError", "Missing personalisation: link"),
        (
            {"personalisation": VALUES | {"link": "x" * 1000}},
            "BadRequestError",
            "Text messages cannot be longer than 918 characters. Your message is 1055 characters",
        ),
    ],
)
def test_wrong_request_is_refused_and_not_accepted(
    sandbox: SandboxServer, changes: dict[str, Any], error: str, message: str
) -> None:
    with pytest.raises(HTTPError) as refused:
        send(sandbox, **changes)
    assert refused.value.status_code == 400
    assert refused.value.message == [{"error": error, "message": message}]
    assert sandbox.ledger() == []


def test_missing_and_unknown_properties_are_all_named(sandbox: SandboxServer) -> None:
    refused: Any
    with pytest.raises(HTTPError) as refused:
        sandbox.notify().post("/v2/notifications/sms", data={"surprise": "x"})
    assert [each["message"] for each in refused.value.message] == [
        "phone_number is a required property",
        "template_id is a required property",
        "Additional properties are not allowed (surprise was unexpected)",
    ]


def test_same_reference_twice_makes_two_messages(sandbox: SandboxServer) -> None:
    ids = {send(sandbox)["id"], send(sandbox)["id"]}
    assert len(ids) == 2
    assert {entry["provider_id"] for entry in sandbox.ledger("ref-1")} == ids
    found = sandbox.notify().get_all_notifications(reference="ref-1")["notifications"]
    assert {each["id"] for each in found} == ids


def test_forgotten_message_is_404(sandbox: SandboxServer) -> None:
    message_id = send(sandbox, phone_number="07700900016")["id"]
    sandbox.advance(120)
    with pytest.raises(HTTPError) as unknown:
        sandbox.notify().get_notification_by_id(message_id)
    assert unknown.value.status_code == 404
    assert unknown.value.message == [{"error": "NoResultFound", "message": "No result found"}]


def test_default_key_names_the_sandbox_s_service(sandbox: SandboxServer) -> None:
    assert sandbox.notify().service_id == SERVICE_ID
