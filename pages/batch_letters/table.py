"""The letters table's data: rows, columns, sort, paging, and the words of the empty state."""

from collections.abc import Collection
from typing import Final

from pages.batch_letters.view import View
from pages.components.letters_table import Column, Download, Empty, Row, RowAction, RowActionName, TableData
from services.domain.local_time import day
from services.domain.reason import in_words
from services.domain.verdict import cannot_be_posted, cannot_go
from services.domain.vocabulary import Action, Channel, Status
from services.listing.rows import ListingPage, ListingRow

_COLUMNS: Final = {
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
_LOCKED: Final = frozenset({"status", "patient"})
_SHOWN: Final = ("status", "created", "patient", "title", "template", "practice", "created_by")
_BUTTONS: Final[tuple[RowActionName, ...]] = ("print", "send", "resend", "download")


def table_data(
    page: ListingPage,
    view: View,
    *,
    can_act: bool,
    can_read: bool,
    columns: Collection[str],
    page_size: int,
    download: Download | None,
    notice: str | None,
) -> TableData:
    """All that the table shows. Buttons are offered by the status table; services decide again."""
    return {
        "rows": [_row(row, can_act=can_act) for row in page.rows],
        "columns": _columns(columns, sees_patients=page.sees_patients),
        "sort": {"column": page.sort.column, "descending": page.sort.descending},
        "filters_key": view.filters_key,
        "total_matching": page.total,
        "page": page.page,
        "page_count": page.page_count,
        "page_size": page_size,
        "version": page.change,
        "can_act": can_act,
        "can_read_documents": can_read,
        "open_id": view.open_id,
        "empty": _empty(view),
        "notice": notice,
        "download": download,
    }


def _row(row: ListingRow, *, can_act: bool) -> Row:
    flags = ["Closed"] if row.closed else []
    return {
        "id": row.id,
        "status": {
            "label": row.row.label,
            "long_label": row.row.long_label,
            "badge": row.badge.value,
            "reason": _reason(row),
            "in_doubt": row.in_doubt,
            "flags": flags,
        },
        "created": day(row.created_at),
        "patient": row.patient_name,
        "patient_flag": "Deceased" if row.deceased else "Opted out" if row.opted_out else None,
        "title": row.title,
        "template": row.template,
        "practice": row.practice_name or "–",
        "created_by": row.created_by_name,
        "provider": row.provider,
        "team": row.team,
        "consortium": row.consortium,
        "actions": [_action(name, row) for name in _BUTTONS if can_act and Action(name) in row.row.actions],
    }


def _reason(row: ListingRow) -> str | None:
    if row.in_doubt:
        return "In doubt: the delivery provider is being asked whether it has the letter."
    reasons = (row.overdue, in_words(row.reason, row.reason_code), row.warning, _hindrance(row))
    return " ".join(filter(None, reasons)) or None


def _hindrance(row: ListingRow) -> str:
    """What is in the way of its channel while the letter waits."""
    if row.closed or not row.row.pending_group:
        return ""
    if row.lacks:
        return cannot_go(row.channel, row.lacks)
    by_post = row.channel is Channel.H and row.post_problem
    return cannot_be_posted(row.post_problem) if by_post else ""


def _action(name: RowActionName, row: ListingRow) -> RowAction:
    again = name == "print" and row.status is Status.PRINTED
    closed = row.closed and name != "download"
    return {
        "action": name,
        "label": "Print again" if again else Action(name).label,
        "enabled": not closed,
        "why": "It is closed. Open it again first." if closed else None,
    }


def _columns(visible: Collection[str], *, sees_patients: bool) -> list[Column]:
    shown = set(visible or _SHOWN) | _LOCKED
    return [
        {
            "key": key,
            "label": label,
            "sortable": key != "patient" or sees_patients,
            "visible": key in shown,
            "locked": key in _LOCKED,
        }
        for key, label in _COLUMNS.items()
    ]


def _empty(view: View) -> Empty:
    if view.filters.is_default:
        return {
            "title": "Nothing waits to be done",
            "text": "Every letter in the batch was actioned and none has failed. New letters appear here by "
            "themselves.",
            "action_label": None,
        }
    return {
        "title": "No letter matches these filters",
        "text": "Take a filter away, or go back to all pending letters.",
        "action_label": "Reset filters",
    }
