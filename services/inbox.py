"""Read a delivery provider's inbox, and acknowledge what was committed (docs/faults.md row 32)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from services.domain.errors import GatewayError
from services.ports.clock import Clock
from services.ports.gateway import Arrival, Inbox, Report
from services.ports.store import Store
from services.reconcile import take_report
from services.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxReader:
    """One gateway's inbox, which holds messages for every service; `stop` is asked before each of them."""

    store: Store
    clock: Clock
    settings: Settings
    inbox: Inbox
    stop: Callable[[], bool]

    def round(self) -> int:
        """Take what lies there, oldest first; returns how much was taken.

        Each message is acknowledged only after what it says was committed: a process that ends in between
        reads it again, and finds it known. One that can't be taken stays, and holds up no other. Raises
        GatewayError when the inbox can't be read.
        """
        taken = 0
        for arrival in self.inbox.arrivals():
            if self.stop():
                break
            taken += self._take(arrival)
        return taken

    def _take(self, arrival: Arrival) -> bool:
        try:
            service_id = self._whose(arrival.report)
            take_report(self.store, self.clock, self.settings, service_id, arrival.report)
            self.inbox.acknowledge(arrival.id)
        except GatewayError as error:
            log.warning("message %s was taken, and stays in the inbox until later: %s", arrival.id, error)
        except Exception:  # whatever one message meets, the others need not wait for it
            log.exception("message %s could not be taken", arrival.id)
            return False
        return True

    def _whose(self, report: Report) -> str:
        """The service whose letter it is about; the first one keeps what belongs to none."""
        services = self.store.service_ids()
        for service_id in services:
            with self.store.read(service_id) as uow:
                known = uow.attempts.known_to(
                    gateway=report.gateway,
                    provider_ids=[report.provider_id],
                    references=[report.reference],
                )
            if known:
                return service_id
        return services[0]
