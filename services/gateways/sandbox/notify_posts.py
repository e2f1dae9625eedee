"""GOV.UK Notify: POST /v2/notifications/sms and /v2/notifications/letter."""

import hashlib
import json
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateways.sandbox.answers import answer_post
from services.gateways.sandbox.courses import Gateway
from services.gateways.sandbox.desk import Desk
from services.gateways.sandbox.letter_pdf import read_letter
from services.gateways.sandbox.notify_auth import check_token
from services.gateways.sandbox.notify_checks import check_postage, decode_letter, read_form, require_uuid
from services.gateways.sandbox.notify_errors import NotifyFaults, NotifyRefusal, over_limit
from services.gateways.sandbox.notify_objects import posted_letter, posted_sms
from services.gateways.sandbox.notify_phone import check_phone_number
from services.gateways.sandbox.notify_template import fill_template
from services.gateways.sandbox.recipients import Recipient

MAX_PAGES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class NotifyPosts:
    """Takes text messages and precompiled letters. Each route raises NotifyRefusal where Notify refuses."""

    desk: Desk

    async def sms(self, request: Request) -> Response:
        self._let_in(request)
        form = await read_form(
            request,
            required=("phone_number", "template_id"),
            allowed=("personalisation", "reference", "sms_sender_id"),
        )
        check_phone_number(form["phone_number"])
        template_id = require_uuid("template_id", form["template_id"])
        template = self.desk.config.sms_templates.get(template_id)
        if template is None:
            raise NotifyRefusal(400, "BadRequestError", "Template not found")
        body = fill_template(template, form.get("personalisation"))
        recipient = Recipient(
            gateway=Gateway.SMS, reference=form.get("reference") or "", phone=form["phone_number"]
        )
        details = {"body": body, "template_id": template_id}
        base_url = str(request.base_url)

        def accept(course: str) -> Response:
            digest = hashlib.sha256(body.encode()).hexdigest()
            acceptance = self.desk.accept(recipient, recipient.phone, digest, course, details)
            return JSONResponse(
                posted_sms(acceptance, base_url, self.desk.config.sms_sender), status_code=201
            )

        return await answer_post(request, self.desk, recipient, NotifyFaults(), accept)

    async def letter(self, request: Request) -> Response:
        self._let_in(request)
        form = await read_form(request, required=("reference", "content"), allowed=("postage",))
        check_postage(form.get("postage"))
        content = decode_letter(form["content"])
        letter = read_letter(content)
        recipient = Recipient(gateway=Gateway.LETTER, reference=form["reference"], address=letter.address)
        details = {
            "postage": form.get("postage") or "second",
            "address": json.dumps(letter.address),
            "pages": str(letter.pages),
        }

        def accept(course: str) -> Response:
            kept = course if 0 < letter.pages <= MAX_PAGES else "validation-failed"
            shown = ", ".join(letter.address) or "No address in the block"
            digest = hashlib.sha256(content).hexdigest()
            acceptance = self.desk.accept(recipient, shown, digest, kept, details)
            return JSONResponse(posted_letter(acceptance), status_code=201)

        return await answer_post(request, self.desk, recipient, NotifyFaults(), accept)

    def _let_in(self, request: Request) -> None:
        check_token(request, self.desk.config)
        traffic = self.desk.notify_traffic
        if not traffic.take():
            raise NotifyRefusal(429, "RateLimitError", over_limit(traffic.limit))
