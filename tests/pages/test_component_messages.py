"""What the components' browser side sends is given out once, and only when it is of the agreed form."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.waiting import PATIENCE

ASKED = {
    "kind": "send", "ids": ["a"], "all_matching": False, "filters_key": "pending", "total_matching": 3,
    "version": 7, "value": None, "nonce": "n1",
}  # fmt: skip


def _take_what_was_delivered() -> None:
    import streamlit as st

    from pages.components import inbox
    from pages.components.letters_table import take_actions

    for message in st.session_state.delivered:
        st.session_state["letters"] = {"action": message}
        inbox.receiver("letters", "action")()
    st.session_state.taken = take_actions("letters")
    st.session_state.acknowledged = inbox.acknowledged("letters")


def deliver(*messages: Any) -> AppTest:
    app = AppTest.from_function(_take_what_was_delivered, default_timeout=PATIENCE)
    app.session_state.delivered = list(messages)
    app.run()
    assert not app.exception
    return app


def test_message_delivered_again_is_given_out_once() -> None:
    app = deliver(ASKED, ASKED)
    assert [action.ids for action in app.session_state.taken] == [("a",)]
    assert app.session_state.acknowledged == "n1"
    app.run()
    assert app.session_state.taken == []


def test_messages_come_in_their_order_and_the_last_is_acknowledged() -> None:
    app = deliver(ASKED, {**ASKED, "kind": "print", "nonce": "n2"})
    assert [action.kind for action in app.session_state.taken] == ["send", "print"]
    assert app.session_state.acknowledged == "n2"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "delete_everything"},
        {"ids": [{"id": "a"}]},
        {"ids": None},
        {"version": "seven"},
        {"kind": "sort", "value": {"column": 1, "descending": True}},
        {"kind": "page", "value": -1},
        {"kind": "columns", "value": "status"},
        {"value": "unasked for"},
    ],
)
def test_message_of_the_wrong_form_is_dropped(wrong: dict[str, Any]) -> None:
    assert deliver({**ASKED, **wrong}).session_state.taken == []


def test_what_has_no_nonce_is_no_message() -> None:
    assert deliver("text", {"kind": "send"}, None).session_state.taken == []
