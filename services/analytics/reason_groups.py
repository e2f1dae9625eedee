"""Reject reasons in groups, by what has to be done about them: a table from code to group.

Codes: data/reject_codes.csv and data/practice_rejections.csv, GOV.UK Notify's documentation, and our own
(services/domain/reason.py). A code that is not here stands under Other: it is never guessed.
"""

from enum import StrEnum
from typing import Final

import pyarrow as pa

from services.domain.vocabulary import Channel


class ReasonGroup(StrEnum):
    """What a failure is about; `next_step` is what is proposed."""

    ADDRESS = "Address"
    NOT_REGISTERED = "Not registered"
    CONTACT = "Contact or consent missing"
    SYSTEM = "System"
    LAYOUT = "Layout refused"
    RETURNED = "Returned to sender"
    NO_ANSWER = "No answer"
    OTHER = "Other"

    @property
    def next_step(self) -> str:
        return _NEXT[self]


_NEXT: Final = {
    ReasonGroup.ADDRESS: "Correct the address, then re-send",
    ReasonGroup.NOT_REGISTERED: "Check where the patient is registered, then re-send or print",
    ReasonGroup.CONTACT: "Ask the patient for mobile number and consent, or print instead",
    ReasonGroup.SYSTEM: "Re-send; if it fails again, tell the delivery provider",
    ReasonGroup.LAYOUT: "Correct the letter's layout, or print it instead",
    ReasonGroup.RETURNED: "Ask the patient for the present address, correct it, then re-send",
    ReasonGroup.NO_ANSWER: "Ring the practice, then print or re-send",
    ReasonGroup.OTHER: "Read the reason, then re-send, print or close",
}

_EVERYWHERE: Final = {ReasonGroup.SYSTEM: "outcome-unknown not-sent document-changed"}
_BY_CHANNEL: Final = {
    Channel.GP: {
        ReasonGroup.NOT_REGISTERED: "REJ01 DC02 DC03 DC01.21 20001 20002 20010 20011 30002 30003 "
        "EPL-150 EPL-151 EPL-152 EPL-153 EPL-154",
        ReasonGroup.NO_ANSWER: "not-collected no-acknowledgement 14",
        ReasonGroup.SYSTEM: "5000 7000 10001 20003 20004 20005 20006 20007 20008 20009 20012 20014 20015 "
        "02 06 07 08 11 12 16 17 DC01.01 DC01.02 DC01.03 DC01.04 DC01.05 DC01.06 DC01.07 DC01.08 DC01.09 "
        "DC01.11 DC01.20 DC01.22 DC01.30 DC01.31 DC01.32 DC01.33 DC01.40 DC01.41 DC01.42 DC01.43",
    },
    Channel.E: {
        ReasonGroup.CONTACT: "permanent-failure temporary-failure",
        ReasonGroup.SYSTEM: "technical-failure link-stopped link-unknown",
    },
    Channel.H: {
        ReasonGroup.ADDRESS: "address-is-empty not-enough-address-lines too-many-address-lines "
        "invalid-address-line-1-or-2 has-country-for-bfpo-address not-a-real-uk-postcode "
        "not-a-real-uk-postcode-or-country cant-send-international-letters invalid-char-in-address "
        "no-fixed-abode-address",
        ReasonGroup.LAYOUT: "validation-failed permanent-failure virus-scan-failed no-encoded-string "
        "unable-to-read-the-file letter-too-long letter-not-a4-portrait-oriented "
        "content-outside-printable-area notify-tag-found-in-content",
        ReasonGroup.RETURNED: "returned-letter",
        ReasonGroup.SYSTEM: "technical-failure cancelled",
    },
}


def group_of(channel: Channel, code: str) -> ReasonGroup:
    """The group of a failure by this channel with this code; Other for one that nobody has sorted."""
    return _GROUPS.get((channel, code), ReasonGroup.OTHER)


_GROUPS: Final = {
    (channel, code): group
    for channel, groups in _BY_CHANNEL.items()
    for group, codes in [*groups.items(), *_EVERYWHERE.items()]
    for code in codes.split()
}


def groups_table() -> pa.Table:
    """Channel, code and the group's name, for the measures."""
    rows = [{"channel": key[0].value, "code": key[1], "name": group.value} for key, group in _GROUPS.items()]
    return pa.Table.from_pylist(rows)
