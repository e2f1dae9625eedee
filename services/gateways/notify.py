"""GOV.UK Notify: text messages that carry the patient's link, and letters that Notify prints and posts.

Source: Notify's REST documentation and the table in docs/product.md section 5.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any, ClassVar

import httpx

from services.domain.vocabulary import Channel, Status
from services.gateways.base import HttpGateway, Says, moment, text_at
from services.gateways.faults import Refusal
from services.gateways.notify_client import notify_client
from services.ports.gateway import ComesBack, Parcel, Report
from services.reject_codes import reject_codes

RETENTION = timedelta(days=7)  # Notify's default; a service may ask for another
RETURNED = ComesBack(code="returned-letter", reason="Returned to sender")
POLL_PAGE = 50  # Notify answers about one id at a time


class _Notify(HttpGateway):
    """What text messages and letters have in common."""

    template_type: ClassVar[str]
    daily_limits = frozenset({"TooManyRequestsError"})
    kept = (
        "id",
        "reference",
        "type",
        "status",
        "postage",
        "created_at",
        "sent_at",
        "completed_at",
        "date_sent",
    )

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        timeout: float,
        settle: timedelta,
        posts_a_minute: int = 0,
        comes_back: ComesBack | None = None,
    ) -> None:
        super().__init__(
            base_url=base_url,
            timeout=timeout,
            settle=settle,
            retention=RETENTION,
            poll_page=POLL_PAGE,
            account="notify",
            posts_a_minute=posts_a_minute,
            comes_back=comes_back,
            secrets=(api_key, api_key[-36:]),
        )
        self._base_url = base_url
        self._api_key = api_key

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        client = self._client()
        with self.asking():
            answers = [_one(client, provider_id) for provider_id in provider_ids]
            return [self.read(answer) for answer in answers if answer is not None]

    def find(self, reference: str) -> list[Report]:
        client = self._client()
        with self.asking():
            page = client.get_all_notifications(template_type=self.template_type, reference=reference)
            return [self.read(answer) for answer in page["notifications"] if answer["reference"] == reference]

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> Report:
        """The report in a notification object. Raises what `UNREADABLE` of faults.py names."""
        return cls.report(
            text_at(answer, "status"),
            answer,
            provider_id=text_at(answer, "id"),
            reference=answer.get("reference") or "",
            at=moment(answer.get("completed_at") or answer.get("sent_at") or answer.get("created_at")),
        )

    def refusal(self, body: Any) -> Refusal:
        """The first error's kind and all messages; a layout rule that was broken is named by its own code."""
        errors = body["errors"]
        messages = [str(error["message"]) for error in errors]
        for message in messages:
            if meaning := reject_codes().meaning("notify-validation", message):
                return message, meaning
        return str(errors[0]["error"]), "; ".join(messages)

    def _client(self) -> Any:
        return notify_client(self._api_key, self._base_url, self.transport)

    def _accepted(self, answer: Mapping[str, Any], reference: str, code: str) -> Report:
        """Notify's answer to a post names no status: `code` is the one that a new message has."""
        return self.report(code, answer, provider_id=text_at(answer, "id"), reference=reference)


class NotifySms(_Notify):
    """A text message with the patient's link: no clinical or personal detail in it."""

    name, label, channel = "notify_sms", "GOV.UK Notify (SMS)", Channel.E
    system, template_type = "notify-sms", "sms"
    codes: ClassVar = {
        "created": Says(),
        "sending": Says(status=Status.SENT),
        "pending": Says(status=Status.SENT),
        "sent": Says(status=Status.SENT, nothing_more=True),
        "delivered": Says(status=Status.DELIVERED),
        "permanent-failure": Says(status=Status.FAILED),
        "temporary-failure": Says(status=Status.FAILED),
        "technical-failure": Says(status=Status.FAILED),
    }

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        template_id: str,
        timeout: float,
        settle: timedelta,
        posts_a_minute: int = 0,
    ) -> None:
        super().__init__(
            base_url=base_url,
            api_key=api_key,
            timeout=timeout,
            settle=settle,
            posts_a_minute=posts_a_minute,
        )
        self._template_id = template_id

    def send(self, parcel: Parcel) -> Report:
        client = self._client()
        with self.handing_over(parcel):
            answer = client.send_sms_notification(
                parcel.recipient.mobile,
                self._template_id,
                personalisation={"message": parcel.text_message},
                reference=parcel.reference,
            )
            return self._accepted(answer, parcel.reference, "created")


class NotifyLetter(_Notify):
    """A letter that Notify prints and posts; its recipient is read off the PDF's address block."""

    name, label, channel = "notify_letter", "GOV.UK Notify (letters)", Channel.H
    system, template_type = "notify-letter", "letter"
    codes: ClassVar = {
        "pending-virus-check": Says(status=Status.SENT_FOR_PROCESSING),
        "accepted": Says(status=Status.SENT_FOR_PROCESSING),
        "received": Says(status=Status.POSTED),
        "cancelled": Says(status=Status.FAILED),
        "virus-scan-failed": Says(status=Status.FAILED),
        "validation-failed": Says(status=Status.FAILED),
        "technical-failure": Says(status=Status.FAILED),
        "permanent-failure": Says(status=Status.FAILED),
        RETURNED.code: Says(status=Status.FAILED),
    }

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        timeout: float,
        settle: timedelta,
        posts_a_minute: int = 0,
        postage: str = "second",
    ) -> None:
        super().__init__(
            base_url=base_url,
            api_key=api_key,
            timeout=timeout,
            settle=settle,
            posts_a_minute=posts_a_minute,
            comes_back=RETURNED,
        )
        self._postage = postage

    def send(self, parcel: Parcel) -> Report:
        client = self._client()
        with self.handing_over(parcel):
            answer = client.send_precompiled_letter_notification(
                parcel.reference, BytesIO(parcel.pdf), self._postage
            )
            return self._accepted(answer, parcel.reference, "pending-virus-check")


def _one(client: Any, provider_id: str) -> Mapping[str, Any] | None:
    """A notification; None when Notify has none by that id (a wrong address answers 404 in other words)."""
    try:
        found: Mapping[str, Any] = client.get_notification_by_id(provider_id)
    except httpx.HTTPStatusError as error:
        if error.response.status_code == httpx.codes.NOT_FOUND and "NoResultFound" in error.response.text:
            return None
        raise
    return found
