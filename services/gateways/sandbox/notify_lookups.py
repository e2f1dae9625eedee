"""GOV.UK Notify: GET /v2/notifications/{id} and GET /v2/notifications."""

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateways.sandbox.courses import Gateway
from services.gateways.sandbox.desk import Desk
from services.gateways.sandbox.notify_auth import check_token
from services.gateways.sandbox.notify_checks import require_uuid
from services.gateways.sandbox.notify_errors import NotifyFaults, NotifyRefusal
from services.gateways.sandbox.notify_objects import (
    FAILURES,
    NOTIFY_GATEWAYS,
    STATUSES,
    notification,
    notify_status,
)

PAGE_SIZE = 250
TEMPLATE_TYPES = ("sms", "email", "letter")


@dataclass(frozen=True, kw_only=True, slots=True)
class NotifyLookups:
    """Says how messages stand. Each route raises NotifyRefusal where Notify refuses."""

    desk: Desk

    async def one(self, request: Request) -> Response:
        check_token(request, self.desk.config)
        known = self.desk.known(require_uuid("id", request.path_params["id"]))
        if known is None or known.gateway not in NOTIFY_GATEWAYS:
            raise NotifyRefusal(404, "NoResultFound", "No result found")
        return JSONResponse(notification(known, self.desk, str(request.base_url)))

    async def many(self, request: Request) -> Response:
        """One page, newest first; ``links.next`` asks for what is older than its last message."""
        check_token(request, self.desk.config)
        query = request.query_params
        reference = query.get("reference")
        if reference and self.desk.look_up_fails(reference):
            return NotifyFaults().broken()
        wanted = _wanted_statuses(query)
        listed = self.desk.listed(
            self.desk.ledger.newest(
                gateways=_wanted_gateways(query), reference=reference, before=self._older_than(query)
            )
        )
        found = (each for each in listed if not wanted or notify_status(each, self.desk) in wanted)
        page = list(islice(found, PAGE_SIZE))
        base_url = str(request.base_url)
        links = {"current": str(request.url)}
        if page:
            others = [(key, value) for key, value in query.multi_items() if key != "older_than"]
            following = urlencode([*others, ("older_than", page[-1].provider_id)])
            links["next"] = f"{base_url}v2/notifications?{following}"
        shown = [notification(each, self.desk, base_url) for each in page]
        return JSONResponse({"notifications": shown, "links": links})

    def _older_than(self, query: QueryParams) -> int | None:
        """Number of the message that the page must be older than; 0, so none, when it is not known."""
        older_than = query.get("older_than")
        if older_than is None:
            return None
        known = self.desk.known(require_uuid("older_than", older_than))
        return known.number if known else 0


def _wanted_gateways(query: QueryParams) -> tuple[Gateway, ...]:
    types = query.getlist("template_type")
    for given in types:
        if given not in TEMPLATE_TYPES:
            raise NotifyRefusal(
                400, "ValidationError", f"template_type {given} is not one of [sms, email, letter]"
            )
    return tuple(gateway for gateway in NOTIFY_GATEWAYS if gateway in types) if types else NOTIFY_GATEWAYS


def _wanted_statuses(query: QueryParams) -> set[str]:
    """Statuses to list; "failed" means each of the failures. Empty for all."""
    statuses = query.getlist("status")
    for given in statuses:
        if given not in STATUSES:
            raise NotifyRefusal(
                400, "ValidationError", f"status {given} is not one of [{', '.join(STATUSES)}]"
            )
    return {*statuses, *(FAILURES if "failed" in statuses else ())}
