"""Docman Connect: letters to the patient's registered practice.

The inbound document model and the codes are public. The paths, the token, the fields of the answers and the
hash are not: what stands here must be confirmed with the supplier (docs/gateways.md).
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import Any, ClassVar

import httpx
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.domain.errors import Misconfigured, Permanent
from services.domain.local_time import LONDON
from services.domain.vocabulary import Cause, Channel, Status
from services.gateways.base import HttpGateway, Says, moment, text_at
from services.gateways.faults import Refusal
from services.ports.gateway import ComesBack, Parcel, Report, Unanswered
from services.reject_codes import reject_codes

CAPTURE_SOURCE = 2  # a third party's system
REJECTED = "4005"
RETENTION = timedelta(days=365)
POLL_PAGE = 50
NOT_COLLECTED = Unanswered(
    setting="gp_no_answer_days",
    code="not-collected",
    reason="Not collected: the practice has not answered for {days} days.",
)
REJECTED_BY_POST = ComesBack(code=REJECTED, reason="Rejected by the practice", with_code=True)
TOKEN_MARGIN = 60.0  # seconds before its end at which a token is renewed


class DocmanPaths(BaseSettings):
    """Docman's paths below the base address; the environment may set each (BATCH_LETTERS_DOCMAN_PATH_…)."""

    model_config = SettingsConfigDict(env_prefix="BATCH_LETTERS_DOCMAN_PATH_", frozen=True)

    token: str = "token"  # noqa: S105 – a path
    documents: str = "api/documents"


class DocmanConnect(HttpGateway):
    """Posts documents and asks how they stand; the reference travels in the field ClientReference."""

    name, label, channel = "docman", "Docman Connect", Channel.GP
    system = "docman"
    kept = ("Id", "ClientReference", "Status", "StatusDate", "RejectionCode")
    codes: ClassVar = {
        "accepted": Says(),
        "4002": Says(status=Status.SENT),
        "4003": Says(status=Status.DELIVERED),
        "4010": Says(status=Status.DELIVERED),
        REJECTED: Says(status=Status.FAILED),
        "5000": Says(status=Status.FAILED),
        "7000": Says(status=Status.FAILED),
        "6000": Says(status=Status.DELIVERED, cause=Cause.RESOLVED, resolves=REJECTED),
    }

    def __init__(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: str,
        timeout: float,
        settle: timedelta,
        paths: DocmanPaths | None = None,
    ) -> None:
        super().__init__(
            base_url=base_url,
            timeout=timeout,
            settle=settle,
            retention=RETENTION,
            poll_page=POLL_PAGE,
            account=self.name,
            secrets=(client_secret,),
            unanswered=NOT_COLLECTED,
            comes_back=REJECTED_BY_POST,
        )
        self._login = {"client_id": client_id, "client_secret": client_secret}
        self._paths = paths or DocmanPaths()
        self._token, self._token_ends, self._token_lock = "", 0.0, Lock()

    def send(self, parcel: Parcel) -> Report:
        document = document_of(parcel)
        with self.handing_over(parcel):
            answer = self._call("POST", json=document)
            return self.report(
                "accepted", answer, provider_id=text_at(answer, "Id"), reference=parcel.reference
            )

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        return self._look_up(ids=",".join(provider_ids)) if provider_ids else []

    def find(self, reference: str) -> list[Report]:
        found = self._look_up(reference=reference)
        # Should the look-up not know our filter, its other documents must not be taken for this one.
        return [report for report in found if report.reference == reference]

    def refusal(self, body: Any) -> Refusal:
        """The first refusal's code, and what all of them mean; Docman's own words for a code not listed."""
        errors = [(str(error["Code"]), str(error["Message"])) for error in body["Errors"]]
        meanings = [reject_codes().meaning(self.system, code) or message for code, message in errors]
        return errors[0][0], "; ".join(meanings)

    def _look_up(self, **query: str) -> list[Report]:
        with self.asking():
            return [self._read(document) for document in self._call("GET", params=query)["Documents"]]

    def _read(self, document: Mapping[str, Any]) -> Report:
        """A document without status is not yet worked on; a rejected one carries the practice's code."""
        code = "accepted" if document["Status"] is None else str(document["Status"])
        rejection = (document.get("RejectionCode") or "") if code == REJECTED else ""
        said = reject_codes().practice_meaning(rejection) or (rejection and document.get("RejectionReason"))
        return self.report(
            code,
            document,
            provider_id=text_at(document, "Id"),
            reference=document.get("ClientReference") or "",
            at=moment(document.get("StatusDate")),
            reason_code=rejection,
            reason=said or "",
        )

    def _call(self, method: str, **options: Any) -> Any:
        """One call with a token; once more with a new one when the old was refused, so nothing was done."""
        try:
            return self._with_token(method, **options)
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.UNAUTHORIZED:
                raise
            self._token_ends = 0.0
            return self._with_token(method, **options)

    def _with_token(self, method: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._current_token()}"}
        return self.transport.request(method, self._paths.documents, headers=headers, **options).json()

    def _current_token(self) -> str:
        """The token, fetched by the client credentials grant when there is none or it is about to end."""
        with self._token_lock:
            if monotonic() >= self._token_ends:
                self._token, seconds = self._fetch_token()
                self._token_ends = monotonic() + seconds - TOKEN_MARGIN
            return self._token

    def _fetch_token(self) -> tuple[str, float]:
        """A token, its seconds. Nothing is sent yet: a fault is Temporary, a refusal Misconfigured."""
        form = {"grant_type": "client_credentials", **self._login}
        try:
            with self.asking():
                answer = self.transport.request("POST", self._paths.token, data=form).json()
                return text_at(answer, "access_token"), float(answer["expires_in"])
        except Permanent as refused:
            raise Misconfigured(f"{self.label} refuses our name or secret.", code=refused.code) from None


def document_of(parcel: Parcel) -> dict[str, Any]:
    """The inbound document model; what the recipient's details lack, Docman refuses by a code of its own."""
    details = parcel.recipient.details
    return {
        "CaptureSource": CAPTURE_SOURCE,
        "ClientReference": parcel.reference,
        "Sender": {
            "OdsCode": details.get("sender_ods_code", ""),
            "Organisation": details.get("sender_organisation", ""),
            "Department": details.get("sender_department", ""),
            "Person": details.get("sender_person", ""),
        },
        "RecipientOdsCode": parcel.recipient.ods_code,
        "Patient": {
            "NhsNumber": details.get("nhs_number", ""),
            "FamilyName": details.get("family_name", ""),
            "GivenNames": details.get("given_names", ""),
            "BirthDate": details.get("date_of_birth", ""),
        },
        "Document": {
            "Description": parcel.title,
            "EventDate": parcel.created_at.astimezone(LONDON).date().isoformat(),
            "FileContent": b64encode(parcel.pdf).decode("ascii"),
            "FileExtension": "pdf",
            # Guards against corruption, not against forgery.
            "FileHash": hashlib.sha1(parcel.pdf, usedforsecurity=False).hexdigest(),
        },
    }
