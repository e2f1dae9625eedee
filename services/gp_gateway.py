"""How practices are reached: by the service's usual gateway, or each in its own way."""

from collections.abc import Mapping
from typing import Final

from services.domain.errors import UserError
from services.domain.vocabulary import Channel
from services.ports.clock import Clock
from services.ports.gateway import Gateway
from services.ports.store import Store

DEFAULT_WAY: Final = "default"
"""A practice's way that is the service's."""


def choose_gp_gateway(
    store: Store, clock: Clock, gateways: Mapping[str, Gateway], service_id: str, name: str, ods_code: str
) -> None:
    """Choose for one practice, or with an empty ODS code for all that have no way of their own.

    Letters that are queued from now on go that way. Raises UserError, with nothing changed, for a gateway
    that is not set up here, and for a service or a practice that is not known.
    """
    ways = [gateway.name for gateway in gateways.values() if gateway.channel is Channel.GP]
    allowed = [*ways, DEFAULT_WAY] if ods_code else ways
    if name not in allowed:
        raise UserError(f"“{name}” is not set up here. There are: {', '.join(allowed)}. Nothing was changed.")
    if service_id not in store.service_ids():
        raise UserError(f"There is no service “{service_id}”. Nothing was changed.")
    with store.begin(service_id) as uow:
        if not ods_code:
            uow.settings.put("gp_gateway", name, by="command line", at=clock.now())
        elif not uow.people.choose_gateway(ods_code, "" if name == DEFAULT_WAY else name):
            raise UserError(f"There is no practice {ods_code}. Nothing was changed.")
        uow.commit()
