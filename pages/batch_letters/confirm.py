"""The dialog before Print/Send selected, and before a letter that needs a second thought."""

import streamlit as st

from pages.batch_letters.actions import Question, close_question, do, open_question
from pages.batch_letters.outcome import Needed, carry_out, how_to_print
from pages.context import Context, context
from pages.plain_text import plain
from services.batch.results import BatchResult, Plan, Planned
from services.domain.vocabulary import Channel

_MANY, _TALLEST = 8, 240  # names; from there on they scroll in so many pixels
_WAYS = {
    Channel.GP: "{} to GP practices",
    Channel.E: "{} by text message",
    Channel.H: "{} by hybrid mail",
}


def ask() -> None:
    """Open the dialog while there is a question."""
    question = open_question()
    if question is not None:
        _dialog(question)


@st.dialog("Before anything goes out", width="medium", on_dismiss=close_question)
def _dialog(question: Question) -> None:
    here = context()
    resend = _show_plan(question.plan, how_to_print(here)) if question.plan else False
    confirm = question.plan.confirm if question.plan else question.confirm
    confirmed = _one_by_one(confirm)
    ready = _ready(question, resend=resend, confirmed=len(confirmed))
    label = f"Go on with {ready:,} letter{'' if ready == 1 else 's'}" if ready else "Nothing to do"
    with st.container(horizontal=True):
        go = st.button(label, type="primary", disabled=not ready, key="confirm")
        if st.button("Cancel", key="cancel"):
            close_question()
            st.rerun()
    if go:
        _go(here, question, resend=resend, confirmed=confirmed)


def _go(here: Context, question: Question, *, resend: bool, confirmed: list[str]) -> None:
    needed = Needed(ids=_chosen(question, resend=resend, confirmed=confirmed), place=st.empty())
    with st.spinner("Working. Nothing is lost if you close this page."):
        carry_out(here, lambda: _result(here, question, resend=resend, confirmed=confirmed), needed)
        close_question()
    st.rerun()


def _result(here: Context, question: Question, *, resend: bool, confirmed: list[str]) -> BatchResult:
    signed_in = here.signed_in
    if question.plan:
        return here.application.batch.print_or_send(
            signed_in.service_id, signed_in.user, question.plan, resend=resend, confirmed=confirmed
        )
    ids = _chosen(question, resend=resend, confirmed=confirmed)
    if question.action is None:
        return BatchResult()
    return do(here, question.action, ids, confirmed, again=question.again)


def _chosen(question: Question, *, resend: bool, confirmed: list[str]) -> list[str]:
    """The letters that it is done with."""
    if question.plan:
        return [planned.letter_id for planned in question.plan.chosen(confirmed, resend=resend)]
    unsure = {planned.letter_id for planned in question.confirm}
    return [key for key in question.ids if key not in unsure or key in confirmed]


def _show_plan(plan: Plan, how_to_print: str) -> bool:
    """One sentence for each kind; returns whether the failed letters are to be sent again."""
    printed = f"- **{len(plan.to_print):,}** will be printed as one PDF. :gray[{plain(how_to_print)}]"
    lines = [printed] if plan.to_print else []
    for channel, words in _WAYS.items():
        if group := plan.to_send.get(channel):
            verb = "goes" if len(group) == 1 else "go"
            lines.append(f"- **{len(group):,}** {words.format(verb)}")
    if plan.cannot:
        lines.append(f"- **{len(plan.cannot):,}** can't be actioned:")
    st.markdown("\n".join(lines))
    if plan.cannot:
        with st.container(height=_TALLEST if len(plan.cannot) > _MANY else "content", border=False):
            st.markdown("\n".join(f"- {plain(each.name)}: {plain(each.reason)}" for each in plan.cannot))
    if not plan.resend:
        return False
    count = len(plan.resend)
    return st.checkbox(
        f"Re-send {count:,} failed letter{'' if count == 1 else 's'}",
        key="resend failed",
        help="Only where what was wrong has been corrected: each becomes a new attempt.",
    )


def _one_by_one(planned: tuple[Planned, ...]) -> list[str]:
    """The letters that the user confirmed, each by a tick of its own."""
    if planned:
        st.markdown("Confirm each of these by itself, or leave it out:")
    return [
        each.letter_id
        for each in planned
        if st.checkbox(f"{plain(each.name)}: {plain(each.reason)}", key=f"confirm {each.letter_id}")
    ]


def _ready(question: Question, *, resend: bool, confirmed: int) -> int:
    plan = question.plan
    if plan is None:
        return len(question.ids) - len(question.confirm) + confirmed
    sent = sum(len(group) for group in plan.to_send.values())
    return len(plan.to_print) + sent + confirmed + (len(plan.resend) if resend else 0)
