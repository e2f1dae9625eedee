"""Invented data for trying out the components: every kind of status, long texts, and texts that attack."""

from typing import Any

from pages.components.filter_bar import DatesFilter, FilterData, Option, OptionsFilter, TextFilter
from pages.components.letters_table import Column, Row, RowAction, Status, TableData

HOSTILE = "<img src=x onerror=\"document.title='attacked'\">"

STATUSES: list[Status] = [
    {
        "label": "[E] Failed",
        "long_label": "Sent Electronically – Failed",
        "badge": "failed",
        "reason": "The mobile number isn't valid. Check it with the patient, correct it and send again.",
        "in_doubt": False,
        "flags": [],
    },
    {
        "label": "Pending",
        "long_label": "Pending",
        "badge": "waiting",
        "reason": None,
        "in_doubt": False,
        "flags": [],
    },
    {
        "label": "[GP] Sent",
        "long_label": "Sent to GP Electronically – Sent",
        "badge": "on_its_way",
        "reason": None,
        "in_doubt": False,
        "flags": [],
    },
    {
        "label": "[GP] Delivered",
        "long_label": "Sent to GP Electronically – Delivered",
        "badge": "arrived",
        "reason": None,
        "in_doubt": False,
        "flags": [],
    },
    {
        "label": "[E] Queued",
        "long_label": "Sent Electronically – Queued",
        "badge": "on_its_way",
        "reason": "We don't know whether the delivery provider has this letter.",
        "in_doubt": True,
        "flags": [],
    },
    {
        "label": "[H] Failed",
        "long_label": "Sent Hybrid Mail – Failed",
        "badge": "failed",
        "reason": "Returned to sender: no such address.",
        "in_doubt": False,
        "flags": [],
    },
    {
        "label": "[H] Pending",
        "long_label": "Sent Hybrid Mail – Pending",
        "badge": "waiting",
        "reason": None,
        "in_doubt": False,
        "flags": [],
    },
]

PATIENTS = ["SMITH, Ann", "O'NEILL, Siobhán", "BEGUM, Nasreen", "WILLIAMS-BARRINGTON, Christopher", "LI, Wei"]
TITLES = [
    "Discharge summary",
    "Assessment outcome",
    "Appointment confirmation",
    "Non-attendance letter to GP",
]
PRACTICES = ["Elm Surgery", "The Old Bakery Health Centre", "Riverside Practice", "Dr Patel and Partners"]
AUTHORS = ["J. Okafor", "M. Lindqvist", "R. Chaudhry"]


def row(number: int) -> Row:
    """The letter of that number; letter 3's texts are hostile, letter 5's patient has died."""
    status = STATUSES[number % len(STATUSES)]
    hostile = number == 3
    return {
        "id": f"letter-{number}",
        "status": {**status, "reason": HOSTILE} if hostile else status,
        "created": f"{28 - number % 28} Nov 2026",
        "patient": HOSTILE if hostile else PATIENTS[number % len(PATIENTS)],
        "patient_flag": "Deceased" if number == 5 else None,
        "title": HOSTILE if hostile else f"{TITLES[number % len(TITLES)]} {number}",
        "template": TITLES[number % len(TITLES)].split()[0],
        "practice": PRACTICES[number % len(PRACTICES)],
        "created_by": AUTHORS[number % len(AUTHORS)],
        "provider": "Northshire Talking Therapies",
        "team": ["North", "South", "Step 2"][number % 3],
        "consortium": "Northshire",
        "actions": row_actions(status),
    }


def row_actions(status: Status) -> list[RowAction]:
    gone = status["badge"] in ("on_its_way", "arrived")
    failed = status["badge"] == "failed"
    send: RowAction = {
        "action": "resend" if failed else "send",
        "label": "Re-send" if failed else "Send",
        "enabled": not gone,
        "why": "It is already on its way." if gone else None,
    }
    paper: list[RowAction] = [
        {"action": "print", "label": "Print", "enabled": True, "why": None},
        {"action": "download", "label": "Download", "enabled": True, "why": None},
    ]
    return paper if status["label"] == "Pending" else [send, *paper]


