"""What the browser asks for, delivered to the page once.

Streamlit may deliver a trigger a second time: a run that is cut short by the next one has its triggers
replayed. Printing twice because of that would be wrong, so each message carries a random number (its
nonce), and a message whose nonce was seen is dropped. The nonce of the last message taken goes back to the
browser with the next data: until then the component shows that it is busy and takes no second click.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages import clicks

_REMEMBERED = 200  # nonces per component and session: far more than one session has on the way at once


@dataclass(kw_only=True, slots=True)
class _Inbox:
    """Of one mounted component in one session. The only mutable state of this module, kept in the session."""

    waiting: list[Mapping[str, Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    acknowledged: str | None = None


def _inbox(key: str) -> _Inbox:
    inbox: _Inbox = st.session_state.setdefault(f"inbox of {key}", _Inbox())
    return inbox


def receiver(key: str, trigger: str) -> Callable[[], None]:
    """The callback to mount a component with; it keeps what `trigger` of the component `key` delivers."""

    def receive() -> None:
        message = st.session_state[key].get(trigger)
        inbox = _inbox(key)
        if not isinstance(message, Mapping) or not isinstance(nonce := message.get("nonce"), str):
            return
        if nonce not in inbox.seen:
            inbox.seen[:] = [*inbox.seen[-_REMEMBERED:], nonce]
            inbox.waiting.append(message)
            clicks.note()

    return receive


def take(key: str) -> list[Mapping[str, Any]]:
    """The messages that arrived since the last call, oldest first; each is given out once."""
    inbox = _inbox(key)
    messages, inbox.waiting = inbox.waiting, []
    if messages:
        inbox.acknowledged = messages[-1]["nonce"]
    return messages


def acknowledged(key: str) -> str | None:
    """The nonce of the last message taken, which the browser waits for."""
    return _inbox(key).acknowledged
