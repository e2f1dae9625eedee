"""The Users page: who may log in, with which role, and of which provider, team and consortium."""

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from pages.context import Context, context
from pages.faults import in_our_words
from pages.file_columns import show_columns
from pages.plain_text import plain
from services.domain.errors import UserError
from services.domain.people import Role, User
from services.domain.spelling import fold
from services.user_accounts import COLUMNS, Line

_ONE, _MANY = "One user", "Many by a CSV file"
_DESK: Final = "users desk"
_NEW: Final = ""


@dataclass(kw_only=True, slots=True)
class _Desk:
    """What came of the last click; `turn` counts up with each user saved, and fills the fields anew."""

    turn: int = 0
    done: str = ""
    refusal: str = ""
    lines: list[Line] = field(default_factory=list)


def show() -> None:
    """A superuser adds users and changes them."""
    here = context()
    st.header("Users", anchor=False)
    st.caption(
        "What is changed holds at once: somebody with another role, or no longer active, is logged out."
    )
    with in_our_words():
        users = here.application.user_accounts.all(here.signed_in.service_id, here.signed_in.user)
        desk: _Desk = st.session_state.setdefault(_DESK, _Desk())
        way = st.segmented_control(
            "Way", [_ONE, _MANY], default=_ONE, required=True, label_visibility="collapsed", key="users way"
        )
        left, right = st.columns([2, 3], gap="large")
        with left:
            if way == _MANY:
                _many(here, desk)
            else:
                _one(here, desk, users)
        with right:
            _answer(desk)
            if way == _MANY:
                show_columns(COLUMNS, expanded=True)
            else:
                _table(users)


def _one(here: Context, desk: _Desk, users: list[User]) -> None:
    known = {user.id: user for user in users}
    chosen = st.selectbox(
        "User",
        [_NEW, *known],
        format_func=lambda each: f"{known[each].name} ({known[each].username})" if each else "A new user",
        key=f"users who {desk.turn}",
    )
    user, key = known.get(chosen or _NEW), f"{chosen} {desk.turn}"
    with st.form(f"user {key}", border=False):
        account = _fields(user, key)
        pressed = st.form_submit_button("Save" if user else "Add user", type="primary")
    if pressed:
        _save(here, desk, account)
        st.rerun()


def _fields(user: User | None, key: str) -> User:
    """What stands in the form; a username stays what it is."""
    username = user.username if user else _text("Username", "", f"username {key}", most=120)
    name = _text("Name", user.name if user else "", f"user name {key}")
    roles = list(Role)
    role = st.selectbox(
        "Role",
        roles,
        index=roles.index(user.role) if user else 0,
        format_func=lambda each: each.label,
        key=f"user role {key}",
    )
    return User(
        id=user.id if user else "",
        username=username,
        name=name,
        role=role,
        provider=_text("Provider", user.provider if user else "", f"user provider {key}"),
        team=_text("Team", user.team if user else "", f"user team {key}"),
        consortium=_text("Consortium", user.consortium if user else "", f"user consortium {key}"),
        active=st.toggle("May log in", user.active if user else True, key=f"user active {key}"),
    )


def _text(label: str, value: str, key: str, *, most: int = 255) -> str:
    return st.text_input(label, value, key=key, max_chars=most) or ""


def _save(here: Context, desk: _Desk, account: User) -> None:
    """No call of Streamlit lies between the work and its result: there it could be cut off."""
    desk.done, desk.refusal, desk.lines = "", "", []
    try:
        is_new = here.application.user_accounts.save(here.signed_in.service_id, here.signed_in.user, account)
        desk.done = f"{account.name} is {'added' if is_new else 'saved'}."
        desk.turn += 1
    except UserError as error:
        desk.refusal = str(error)


def _many(here: Context, desk: _Desk) -> None:
    file = st.file_uploader("CSV file, one line a user", type="csv", key="users csv")
    if st.button("Save all", type="primary", disabled=file is None) and file:
        with st.spinner("Saving. Each line that is saved stays saved…"):
            _take_in(here, desk, file.getvalue())


def _take_in(here: Context, desk: _Desk, csv: bytes) -> None:
    desk.done, desk.refusal, desk.lines = "", "", []
    accounts, signed_in = here.application.user_accounts, here.signed_in
    try:
        desk.lines = accounts.take_in(signed_in.service_id, signed_in.user, csv)
        left = sum(bool(line.problem) for line in desk.lines)
        desk.done = f"{len(desk.lines) - left:,} saved, {left:,} left as they were."
    except UserError as error:
        desk.refusal = str(error)


def _answer(desk: _Desk) -> None:
    if desk.refusal:
        st.error(plain(desk.refusal), icon=":material/error:")
    if desk.done:
        icon = (
            ":orange[:material/warning:]"
            if any(line.problem for line in desk.lines)
            else ":green[:material/check_circle:]"
        )
        st.markdown(f"{icon} **{plain(desk.done)}**")
    left = [line for line in desk.lines if line.problem]
    if left:
        st.table(
            [
                {"Line": str(line.number), "Username": plain(line.username), "Why": plain(line.problem)}
                for line in left[:200]
            ],
            hide_index=True,
        )


def _table(users: list[User]) -> None:
    part = st.text_input(
        "Find", key="users find", placeholder="A part of a name, a team or a role", max_chars=80
    )
    found = [user for user in users if _matches(user, fold(part or ""))]
    st.caption(f"{len(found):,} of {len(users):,} users")
    if not found:
        st.info("Nobody matches. Type less.", icon=":material/search_off:")
        return
    st.table(
        [
            {
                "Name": plain(f"{user.name} ({user.username})"),
                "Role": user.role.label,
                "Team, provider, consortium": plain(_where(user)) or "–",
                "May log in": "Yes" if user.active else "No",
            }
            for user in found
        ],
        hide_index=True,
    )


def _where(user: User) -> str:
    return ", ".join(filter(None, (user.team, user.provider, user.consortium)))


def _matches(user: User, part: str) -> bool:
    texts = (user.name, user.username, user.role.label, user.provider, user.team, user.consortium)
    return any(part in fold(text) for text in texts)
