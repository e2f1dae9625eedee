"""What the table's and the pane's buttons do: one use case each, then a result to show.

A question that needs an answer first (Print/Send selected, a letter that needs a second thought) is kept in
the session and asked by a dialog of the whole page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages import ways
from pages.batch_letters import view as views
from pages.batch_letters.outcome import Needed, carry_out, offer_list, say
from pages.batch_letters.pane import EDIT, beside
from pages.batch_letters.view import View
from pages.components.detail_pane import PaneAction
from pages.components.letters_table import TableAction
from pages.context import Context
from pages.patients import editing, opened
from services import preferences
from services.batch.results import BatchResult, Plan, Planned
from services.domain.errors import UserError
from services.domain.vocabulary import Action, Channel
from services.listing.sort import COLUMNS, Sort

MOST_LETTERS: Final = 1000
"""Letters that one click may action: more are narrowed down by the filters first."""
_ROW_KINDS: Final = {
    "print": Action.PRINT,
    "send": Action.SEND,
    "resend": Action.RESEND,
    "new_link": Action.NEW_LINK,
    "row_download": Action.DOWNLOAD,
    "download": Action.DOWNLOAD,
}
_QUESTION = "batch letters question"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked before anything happens: a plan for many letters, or one action's second thoughts.

    again: at the click the user saw the letters as Printed, and means to print or send them again.
    """

    plan: Plan | None = None
    action: Action | None = None
    ids: tuple[str, ...] = ()
    confirm: tuple[Planned, ...] = ()
    again: bool = False


def open_question() -> Question | None:
    question: Question | None = st.session_state.get(_QUESTION)
    return question


def close_question() -> None:
    st.session_state.pop(_QUESTION, None)


def handle_table(here: Context, view: View, action: TableAction, place: DeltaGenerator) -> View:
    """Do what the table asks; returns the view to show next. place: for what takes long."""
    match action.kind:
        case "open" | "close_pane":
            return views.show(replace(view, open_id=next(iter(action.ids), None)))
        case "sort" if action.value["column"] in COLUMNS:
            sort = Sort(column=action.value["column"], descending=action.value["descending"])
            return views.show(replace(view, sort=sort, page=1))
        case "page":
            return views.show(replace(view, page=action.value))
        case "page_size" | "columns":
            store, signed_in = here.application.store, here.signed_in
            preferences.keep(store, signed_in.service_id, signed_in.user.id, action.kind, action.value)
            return views.show(replace(view, page=1))
        case "empty_action":
            return views.show(View())
        case "csv":
            offer_list(here, view)
        case kind:
            act(here, kind, chosen_ids(here, view, action), place)
    return view


def handle_pane(
    here: Context, view: View, action: PaneAction, shown: Sequence[str], place: DeltaGenerator
) -> View:
    """Do what the pane asks; `shown` are the rows of the table, for the way to the next letter."""
    if action.kind == "close_pane":
        left = action.id == view.open_id  # otherwise another letter was opened before this arrived
        return views.show(replace(view, open_id=None)) if left else view
    if action.kind in ("previous", "next"):
        to = beside(shown, action.id, 1 if action.kind == "next" else -1, views.left_at(action.id))
        return views.show(replace(view, open_id=to)) if to else view
    if action.kind == EDIT:
        _edit(here, action.id)
    if action.kind in list(Action):
        pane_act(here, Action(action.kind), action.id, action.value or "", place)
    return view


def _edit(here: Context, letter_id: str) -> None:
    """To the letter's patient, with the form open."""
    signed_in = here.signed_in
    try:
        letter, _ = here.application.editing.open(signed_in.service_id, signed_in.user, letter_id)
    except UserError as error:
        say(str(error))
        return
    opened.choose(letter.patient.id)
    editing.begin(letter_id)
    ways.go_to("Patients")


def chosen_ids(here: Context, view: View, action: TableAction) -> list[str]:
    """The letters that an action means.

    "All matching" holds only while the filters are those seen, and match as many letters as were seen.
    """
    if not action.all_matching:
        return list(action.ids)
    if action.filters_key != view.filters_key:
        say("The filters changed before the click arrived, so nothing was done. Choose the letters again.")
        return []
    ids = here.listing.ids(here.signed_in.user, view.filters, view.sort, MOST_LETTERS + 1)
    if len(ids) > MOST_LETTERS:
        say(f"At most {MOST_LETTERS:,} letters at once: narrow them down by the filters. Nothing was done.")
        return []
    if len(ids) != action.total_matching:
        say(f"The list has changed: now {len(ids):,} match. Choose again. Nothing was done.")
        return []
    return ids


def act(here: Context, kind: str, ids: Sequence[str], place: DeltaGenerator) -> None:
    """Print/Send selected, or one row's button."""
    batch, service_id, user = here.application.batch, here.signed_in.service_id, here.signed_in.user
    if not ids:
        return
    needed = Needed(ids=ids, place=place)
    try:
        if kind == "print_send":
            plan = batch.plan(service_id, user, ids)
            if plan.needs_no_question:
                carry_out(here, lambda: batch.print_or_send(service_id, user, plan), needed)
            else:
                _ask(Question(plan=plan))
            return
        action, again = _ROW_KINDS[kind], views.seen_as_printed() >= set(ids)
        if confirm := batch.second_thoughts(service_id, user, ids, action):
            _ask(Question(action=action, ids=tuple(ids), confirm=confirm, again=again))
        else:
            carry_out(here, lambda: do(here, action, ids, (), again=again), needed)
    except UserError as error:
        say(str(error))


def do(
    here: Context, action: Action, ids: Sequence[str], confirmed: Sequence[str], *, again: bool
) -> BatchResult:
    """Call the one use case of an action. Only what the user saw as Printed is printed or sent again."""
    batch, who = here.application.batch, (here.signed_in.service_id, here.signed_in.user)
    match action:
        case Action.PRINT:
            return batch.printing.print_letters(*who, ids, confirmed=confirmed, again=again)
        case Action.SEND:
            return batch.sending.send(*who, ids, confirmed=confirmed)
        case Action.RESEND:
            return batch.sending.resend(*who, ids, confirmed=confirmed, again=again)
        case Action.NEW_LINK:
            return batch.sending.new_link(*who, ids, confirmed=confirmed)
        case _:
            return batch.printing.download(*who, ids)


def pane_act(here: Context, action: Action, letter_id: str, value: str, place: DeltaGenerator) -> None:
    """An action of the open letter: those of its row, and those that ask for a word."""
    keeping, who = here.application.batch.keeping, (here.signed_in.service_id, here.signed_in.user)
    match action:
        case Action.CHANGE_CHANNEL if value in list(Channel):
            to, one = Channel(value), [letter_id]
            # The form stands under what there is to think of, and is for this one letter.
            carry_out(here, lambda: keeping.change_channel(*who, one, to, confirmed=one))
        case Action.CLOSE:
            carry_out(here, lambda: keeping.close(*who, [letter_id], value))
        case Action.REOPEN:
            carry_out(here, lambda: keeping.reopen(*who, [letter_id]))
        case Action.REMOVE:
            carry_out(here, lambda: keeping.remove(*who, [letter_id]))
        case Action.STOP_LINK:
            carry_out(here, lambda: keeping.stop_link(*who, [letter_id]))
        case Action.PRINT | Action.SEND | Action.RESEND | Action.NEW_LINK | Action.DOWNLOAD:
            act(here, "row_download" if action is Action.DOWNLOAD else action, [letter_id], place)


def _ask(question: Question) -> None:
    st.session_state[_QUESTION] = question
    st.rerun()
