"""What becomes of a letter at the sandbox, and how it must then stand with us: the check, written by hand."""

from typing import Final

from services.domain.vocabulary import Channel, Status

_ALWAYS = (
    "delivers",
    "busy",
    "error-once",
    "error-accepted",
    "hangs",
    "hangs-accepted",
    "unreadable",
    "lookup-lags",
    "lookup-fails",
)
"""Faults of the conversation, which the letter itself survives."""

RESOLVED: Final = "rejected-then-resolved"

ENDS: Final[dict[Channel, dict[str, Status]]] = {
    Channel.E: dict.fromkeys((*_ALWAYS, "goes-backwards", "fails-after-delivery"), Status.DELIVERED)
    | dict.fromkeys(("permanent-failure", "temporary-failure", "technical-failure"), Status.FAILED),
    Channel.H: dict.fromkeys(_ALWAYS, Status.POSTED)
    | dict.fromkeys(("validation-failed", "returned-to-sender", "cancelled"), Status.FAILED),
    Channel.GP: dict.fromkeys((*_ALWAYS, RESOLVED), Status.DELIVERED)
    | dict.fromkeys(("rejected", "rejected-after-delivery", "system-error"), Status.FAILED),
}
