"""Why a letter stands where it stands, in the words that staff read."""

from typing import Final

from services.domain.verdict import OUTCOME_UNKNOWN
from services.domain.vocabulary import NOT_SENT, NOTHING_MORE

OWN_CODES: Final = frozenset(
    {
        NOTHING_MORE,
        OUTCOME_UNKNOWN,
        NOT_SENT,
        "not-collected",
        "no-acknowledgement",
        "document-changed",
        "link-stopped",
        "link-unknown",
        "returned-letter",
    }
)
"""The reason codes that are ours, not a delivery provider's; the CSV shows both in one column."""


def in_words(reason: str, code: str) -> str:
    """The reason, with the delivery provider's code in brackets: staff quote it when they ask the provider.

    A code of our own tells nobody more than the reason does, so it is left out. Empty where nothing is known.
    """
    if not code or code in OWN_CODES:
        return reason
    return f"{reason} ({code})" if reason else code
