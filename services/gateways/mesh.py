"""MESH: letters to practices as ITK3 messages, whose acknowledgements come into our inbox.

Source: NHS England's MESH API and ITK3 documentation; codes in data/reject_codes.csv (systems mesh and itk3).
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from threading import Lock
from typing import Any, ClassVar, Final

import httpx

from services.domain.errors import Permanent
from services.domain.vocabulary import Channel, Status
from services.gateways.base import HttpGateway, Says, moment, text_at
from services.gateways.faults import Refusal
from services.gateways.itk3 import message, read_answer
from services.gateways.mesh_client import mesh_client
from services.ports.gateway import Arrival, ComesBack, Parcel, Report, Unanswered
from services.reject_codes import reject_codes

RETENTION = timedelta(days=30)
POLL_PAGE = 20
LEAST_PAUSE = timedelta(hours=1)
NOT_ACKNOWLEDGED = Unanswered(
    setting="mesh_no_acknowledgement_days",
    code="no-acknowledgement",
    reason="No acknowledgement: the practice has not answered for {days} days.",
)
REJECTED = ComesBack(code="rejected-by-practice", reason="Rejected by the practice", with_code=True)
_KNOWN_FOR: Final = 3600.0  # seconds for which a practice's mailbox is taken to be the same
_MOST_ARRIVALS: Final = 100
_WITHOUT_CODE: Final = {"undeliverable": "14", "error": "error"}
"""What tracking means where it names no code: nobody collected it in five days, or MESH itself failed."""
_FAILED, _MOVES_NOTHING = Says(status=Status.FAILED), Says()


class Mesh(HttpGateway):
    """Adapter of MESH. `client` opens the official client for one call."""

    name, label, channel = "mesh", "MESH", Channel.GP
    system = "itk3"
    kept = ("message_id", "local_id", "status", "status_code", "status_event", "code", "said", "at", "linked")
    codes: ClassVar[Mapping[str, Says]] = {
        "accepted": _MOVES_NOTHING,
        "uploading": _MOVES_NOTHING,
        "acknowledged": _MOVES_NOTHING,
        "error": _FAILED,
        REJECTED.code: _FAILED,
        "20013": Says(status=Status.SENT),
        "30001": Says(status=Status.DELIVERED),
        "30004": Says(status=Status.DELIVERED),
        **{line.code: _FAILED for line in reject_codes().of_system("mesh")},
        **{
            line.code: _FAILED
            for line in reject_codes().of_system("itk3")
            if line.code not in ("20013", "30001", "30004")
        },
    }

    def __init__(
        self,
        *,
        base_url: str,
        mailbox: str,
        password: str,
        shared_key: str,
        workflow: str,
        timeout: float,
        settle: timedelta,
        context: SSLContext | None = None,
    ) -> None:
        super().__init__(
            base_url=base_url,
            timeout=timeout,
            settle=settle,
            retention=RETENTION,
            poll_page=POLL_PAGE,
            account=self.name,
            secrets=(password, shared_key),
            least_pause=LEAST_PAUSE,
            unanswered=NOT_ACKNOWLEDGED,
            comes_back=REJECTED,
            context=context,
        )
        self._login = {
            "base_url": base_url, "mailbox": mailbox, "password": password, "shared_key": shared_key
        }  # fmt: skip
        self._mailbox, self._workflow = mailbox, workflow
        self._mailboxes: dict[str, tuple[float, str]] = {}
        self._lock = Lock()
        self._foreign: set[str] = set()
        self.inbox = self

    def send(self, parcel: Parcel) -> Report:
        to = self._mailbox_of(parcel.recipient.ods_code)
        content = message(parcel, datetime.now(UTC))
        with self.handing_over(parcel), self._client() as client:
            message_id = client.send_message(
                to,
                content,
                workflow_id=self._workflow,
                local_id=parcel.reference,
                content_type="application/fhir+json",
            )
            answer = {"message_id": message_id}
            return self.report(
                "accepted", answer, provider_id=text_at(answer, "message_id"), reference=parcel.reference
            )

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        """Only what went wrong, or that the practice has collected it; acknowledgements come by the inbox."""
        with self.asking(), self._client() as client:
            tracked = [_or_none(client.track_message, each) for each in provider_ids if each]
            return [self._tracked(each) for each in tracked if each is not None]

    def find(self, reference: str) -> list[Report]:
        """By our local id. Where MESH has several it doesn't name them: each is reported without its id."""
        path = f"/messageexchange/{self._mailbox}/outbox/tracking/{reference}"
        with self.asking(), self._client() as client:
            try:
                answer = _or_none(client._session.get, f"{self._login['base_url']}{path}")
            except httpx.HTTPStatusError as fault:
                if fault.response.status_code != httpx.codes.MULTIPLE_CHOICES:
                    raise
                return [self.report("accepted", {}, provider_id="", reference=reference) for _ in range(2)]
            return [] if answer is None else [self._found(answer.json(), reference)]

    def arrivals(self) -> list[Arrival]:
        """What lies in our inbox, oldest first; messages of other workflows stay there, untouched."""
        with self.asking(), self._client() as client:
            ids = [each for each in client.list_messages() if each not in self._foreign][:_MOST_ARRIVALS]
            found = [self._arrival(client, each) for each in ids]
        return [arrival for arrival in found if arrival]

    def acknowledge(self, arrival_id: str) -> None:
        with self.asking(), self._client() as client:
            client.acknowledge_message(arrival_id)

    def refusal(self, body: Any) -> Refusal:
        """Both shapes of MESH's errors; the meaning stands in our list, MESH's own words for others."""
        if "errorCode" in body:
            code, words = str(body["errorCode"]), str(body["errorDescription"])
        else:
            [error, *_] = body["detail"]
            code, words = str(error["code"]), str(error["msg"])
        return code, reject_codes().meaning("mesh", code) or words

    def _client(self) -> AbstractContextManager[Any]:
        return mesh_client(self.transport, **self._login)

    def _mailbox_of(self, ods_code: str) -> str:
        """Raises Permanent where the practice has no mailbox for our letters, or several."""
        with self._lock:
            known_until, mailbox = self._mailboxes.get(ods_code, (0.0, ""))
        if time.monotonic() < known_until:
            return mailbox
        with self.asking(), self._client() as client:
            results = [
                text_at(each, "mailbox_id")
                for each in client.lookup_endpoint(ods_code, self._workflow)["results"]
            ]
        if len(results) != 1:
            code = "EPL-150" if results else "EPL-151"
            raise Permanent(reject_codes().meaning("mesh", code), code=code)
        with self._lock:
            self._mailboxes[ods_code] = (time.monotonic() + _KNOWN_FOR, results[0])
        return results[0]

    def _tracked(self, answer: Mapping[str, Any]) -> Report:
        status = text_at(answer, "status")
        failed = status in ("undeliverable", "error")
        code = str(answer.get("status_code") or _WITHOUT_CODE[status]) if failed else status
        return self.report(
            code,
            answer,
            provider_id=text_at(answer, "message_id"),
            reference=answer.get("local_id") or "",
            at=moment(answer.get("status_timestamp")),
            reason=reject_codes().meaning("mesh", code) or str(answer.get("status_description") or ""),
        )

    def _found(self, answer: Mapping[str, Any], reference: str) -> Report:
        found = text_at(answer, "message_id" if "message_id" in answer else "messageId")
        return self.report("accepted", {"message_id": found}, provider_id=found, reference=reference)

    def _arrival(self, client: Any, message_id: str) -> Arrival | None:
        with_headers = _or_none(client.retrieve_message, message_id)
        if with_headers is None:
            return None  # another worker has taken it meanwhile
        headers = {name: str(value) for name, value in with_headers.mex_headers()}
        if headers.get("messagetype") == "REPORT":
            return Arrival(id=message_id, report=self._of_report(headers))
        if headers.get("workflowid") not in (self._workflow, f"{self._workflow}_ACK"):
            self._foreign.add(message_id)
            return None
        return Arrival(id=message_id, report=self._of_answer(with_headers.read()))

    def _of_report(self, headers: Mapping[str, str]) -> Report:
        code = headers.get("statuscode", "")
        return self.report(
            code,
            {"status_code": code, "linked": headers.get("linkedmsgid", "")},
            provider_id=headers.get("linkedmsgid", ""),
            reference=headers.get("localid", ""),
            reason=reject_codes().meaning("mesh", code) or headers.get("statusdescription", ""),
        )

    def _of_answer(self, content: bytes) -> Report:
        """A message that can't be read becomes a report that nobody knows, so that it is kept and seen to."""
        try:
            answer = read_answer(content)
            at = moment(answer.at)
        except ValueError:
            return Report(gateway=self.name, code="unreadable", known=False)
        kept = {"code": answer.code, "said": answer.said, "at": answer.at}
        return self.report(answer.code, kept, provider_id="", reference=answer.reference, at=at)


def _or_none(call: Any, *given: object) -> Any:
    """What the call gives; None where MESH does not know it."""
    try:
        return call(*given)
    except httpx.HTTPStatusError as fault:
        if fault.response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            return None
        raise
