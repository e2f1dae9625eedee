"""An invented letter as the detail pane shows it."""

from base64 import b64encode

from pages.components.detail_pane import (
    Choice,
    Document,
    Event,
    Finding,
    Form,
    Letter,
    PageImage,
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
    "record": None,
    "ok": False,
    "problem": "The mobile number isn't valid.",
}


def document() -> Document:
    return {
        "images": [page_image("First page"), page_image("Second page")],
        "pdf_url": "about:blank",
        "note": "The document as it was when the letter was queued.",
        "findings": [],
        "fit_to_post": True,
    }


FINDINGS: list[Finding] = [
    {
        "reason": "There is print in the margin on the left: keep 15 mm free.",
        "page": 2,
        "place": "page 2, left margin, 120 mm from the top, and 1 more",
        "marks": [
            {"left": 2.5, "top": 40, "width": 3, "height": 1},
            {"left": 1, "top": 90, "width": 5, "height": 8},
        ],
    },
    {
        "reason": "The address is abroad: letters go to the UK alone.",
        "page": 1,
        "place": "page 1, 25 mm from the left, 40 mm from the top",
        "marks": [{"left": 12, "top": 13, "width": 45, "height": 9}],
    },
    {
        "reason": "The letter has 12 pages: 10 are the most that are posted as one.",
        "page": 0,
        "place": "",
        "marks": [],
    },
]


def unfit(opened: Letter) -> Letter:
    """The letter with a PDF that breaks print rules, and shows another address than the record has."""
    recipient: Recipient = {
        "kind": "address",
        "heading": "Read through the window",
        "lines": ["Ann Smith", "1 Mill Row", "Lyon", "France"],
        "record": {"heading": "On record", "lines": ["Ann Smith", "7 Mill Row", "Wherrymere", "ZZ99 4AA"]},
        "ok": False,
        "problem": "The address in the window is not the one on the patient's record.",
    }
    paper: Document = {**opened["document"], "findings": FINDINGS, "fit_to_post": False}
    return {**opened, "document": paper, "recipient": recipient}


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


def page_image(text: str) -> PageImage:
    lines = "".join(
        f"<rect x='60' y='{y}' width='{470 - y % 90}' height='7' fill='#bbb'/>" for y in range(260, 640, 22)
    )
    drawn = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='595' height='842'>"
        "<rect width='595' height='842' fill='white'/>"
        f"<text x='60' y='120' font-size='24'>{text}</text>{lines}</svg>"
    )
    url = f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
    return {"url": url, "srcset": f"{url} 595w"}
