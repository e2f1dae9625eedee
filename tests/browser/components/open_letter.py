"""An invented letter as the detail pane shows it."""

from pages.components.detail_pane import (
    Choice,
    Document,
    Event,
    Form,
    Letter,
    PaneActionOffer,
    PaneStatus,
    Recipient,
)
from pages.components.letters_table import Row, Status


def pane_status(status: Status) -> PaneStatus:
    return {
        "label": status["label"],
        "long_label": status["long_label"],
        "badge": status["badge"],
        "meaning": "An error in sending; nothing has reached the patient.",
        "advice": "Check the mobile number with the patient and send again.",
        "reason": status["reason"],
        "in_doubt": status["in_doubt"],
    }


def letter(shown: Row, position: int, total: int) -> Letter:
    """The detail pane's letter for a row of the table."""
    return {
        "id": shown["id"],
        "reference": "BL-7F3K-22",
        "status": pane_status(shown["status"]),
        "warnings": ["The patient's address changed on 20 Nov 2026, after this letter was written."],
        "patient": {"name": shown["patient"], "nhs_number": "999 123 4560", "date_of_birth": "4 Mar 1981"},
        "recipient": RECIPIENT,
        "template": shown["template"],
        "title": shown["title"],
        "created": shown["created"],
        "created_by": {"name": shown["created_by"], "provider": shown["provider"], "team": shown["team"]},
        "document": document(),
        "history": history(),
        "actions": offers(),
        "position": f"{position} of {total}",
        "has_previous": position > 1,
        "has_next": position < total,
    }


RECIPIENT: Recipient = {
    "kind": "mobile",
    "heading": "Goes by SMS to",
    "lines": ["07700 900123"],
    "ok": False,
    "problem": "The mobile number isn't valid.",
}


def document() -> Document:
    return {
        "pages": 2,
        "pdf_url": "about:blank",
        "page_image_urls": [page_image("First page"), page_image("Second page")],
        "note": "The document as it was when the letter was queued.",
    }


def offers(doubt: str = "") -> list[PaneActionOffer]:
    """The actions, one of every kind: at once, with a choice, with a note, and not now.

    A doubt is asked about in the form of the one with a choice.
    """
    channels: list[Choice] = [
        {"value": "print", "label": "Print"},
        {"value": "hybrid", "label": "Hybrid mail"},
    ]
    return [
        offer("resend", "Re-send", primary=True),
        offer("print", "Print"),
        offer(
            "change_channel",
            "Change channel",
            form={"kind": "choice", "label": f"{doubt}Send it another way", "choices": channels},
        ),
        offer(
            "close",
            "Close",
            form={"kind": "note", "label": "Why does it need no more work?", "choices": []},
        ),
        offer("remove", "Remove from batch", why="Only a pending letter can be removed."),
    ]


def offer(
    action: str, label: str, *, primary: bool = False, form: Form | None = None, why: str | None = None
) -> PaneActionOffer:
    return {
        "action": action,
        "label": label,
        "enabled": why is None,
        "why": why,
        "primary": primary,
        "form": form,
    }


def history() -> list[Event]:
    blank: Event = {
        "at": "",
        "from": None,
        "to": None,
        "who": None,
        "reason": None,
        "reference": None,
        "note": None,
        "applied": True,
    }
    return [
        {
            **blank,
            "at": "23 Nov 2026, 14:05",
            "from": "[E] Sent",
            "to": "[E] Failed",
            "who": "GOV.UK Notify",
            "reason": "permanent-failure: the number doesn't exist",
            "reference": "8d2c-77",
        },
        {
            **blank,
            "at": "23 Nov 2026, 13:58",
            "to": "[E] Delivered",
            "who": "GOV.UK Notify",
            "applied": False,
        },
        {**blank, "at": "23 Nov 2026, 13:40", "from": "[E] Pending", "to": "[E] Queued", "who": "J. Okafor"},
    ]


def page_image(text: str) -> str:
    lines = "".join(
        f"%3Crect x='60' y='{y}' width='{470 - y % 90}' height='7' fill='%23bbb'/%3E"
        for y in range(260, 640, 22)
    )
    return (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='595' height='842'%3E"
        "%3Crect width='595' height='842' fill='white'/%3E"
        f"%3Ctext x='60' y='120' font-size='24'%3E{text}%3C/text%3E{lines}%3C/svg%3E"
    )
