"""One group of the Worklist: what to do, of which letters, and what can be done about all of them here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from pages.batch_letters.outcome import summary
from pages.context import Context
from pages.measures.bar import today_of
from pages.plain_text import plain
from pages.worklist import told
from services.domain.local_time import day
from services.domain.vocabulary import Channel
from services.worklist import LONGEST_NOTE, Group, Item

_ROWS: Final = 50
_FEW: Final = 5


def show(here: Context, group: Group, practices: Mapping[str, str], *, works: bool, mine: bool) -> None:
    """Nothing where `mine` leaves nothing of it."""
    items = [item for item in group.items if not mine or item.owner_id in ("", here.signed_in.user.id)]
    if not items:
        return
    key = f"{group.channel} {group.why or 'stuck'}"
    with st.container(border=True, key=f"worklist {key}"):
        st.subheader(plain(f"{group.step} ({len(items):,})"), anchor=False)
        reasons = Counter(item.reason for item in items).most_common()
        said = ", ".join(f"{reason} ({n:,})" if len(reasons) > 1 else reason for reason, n in reasons)
        st.markdown(plain(f"{group.channel.label}: {said}. The oldest since {day(items[0].since)}."))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            practice = _practice(items, practices, key) if group.channel is Channel.GP else None
            there = _of_practice(items, practice)
            chosen = _letters_of(there, key)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = len(_of_practice(group.items, practice))
            st.link_button(
                f"Open all {number:,} in Batch letters" if number > 1 else "Open it in Batch letters",
                f"/?{urlencode(group.query(today_of(here), practice))}",
                icon=":material/arrow_forward:",
            )
            if works:
                _work(here, group, key, chosen)
        with st.expander("The letters", expanded=len(there) <= _FEW):
            _letters(there, practices, gp=group.channel is Channel.GP)


def _practice(items: Sequence[Item], practices: Mapping[str, str], key: str) -> str | None:
    """The one practice that the user chooses; None for all. Many letters to one have one cause mostly."""
    counted = Counter(item.practice for item in items)
    if len(counted) < 2:
        return None
    chosen: str | None = st.selectbox(
        "GP practice",
        [None, *(practice for practice, _ in counted.most_common())],
        format_func=lambda practice: (
            f"All {len(counted)} practices"
            if practice is None
            else f"{practices.get(practice, practice) or '(none)'}: {counted[practice]:,}"
        ),
        key=f"practice of {key}",
        width=360,
    )
    return chosen


def _of_practice(items: Sequence[Item], practice: str | None) -> list[Item]:
    return [item for item in items if practice in (None, item.practice)]


def _letters_of(items: Sequence[Item], key: str) -> Sequence[Item]:
    """Those that the user picks; all where none is."""
    if len(items) < 2:
        return items
    by_id = {item.letter_id: item for item in items}
    picked = st.multiselect(
        "Letters",
        list(by_id),
        format_func=lambda letter_id: f"{by_id[letter_id].patient} · {by_id[letter_id].reference}",
        placeholder=f"All {len(items):,}",
        key=f"letters of {key}",
        width=360,
    )
    return [by_id[letter_id] for letter_id in picked] or items


def _work(here: Context, group: Group, key: str, items: Sequence[Item]) -> None:
    """Of the letters that are chosen."""
    worklist, who = here.application.worklist, (here.signed_in.service_id, here.signed_in.user)
    ids = [item.letter_id for item in items]
    if all(item.owner_id == here.signed_in.user.id for item in items):
        if st.button(f"Give back {len(ids):,}", key=f"give {key}", icon=":material/person_remove:"):
            told.do(lambda: f"{worklist.give_back(*who, ids):,} are nobody's now.")
    elif st.button(f"Take over {len(ids):,}", key=f"take {key}", icon=":material/person_add:"):
        told.do(lambda: f"{worklist.take_over(*who, ids):,} are yours.")
    with st.popover("Note", icon=":material/edit_note:", key=f"note of {key}"):
        words = _asked(f"For {len(ids):,}", "Save note", f"note {key}")
        if words is not None:
            told.do(lambda: f"The note is written to {worklist.remark(*who, ids, words):,}.")
    if group.why is None:
        return
    with st.popover("Close", icon=":material/task_alt:", key=f"closing of {key}"):
        st.markdown(
            "Closed letters leave this list and the Pending group; their status stays, and they can be "
            "opened again in Batch letters."
        )
        why = _asked("Why", f"Close {len(ids):,}", f"why {key}")
        if why is not None:
            told.do(lambda: summary(worklist.close(*who, ids, why)))


def _asked(label: str, button: str, key: str) -> str | None:
    """What was typed when the button was pressed. A form: one click is enough, wherever the cursor stands."""
    with st.form(f"form of {key}", border=False):
        words = st.text_input(label, key=key, max_chars=LONGEST_NOTE, width=320)
        return words or "" if st.form_submit_button(button, key=f"press {key}") else None


def _letters(items: Sequence[Item], practices: Mapping[str, str], *, gp: bool) -> None:
    st.table([_line(item, practices, gp=gp) for item in items[:_ROWS]], hide_index=True)
    if len(items) > _ROWS:
        st.caption(f"The first {_ROWS} are shown: open them in Batch letters to see all.")


def _line(item: Item, practices: Mapping[str, str], *, gp: bool) -> dict[str, str]:
    """Few columns: they are read on a phone too."""
    practice = practices.get(item.practice, item.practice) if gp else ""
    return {
        "Letter": plain(f"{item.patient} · {item.reference}"),
        "Why": plain(" · ".join(filter(None, (item.reason, practice, f"since {day(item.since)}")))),
        "Whose": plain(": ".join(filter(None, (item.owner or "Nobody", item.note)))),
    }
