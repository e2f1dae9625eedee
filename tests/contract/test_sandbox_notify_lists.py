"""Notify's list: filters, pages of 250, and the errors of look-ups."""

from io import BytesIO
from typing import Any

import pytest
from notifications_python_client.errors import HTTPError

from tests.letter_pdf import letter_pdf
from tests.sandbox_server import (
    SandboxServer,
    sandbox_fixture,  # noqa: F401 – pytest finds the fixture by this import
)


def test_251_messages_with_one_reference_come_in_two_pages_newest_first(sandbox: SandboxServer) -> None:
    client = sandbox.notify()
    values = {"service_name": "A", "link": "B"}
    sent = [
        client.send_sms_notification("07700900123", sandbox.sms_template, values, reference="many")["id"]
        for _ in range(251)
    ]
    sandbox.send_sms("other")
    first = client.get_all_notifications(reference="many")
    assert [each["id"] for each in first["notifications"]] == sent[:0:-1]
    assert f"older_than={sent[1]}" in first["links"]["next"]
    assert "reference=many" in first["links"]["next"]
    everything = [each["id"] for each in client.get_all_notifications_iterator(reference="many")]
    assert everything == sent[::-1]


def test_reference_nobody_has_is_an_empty_list_without_next(sandbox: SandboxServer) -> None:
    answer = sandbox.notify().get_all_notifications(reference="nobody")
    assert answer["notifications"] == []
    assert "next" not in answer["links"]


def test_list_is_filtered_by_type_and_status(sandbox: SandboxServer) -> None:
    client = sandbox.notify()
    failing = sandbox.send_sms("a", "07700900001")
    fine = sandbox.send_sms("b")
    letter = client.send_precompiled_letter_notification("c", BytesIO(letter_pdf(["A", "B", "ZZ99 9ZZ"])))[
        "id"
    ]
    sandbox.advance(60)

    def ids(**filters: str) -> list[str]:
        return [each["id"] for each in client.get_all_notifications(**filters)["notifications"]]

    assert ids() == [letter, fine, failing]
    assert ids(template_type="sms") == [fine, failing]
    assert ids(template_type="letter") == [letter]
    assert ids(template_type="email") == []
    assert ids(status="delivered") == [fine]
    assert ids(status="failed") == [failing]
    assert ids(older_than=fine) == [failing]


@pytest.mark.parametrize(
    "filters", [{"status": "elephant"}, {"template_type": "apple"}, {"older_than": "first"}]
)
def test_unknown_filter_is_a_validation_error(sandbox: SandboxServer, filters: dict[str, str]) -> None:
    refused: Any
    with pytest.raises(HTTPError) as refused:
        sandbox.notify().get_all_notifications(**filters)
    assert (refused.value.status_code, refused.value.message[0]["error"]) == (400, "ValidationError")


@pytest.mark.parametrize(
    ("message_id", "status", "error"),
    [("abc", 400, "ValidationError"), ("740e5834-3a29-46b4-9a6f-16142fde533a", 404, "NoResultFound")],
)
def test_id_that_is_none_or_unknown(sandbox: SandboxServer, message_id: str, status: int, error: str) -> None:
    unknown: Any
    with pytest.raises(HTTPError) as unknown:
        sandbox.notify().get_notification_by_id(message_id)
    assert (unknown.value.status_code, unknown.value.message[0]["error"]) == (status, error)
