"""Settings of a service that a superuser may change while all runs: their names, defaults and effects."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from services.domain.overdue import Patience
from services.domain.sms import USUAL_TEXT
from services.domain.vocabulary import Channel
from services.ports.store import UnitOfWork

DAYS: Final = range(1, 366)
HOURS: Final = range(1, 721)
WATCHED: Final = {
    Channel.GP: ("not delivered", 48),
    Channel.E: ("not delivered", 48),
    Channel.H: ("not posted", 96),
}
"""Channels whose letters get stuck: what they wait for, and the usual hours."""


class Group(StrEnum):
    """What a setting is about."""

    PRINTING = "Printing"
    SENDING = "Who may send"
    PRACTICES = "GP practices"
    CARRIERS = "Delivery providers"
    LATE = "What counts as late"
    LINKS = "Text messages and patients' links"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One setting. Its value is of the default's kind: a switch, one of `numbers`, or a text.

    effect says what it changes; most is how many characters a text may have. carries: its value names a
    delivery provider of this channel.
    """

    key: str
    group: Group
    label: str
    effect: str
    default: Any
    most: int = 0
    numbers: range = DAYS
    carries: Channel | None = None


SETTINGS: Final = {
    setting.key: setting
    for setting in (
        Setting(
            key="simplex",
            group=Group.PRINTING,
            label="The printer prints one side only",
            effect="Letters in one PDF are not padded to whole sheets: for printers that print one side only",
            default=False,
        ),
        Setting(
            key="checklist",
            group=Group.PRINTING,
            label="A checklist page in front",
            effect="A list of the letters, in order, as the first page of a PDF of several letters",
            default=False,
        ),
        Setting(
            key="therapists_may_not_act",
            group=Group.SENDING,
            label="Only admins print and send",
            effect="Therapists see their own letters, and printing and sending is left to admins",
            default=False,
        ),
        Setting(
            key="gp_gateway",
            group=Group.PRACTICES,
            label="Usual way to practices",
            effect="How practices are reached that have no way of their own: docman or mesh",
            default="docman",
            most=30,
            carries=Channel.GP,
        ),
        Setting(
            key="gp_no_answer_days",
            group=Group.PRACTICES,
            label="Days until a letter counts as not collected",
            effect="A letter that the practice has not answered for so long is Failed, “not collected”",
            default=5,
        ),
        Setting(
            key="mesh_no_acknowledgement_days",
            group=Group.PRACTICES,
            label="Days until a letter by MESH counts as not acknowledged",
            effect="A letter by MESH that the practice has not acknowledged for so long is Failed, "
            "“no acknowledgement”",
            default=7,
        ),
        *(
            Setting(
                key=f"{channel}_stuck_hours",
                group=Group.LATE,
                label=f"Hours until a letter is stuck: {channel.label}",
                effect=f"A letter that was sent so long ago, and is {word}, counts as stuck",
                default=hours,
                numbers=HOURS,
            )
            for channel, (word, hours) in WATCHED.items()
        ),
        Setting(
            key="unviewed_after_days",
            group=Group.LATE,
            label="Days until a letter counts as not viewed",
            effect="A letter that the patient has by text message and has not viewed for so long is listed "
            "as not viewed",
            default=7,
        ),
        Setting(
            key="link_days",
            group=Group.LINKS,
            label="Days that a patient's link works",
            effect="A patient's link works for so many days from when its text message was queued; "
            "links that are out keep theirs",
            default=28,
        ),
        Setting(
            key="e_gateway",
            group=Group.CARRIERS,
            label="Text messages go by",
            effect="The delivery provider of letters to patients by text message that are queued from now on",
            default="notify_sms",
            most=30,
            carries=Channel.E,
        ),
        Setting(
            key="h_gateway",
            group=Group.CARRIERS,
            label="Hybrid mail goes by",
            effect="The delivery provider of hybrid mail that is queued from now on",
            default="notify_letter",
            most=30,
            carries=Channel.H,
        ),
        Setting(
            key="sms_text",
            group=Group.LINKS,
            label="Text message",
            effect="What patients get by text message, the same for all. Its one field is the link; say "
            "nothing personal and nothing of the care",
            default=USUAL_TEXT,
            most=918,
        ),
        Setting(
            key="portal_sender",
            group=Group.LINKS,
            label="Sender on the patient's page",
            effect="Whom the letter is from, as everybody may read who opens the link: nothing that says "
            "which care it is",
            default="Your health service",
            most=60,
        ),
    )
}


def controls(uow: UnitOfWork) -> dict[str, Any]:
    """The service's value of every setting, in one read."""
    kept = uow.settings.all()
    return {key: setting.default if kept.get(key) is None else kept[key] for key, setting in SETTINGS.items()}


def control(uow: UnitOfWork, key: str) -> Any:
    """The service's value of a setting. Raises KeyError for a name that is none."""
    return controls(uow)[key]


def patience(uow: UnitOfWork) -> Patience:
    """After how long the service wants to be told of a letter."""
    kept = controls(uow)
    return Patience(
        stuck_hours={channel: kept[f"{channel}_stuck_hours"] for channel in WATCHED},
        unviewed_days=kept["unviewed_after_days"],
    )


def gateways_wanted(uow: UnitOfWork) -> dict[Channel, str]:
    """By channel the name of the delivery provider that the service has chosen."""
    kept = controls(uow)
    return {each.carries: str(kept[each.key]) for each in SETTINGS.values() if each.carries}
