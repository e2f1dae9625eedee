"""What a user reads when something goes wrong that nobody foresaw."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import streamlit as st

from pages.context import context
from services.audit import note_refusal
from services.domain.errors import NotAllowed, UserError

log = logging.getLogger(__name__)

UNFORESEEN: Final = (
    "Something went wrong, and was noted. What was done before stands in each letter's history, and nothing "
    "is lost. Look at the letters before you do it again; if it stays like this, tell whoever runs this page."
)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Around a part of a page. The trace goes to the log: it may hold a patient's name."""
    try:
        yield
    except NotAllowed as refusal:
        _note(str(refusal))
        st.error(str(refusal), icon=":material/error:")
    except UserError as error:
        st.error(str(error), icon=":material/error:")
    except Exception:
        log.exception("a page could not be shown")
        st.error(UNFORESEEN, icon=":material/error:")


def _note(why: str) -> None:
    here = context(touch=False)
    application, signed_in = here.application, here.signed_in
    note_refusal(application.store, application.clock, signed_in.service_id, signed_in.user, why)
