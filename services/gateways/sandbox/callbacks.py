"""GOV.UK Notify's callbacks: returned letters, and delivery receipts of text messages.

Returned letter: the ten fields of ``send_returned_letter_to_service`` in Notify's open source
(app/celery/service_callback_tasks.py). For a precompiled letter that was posted over the API it fills
notification_id, reference, date_sent and sent_by, and leaves the template's and the spreadsheet's fields
empty (template_id is the text "None" there).

Delivery receipt: the ten fields of "Delivery receipts" in Notify's documentation of callbacks.

Both are posted with ``Authorization: Bearer <token>`` and a time-out of 5 seconds, and tried again, at most
5 times, each 5 minutes (of sandbox time), when there is no answer, a 429 or a 5xx.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.gateways.sandbox.courses import Gateway, Step
from services.gateways.sandbox.desk import Desk, course_of
from services.gateways.sandbox.ledger import Acceptance
from services.gateways.sandbox.notify_objects import FAILURES, notification, notify_time

RETRIES = 5
RETRY_AFTER = 300.0  # sandbox seconds
SHORTEST_RETRY = 1.0  # real seconds, so that a receiver that starts up is not missed at a high speed
TIMEOUT = 5.0
_ROUND = 0.2  # real seconds between two looks at what is due

log = logging.getLogger(__name__)


@dataclass(kw_only=True, slots=True)
class Callbacks:
    """Sends what is due, as one task beside the app."""

    desk: Desk
    tries: Counter[str] = field(default_factory=Counter)
    not_before: dict[str, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Look for due callbacks until cancelled. One that fails never ends the task."""
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            while True:
                for acceptance in list(self.desk.ledger.waiting_for_callback()):
                    await self._send_if_due(client, acceptance)
                await asyncio.sleep(_ROUND)

    async def _send_if_due(self, client: httpx.AsyncClient, acceptance: Acceptance) -> None:
        key = acceptance.provider_id
        url, body = self._due(acceptance)
        if not url or asyncio.get_running_loop().time() < self.not_before.get(key, 0):
            return
        outcome = await self._post(client, url, body)
        self.tries[key] += 1
        if outcome == "again" and self.tries[key] <= RETRIES:
            wait = RETRY_AFTER / self.desk.clock.speed if self.desk.clock.speed else 0
            self.not_before[key] = asyncio.get_running_loop().time() + max(wait, SHORTEST_RETRY)
            return
        self.desk.ledger.settle_callback(key, "done" if outcome == "done" else "given up")
        self.not_before.pop(key, None)
        del self.tries[key]

    async def _post(self, client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> str:
        """ "done", "again" or "refused"."""
        headers = {"Authorization": f"Bearer {self.desk.config.callback_token}"}
        try:
            status = (await client.post(url, json=body, headers=headers)).status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("callback not delivered: %s", type(error).__name__)
            return "again"
        if status < 400:
            return "done"
        log.warning("callback answered with %s", status)
        return "again" if status == 429 or status >= 500 else "refused"

    def _due(self, acceptance: Acceptance) -> tuple[str, dict[str, Any]]:
        """Where to post what; an empty address when nothing is due."""
        if acceptance.gateway is Gateway.LETTER:
            returned_after = course_of(acceptance).returned_after
            due = returned_after is not None and self.desk.age(acceptance) >= returned_after
            return (self.desk.config.callback_url if due else "", returned_letter(acceptance))
        told = self._told_of(acceptance)
        if told is None:
            return "", {}
        return self.desk.config.receipt_url, delivery_receipt(acceptance, self.desk, told.status)

    def _told_of(self, acceptance: Acceptance) -> Step | None:
        """The step of which a receipt tells: the first that was final, whatever came after it."""
        age = self.desk.age(acceptance)
        passed = (step for step in course_of(acceptance).steps if step.after <= age)
        return next((step for step in passed if step.status in ("delivered", *FAILURES)), None)


def returned_letter(acceptance: Acceptance) -> dict[str, Any]:
    """Body of a returned-letter callback for a precompiled letter posted over the API."""
    return {
        "notification_id": acceptance.provider_id,
        "reference": acceptance.reference,
        "date_sent": notify_time(acceptance.moment.at),
        "sent_by": "API",
        "template_name": None,
        "template_id": "None",
        "template_version": None,
        "spreadsheet_file_name": None,
        "spreadsheet_row_number": None,
        "upload_letter_file_name": None,
    }


def delivery_receipt(acceptance: Acceptance, desk: Desk, status: str) -> dict[str, Any]:
    """Body of a delivery receipt for a text message that came to this status."""
    message = notification(acceptance, desk, "") | {"status": status}
    kept = ("id", "reference", "status", "created_at", "completed_at", "sent_at")
    return {
        **{key: message[key] for key in kept},
        "to": acceptance.recipient,
        "notification_type": "sms",
        "template_id": message["template"]["id"],
        "template_version": message["template"]["version"],
    }
