"""The detail pane's recipient: where the letter goes, and what speaks against it."""

from typing import Final, Literal

from pages.components.detail_pane import Lines, Recipient
from services.domain.verdict import OTHER_ADDRESS, cannot_be_posted, cannot_go
from services.domain.vocabulary import Channel, Status
from services.letter_detail import LetterDetail

_HEADINGS: Final = {
    Channel.GP: "Registered GP practice",
    Channel.E: "Text message to",
    Channel.H: "Address in the window",
    Channel.PRINT: "Address in the window",
}
_RECIPIENTS: Final[dict[Channel, Literal["practice", "mobile", "address"]]] = {
    Channel.GP: "practice",
    Channel.E: "mobile",
    Channel.H: "address",
    Channel.PRINT: "address",
}
_NOTHING: Final = {True: "Not recorded", False: "Your role doesn't see recipients"}


def recipient(detail: LetterDetail) -> Recipient:
    """As it will be used. Where the window says something else than the record, both."""
    used, record = _on_record(detail), None
    if detail.window_differs:
        used, record = {"heading": "Read through the window", "lines": list(detail.window)}, used
    elif detail.window:
        used = {"heading": _HEADINGS[detail.by], "lines": list(detail.window)}
    return {
        **used,
        "kind": _RECIPIENTS[detail.by] if detail.sees_patient else "none",
        "record": record,
        "ok": not (detail.problems or detail.misaddressed),
        "problem": " ".join(filter(None, (_hindrance(detail), _difference(detail), _change(detail)))) or None,
    }


def _on_record(detail: LetterDetail) -> Lines:
    to = detail.recipient
    lines = {
        Channel.GP: [f"{to.name} ({to.ods_code})" if to.ods_code else "", *to.address],
        Channel.E: [to.name, to.mobile],
        Channel.H: to.address,
        Channel.PRINT: to.address,
    }[detail.by]
    return {
        "heading": _heading(detail),
        "lines": [line for line in lines if line] or [_NOTHING[detail.sees_patient]],
    }


def _heading(detail: LetterDetail) -> str:
    """Nobody says that an address stands in a window that shows another one, or hasn't been read."""
    if detail.changed and detail.letter.status is Status.PRINTED:
        return "On record now"
    unread = detail.letter.uploaded and not detail.letter.row.out and detail.by in (Channel.H, Channel.PRINT)
    return "On record" if detail.window_differs or unread else _HEADINGS[detail.by]


def _hindrance(detail: LetterDetail) -> str:
    return cannot_go(detail.by, detail.problems) if detail.problems else ""


def _difference(detail: LetterDetail) -> str:
    if detail.misaddressed:
        other = f"{OTHER_ADDRESS}."
        return cannot_be_posted(other) if detail.by is Channel.H else other
    if detail.window_differs and not detail.changed:
        return "The window has other words than the record: make sure that they lead to the same door."
    return ""


def _change(detail: LetterDetail) -> str:
    if not detail.changed:
        return ""
    if detail.letter.status is Status.PRINTED:
        return (
            "Changed since the letter was printed. The page below is what was printed; it would differ now."
        )
    if detail.letter.row.out:
        return "The record has changed since the letter was sent: it went to what stands here."
    return "Changed since the letter was written."
