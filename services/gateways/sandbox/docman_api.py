"""Docman Connect: a token, documents in, and how they stand.

The inbound document model (CaptureSource, Sender, RecipientOdsCode, Patient, Document) and the codes
are public; the paths, the token and the answers' form are not. They are ours, kept in ``PATHS`` and in
this module, and must be confirmed with the supplier. So is ``ClientReference``, the field by which a posted
document is looked up.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateways.sandbox.answers import answer_post
from services.gateways.sandbox.courses import Gateway
from services.gateways.sandbox.desk import Desk
from services.gateways.sandbox.docman_errors import DocmanFaults, docman_error
from services.gateways.sandbox.docman_rules import file_content, refusals
from services.gateways.sandbox.ledger import Acceptance
from services.gateways.sandbox.recipients import Recipient
from services.reject_codes import reject_codes

PATHS = {"token": "/token", "documents": "/api/documents"}
TOKEN_SECONDS = 3600
MAX_IDS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class DocmanApi:
    """Docman Connect's routes. ``tokens``: those handed out, with the real time at which each ends."""

    desk: Desk
    tokens: dict[str, float] = field(default_factory=dict)

    async def token(self, request: Request) -> Response:
        """A bearer for an hour, by the client credentials grant (form fields)."""
        form = {key: values[0] for key, values in parse_qs((await request.body()).decode("latin-1")).items()}
        config = self.desk.config
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        if (form.get("client_id"), form.get("client_secret")) != (
            config.docman_client_id,
            config.docman_client_key,
        ):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        now = self.desk.clock.now().timestamp()
        for old in [token for token, ends in self.tokens.items() if ends < now]:
            del self.tokens[old]
        token = secrets.token_urlsafe(24)
        self.tokens[token] = now + TOKEN_SECONDS
        return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS})

    async def post(self, request: Request) -> Response:
        """Take a document in: 201 with its Id, or 400 with everything that is wrong with it."""
        self._check_token(request)
        document = await _read_document(request)
        wrong = list(refusals(document, self.desk.clock.now().date()))
        if wrong:
            return docman_error(400, ((code, reject_codes().meaning("docman", code)) for code in wrong))
        patient = document["Patient"]
        recipient = Recipient(
            gateway=Gateway.GP,
            reference=str(document.get("ClientReference") or ""),
            ods=document["RecipientOdsCode"],
            nhs_number=str(patient.get("NhsNumber") or ""),
        )
        digest = hashlib.sha256(file_content(document) or b"").hexdigest()
        shown = f"{recipient.ods}, patient {recipient.nhs_number or 'without NHS number'}"

        def accept(course: str) -> Response:
            acceptance = self.desk.accept(recipient, shown, digest, course, {})
            return JSONResponse(
                {"Id": acceptance.provider_id, "ClientReference": acceptance.reference}, status_code=201
            )

        return await answer_post(request, self.desk, recipient, DocmanFaults(), accept)

    async def look_up(self, request: Request) -> Response:
        """How documents stand: those of ``ids`` (comma-separated, at most 100) or of one ``reference``.

        An id that Docman doesn't know is not in the answer.
        """
        self._check_token(request)
        if "ids" in request.query_params:
            return self._by_ids(request.query_params["ids"])
        reference = request.query_params.get("reference")
        if not reference:
            return docman_error(400, [("400", "Give ids or reference")])
        if self.desk.look_up_fails(reference):
            return DocmanFaults().broken()
        found = self.desk.listed(self.desk.ledger.newest(gateways=(Gateway.GP,), reference=reference))
        return self._answer(islice(found, MAX_IDS))

    def _by_ids(self, ids: str) -> Response:
        wanted = [each.strip() for each in ids.split(",") if each.strip()]
        if len(wanted) > MAX_IDS:
            return docman_error(400, [("400", f"At most {MAX_IDS} ids")])
        known = (self.desk.known(each) for each in wanted)
        return self._answer(each for each in known if each and each.gateway is Gateway.GP)

    def _answer(self, found: Iterable[Acceptance]) -> Response:
        return JSONResponse({"Documents": [self._document(each) for each in found]})

    def _document(self, acceptance: Acceptance) -> dict[str, Any]:
        """One document; Status is null until Docman has worked on it."""
        step = self.desk.step(acceptance)
        code = step.code if step else ""
        return {
            "Id": acceptance.provider_id,
            "ClientReference": acceptance.reference,
            "Status": step.status if step else None,
            "StatusDate": self.desk.time_of(acceptance, step).isoformat() if step else None,
            "RejectionCode": code or None,
            "RejectionReason": reject_codes().practice_meaning(code) or None,
        }

    def _check_token(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or self.tokens.get(token, 0) < self.desk.clock.now().timestamp():
            raise HTTPException(401, "Authorization has been denied for this request")


async def _read_document(request: Request) -> dict[str, Any]:
    try:
        document = json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(400, "The request is not valid JSON") from error
    if not isinstance(document, dict):
        raise HTTPException(400, "The request is not a JSON object")
    return document
