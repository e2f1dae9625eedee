"""The audit: who saw, sent or changed what, and when. Each entry is sealed to the one before it."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final


class Deed(StrEnum):
    """What somebody did; the value stands in the store."""

    LOG_IN = "log-in"
    LOG_OUT = "log-out"
    OPEN_LETTER = "open-letter"
    OPEN_DOCUMENT = "open-document"
    FETCH_FILE = "fetch-file"
    EXPORT_LIST = "export-list"
    EXPORT_AUDIT = "export-audit"
    OPEN_RECORD = "open-record"
    CORRECT_RECORD = "correct-record"
    ADD_LETTER = "add-letter"
    EDIT_LETTER = "edit-letter"
    ACT = "act"
    RECORD_RETURN = "record-return"
    WORK = "work"
    RETRY = "retry"
    SETTLE_REPORT = "settle-report"
    CHANGE_SETTING = "change-setting"
    CHANGE_USER = "change-user"
    CHANGE_TEMPLATE = "change-template"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No word of ours: somebody has written into the store, or a newer version has."""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS: Final = {
    Deed.LOG_IN: "Logged in",
    Deed.LOG_OUT: "Logged out",
    Deed.OPEN_LETTER: "Opened a letter",
    Deed.OPEN_DOCUMENT: "Opened a letter's PDF",
    Deed.FETCH_FILE: "Downloaded a file",
    Deed.EXPORT_LIST: "Downloaded the list",
    Deed.EXPORT_AUDIT: "Downloaded the audit",
    Deed.OPEN_RECORD: "Opened a patient's record",
    Deed.CORRECT_RECORD: "Corrected a patient's record",
    Deed.ADD_LETTER: "Added a letter",
    Deed.EDIT_LETTER: "Edited a letter",
    Deed.ACT: "Actioned a letter",
    Deed.RECORD_RETURN: "Recorded a return",
    Deed.WORK: "Took a failed letter over, or noted something",
    Deed.RETRY: "Let the worker try again",
    Deed.SETTLE_REPORT: "Settled a report of no letter",
    Deed.CHANGE_SETTING: "Changed a setting",
    Deed.CHANGE_USER: "Changed a user",
    Deed.CHANGE_TEMPLATE: "Changed a template",
    Deed.REFUSED: "Was refused",
    Deed.UNKNOWN: "Unknown",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One deed. details never hold a name, a number or a text of a patient: ids lead to those."""

    at: datetime
    deed: Deed
    user_id: str
    letter_id: str = ""
    patient_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """An entry in its place: numbers count from 1 without a gap."""

    number: int
    entry: Entry
    seal: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Where the chain ends, sealed too: without it nobody would see that its last entries are gone."""

    number: int = 0
    seal: str = ""
    own_seal: str = ""


def seal_of(key: bytes, before: str, number: int, entry: Entry) -> str:
    """HMAC-SHA-256 of the entry, its place and the seal before it: nobody makes one without the key."""
    values = [
        before,
        number,
        entry.at.astimezone(UTC).isoformat(),
        entry.deed.value,
        entry.user_id,
        entry.letter_id,
        entry.patient_id,
        dict(entry.details),
    ]
    return hmac.digest(key, json.dumps(values, sort_keys=True).encode(), "sha256").hex()


def head_of(key: bytes, last: Sealed) -> Head:
    """The end of a chain whose last entry this is."""
    return Head(number=last.number, seal=last.seal, own_seal=_of_head(key, last.number, last.seal))


def is_whole(key: bytes, head: Head) -> bool:
    """Whether the end is one that we wrote."""
    return hmac.compare_digest(head.own_seal, _of_head(key, head.number, head.seal))


def _of_head(key: bytes, number: int, seal: str) -> str:
    return hmac.digest(key, f"head {number} {seal}".encode(), "sha256").hex()