def printed(shown: Row) -> Row:
    """With the widest actions that a row can have."""
    again: list[RowAction] = [
        {"action": "resend", "label": "Re-send", "enabled": True, "why": None},
        {"action": "print", "label": "Print again", "enabled": True, "why": None},
        {"action": "download", "label": "Download", "enabled": True, "why": None},
    ]
    return {**shown, "actions": again}


def columns(visible: list[str] | None = None) -> list[Column]:
    shown = visible or ["status", "created", "patient", "title", "template", "practice", "created_by"]
    labels = {
        "status": "Status",
        "created": "Created",
        "patient": "Patient",
        "title": "Title",
        "template": "Template",
        "practice": "GP practice",
        "created_by": "Created by",
        "provider": "Provider",
        "team": "Team",
        "consortium": "Consortium",
    }
    return [
        {
            "key": key,
            "label": label,
            "sortable": True,
            "visible": key in shown,
            "locked": key in ("status", "patient"),
        }
        for key, label in labels.items()
    ]


def table_data(rows: list[Row], **changes: Any) -> TableData:
    data: dict[str, Any] = {
        "rows": rows,
        "columns": columns(),
        "sort": {"column": "created", "descending": True},
        "filters_key": "pending",
        "total_matching": max(214, len(rows)) if rows else 0,
        "page": 1,
        "page_count": 3,
        "page_size": 100,
        "version": 1,
        "can_act": True,
        "can_read_documents": True,
        "open_id": None,
        "empty": {
            "title": "Nothing is waiting",
            "text": "Every letter in the batch has been dealt with. Show all letters to look back.",
            "action_label": "Show all letters",
        },
        "notice": None,
        "download": None,
    }
    return {**data, **changes}  # type: ignore[typeddict-item]  # built from parts that tests change at will


STATUS_OPTIONS: list[Option] = [
    {
        "value": "pending-group",
        "label": "All pending (failed ones included)",
        "short": "Pending",
        "count": 214,
    },
    {"value": "print-pending", "label": "Pending – print", "count": 1120, "group": "Print"},
    {"value": "e-failed", "label": "[E] Failed", "count": 12, "group": "Patient electronic"},
    {"value": "e-queued", "label": "[E] Queued", "count": 0, "group": "Patient electronic"},
]

CREATED: DatesFilter = {
    "kind": "dates",
    "key": "created",
    "label": "Created",
    "from": None,
    "to": None,
    "presets": [
        {"label": "Any", "from": None, "to": None},
        {"label": "Today", "from": "2026-11-23", "to": "2026-11-23"},
        {"label": "Last 7 days", "from": "2026-11-17", "to": "2026-11-23"},
    ],
}

PATIENT: TextFilter = {
    "kind": "text",
    "key": "patient",
    "label": "Patient's name",
    "placeholder": "Patient…",
    "text": "",
}


def filter_data(chosen: dict[str, list[str]], titles: int = 2000) -> FilterData:
    teams: list[Option] = [
        {"value": team, "label": team, "count": 40}
        for team in ("North", "South", "Step 2", "Step 3", HOSTILE)
    ]
    many: list[Option] = [
        {"value": f"t{n}", "label": f"{TITLES[n % 4]} {n}", "count": 2000 - n} for n in range(titles)
    ]
    return {
        "filters": [
            options_filter("status", "Status", STATUS_OPTIONS, chosen),
            CREATED,
            options_filter("team", "Team", teams, chosen),
            options_filter("title", "Title", many, chosen),
            PATIENT,
        ],
        "is_default": not any(chosen.values()),
    }


def options_filter(
    key: str, label: str, options: list[Option], chosen: dict[str, list[str]]
) -> OptionsFilter:
    return {"kind": "options", "key": key, "label": label, "chosen": chosen[key], "options": options}
