"""The delivery providers of the past: they accept, or refuse, whatever the plan says, and nothing leaves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, runtime_checkable

from services.domain.errors import Permanent
from services.domain.ids import new_id
from services.domain.vocabulary import Channel
from services.ports.gateway import Capabilities, Gateway, Inbox, Parcel, Report
from services.reject_codes import reject_codes

_TAKEN: Final = {Channel.GP: "accepted", Channel.E: "created", Channel.H: "pending-virus-check"}


@runtime_checkable
class Vendor(Gateway, Protocol):
    """A gateway that says what each of its vendor's codes amounts to."""

    def report(
        self,
        code: str,
        answer: Mapping[str, Any],
        *,
        provider_id: str,
        reference: str,
        at: datetime | None = None,
        reason_code: str = "",
        reason: str = "",
    ) -> Report: ...


class Carrier:
    """Stands in for one gateway, under its name: its codes are the vendor's, its answers the plan's."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.name, self.label, self.channel = vendor.name, vendor.label, vendor.channel
        self.capabilities: Capabilities = vendor.capabilities
        self.mark = vendor.mark
        self.inbox: Inbox | None = None
        self.refuses: dict[str, str] = {}
        """By the attempts' references: the code with which each is refused."""

    def send(self, parcel: Parcel) -> Report:
        code = self.refuses.get(parcel.reference)
        if code:
            raise Permanent(reject_codes().meaning(self.name, code), code=code)
        return self.vendor.report(_TAKEN[self.channel], {}, provider_id=new_id(), reference=parcel.reference)

    def says(self, code: str, rejection: str, *, provider_id: str, reference: str, at: datetime) -> Report:
        """What the provider reports at a moment; `rejection` is the practice's own code."""
        return self.vendor.report(
            code,
            {},
            provider_id=provider_id,
            reference=reference,
            at=at,
            reason_code=rejection,
            reason=reject_codes().practice_meaning(rejection),
        )

    def poll(self, provider_ids: Sequence[str]) -> list[Report]:
        """Nothing: the plan's reports come by themselves."""
        return []

    def find(self, reference: str) -> list[Report]:
        """Nothing: no outcome of the past is unknown."""
        return []
