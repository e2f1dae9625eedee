"""Settings of a service that a superuser may change while all runs; here are their names and defaults."""

from typing import Any, Final

from services.domain.overdue import Patience
from services.domain.sms import USUAL_TEXT
from services.ports.store import UnitOfWork

DEFAULTS: Final[dict[str, Any]] = {
    "simplex": False,
    "checklist": False,
    "therapists_may_not_act": False,
    "gp_gateway": "docman",
    "gp_no_answer_days": 5,
    "mesh_no_acknowledgement_days": 7,
    "stuck_after_days": 2,
    "link_days": 28,
    "unviewed_after_days": 7,
    "sms_text": USUAL_TEXT,
    "portal_sender": "Your health service",
}
"""One-sided printing; a list in front of several letters; whether therapists only look; how
practices are reached; after how many days a letter is given up, or counts as stuck; how long a patient's link
works; after how many days an unviewed letter is listed; what the text message says, and what a stranger who
opens the link is told of its sender."""


def control(uow: UnitOfWork, key: str) -> Any:
    """The service's value of a setting. Raises KeyError for a name that is none."""
    value = uow.settings.get(key)
    return DEFAULTS[key] if value is None else value


def patience(uow: UnitOfWork) -> Patience:
    """After how many days the service wants to be told of a letter."""
    return Patience(
        stuck_days=int(control(uow, "stuck_after_days")),
        unviewed_days=int(control(uow, "unviewed_after_days")),
    )
