"""The sandbox's own routes, for tests: scripts, clock, ledger, reset."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateways.sandbox.courses import Gateway
from services.gateways.sandbox.desk import Desk
from services.gateways.sandbox.ledger import Acceptance


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """Routes under /sandbox. Bad requests are answered 400 with ``{"error": …}``."""

    desk: Desk

    async def script(self, request: Request) -> Response:
        """POST {"match": {"reference": …}, "course": …}: choose a course for posts to come."""
        form = await _read(request)
        try:
            self.desk.scripts.register(form.get("match"), form.get("course"))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return JSONResponse({"scripts": len(self.desk.scripts.entries)}, status_code=201)

    async def clock(self, request: Request) -> Response:
        """POST {"advance": seconds}: push every message's age forward, by sandbox seconds."""
        advance = (await _read(request)).get("advance")
        if isinstance(advance, bool) or not isinstance(advance, int | float) or not 0 <= advance < 1e9:
            raise HTTPException(400, "advance takes sandbox seconds, 0 or more")
        self.desk.clock.advance(advance)
        self.desk.ledger.keep_pushed(self.desk.clock.pushed)
        return JSONResponse({"speed": self.desk.clock.speed, "advanced": self.desk.clock.pushed})

    async def ledger(self, request: Request) -> Response:
        """GET: every acceptance, newest first; filters ``reference`` and ``gateway``."""
        gateway = request.query_params.get("gateway")
        if gateway is not None and gateway not in tuple(Gateway):
            raise HTTPException(400, f"gateway takes one of: {', '.join(Gateway)}")
        found = self.desk.ledger.newest(
            gateways=(Gateway(gateway),) if gateway else tuple(Gateway),
            reference=request.query_params.get("reference"),
        )
        entries = [self._entry(each) for each in found]
        return JSONResponse({"count": len(entries), "acceptances": entries})

    def _entry(self, acceptance: Acceptance) -> dict[str, Any]:
        step = self.desk.step(acceptance)
        return {
            "gateway": acceptance.gateway,
            "reference": acceptance.reference,
            "provider_id": acceptance.provider_id,
            "accepted_at": acceptance.moment.at.isoformat(),
            "sha256": acceptance.sha256,
            "recipient": acceptance.recipient,
            "recipient_digest": acceptance.recipient_digest,
            "course": acceptance.course,
            "status": step.status if step else None,
            "callback": acceptance.callback,
        }

    async def traffic(self, _request: Request) -> Response:
        """GET: how many posts Notify took and refused, in all and in its busiest minute; times in seconds."""
        traffic = self.desk.notify_traffic
        return JSONResponse(
            {
                "taken": traffic.taken,
                "refused": traffic.refused,
                "most_in_a_minute": traffic.most,
                "seconds": traffic.last_at - traffic.first_at,
                "calls": dict(self.desk.calls),
            }
        )

    async def reset(self, request: Request) -> Response:
        """DELETE: forget everything, when the configuration allows it."""
        if not self.desk.config.allow_reset:
            raise HTTPException(403, "This sandbox may not be reset: start it with --allow-reset")
        self.desk.reset()
        return JSONResponse({"count": 0})


async def _read(request: Request) -> dict[str, Any]:
    try:
        form = json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(400, "The request is not valid JSON") from error
    if not isinstance(form, dict):
        raise HTTPException(400, "The request is not a JSON object")
    return form
