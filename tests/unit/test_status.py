"""The status table against a list written from docs/product.md section 4, and against that section itself."""

from itertools import product
from typing import Final

import pytest

from services.domain.status import STATUSES, may, status_row
from services.domain.status_row import StatusRow
from services.domain.vocabulary import Badge, Cause, Channel, Status
from tests.docs_tables import table_rows

# Channel, status, label, long form, whether it is in the Pending group, what "after this" leads to.
WRITTEN: Final = [
    ("print", "pending", "Pending", "Pending – print", True, "printed"),
    ("print", "printed", "Printed", "Printed", False, "printed"),
    ("gp", "pending", "[GP] Pending", "Sent to GP Electronically – Pending", True, "queued"),
    ("gp", "queued", "[GP] Queued", "Sent to GP Electronically – Queued", False, "sent failed"),
    ("gp", "sent", "[GP] Sent", "Sent to GP Electronically – Sent", False, "delivered failed"),
    ("gp", "delivered", "[GP] Delivered", "Sent to GP Electronically – Delivered", False, "failed"),
    ("gp", "failed", "[GP] Failed", "Sent to GP Electronically – Failed", True, "queued printed delivered"),
    ("gp", "printed", "[GP] Printed", "Sent to GP Electronically – Printed", False, "printed queued"),
    ("e", "pending", "[E] Pending", "Sent Electronically – Pending", True, "queued"),
    ("e", "queued", "[E] Queued", "Sent Electronically – Queued", False, "sent failed"),
    ("e", "sent", "[E] Sent", "Sent Electronically – Sent", False, "delivered failed"),
    ("e", "delivered", "[E] Delivered", "Sent Electronically – Delivered", False, "accessed"),
    ("e", "accessed", "[E] Accessed", "Sent Electronically – Accessed", False, "viewed"),
    ("e", "viewed", "[E] Viewed", "Sent Electronically – Viewed", False, ""),
    ("e", "failed", "[E] Failed", "Sent Electronically – Failed", True, "queued printed"),
    ("e", "printed", "[E] Printed", "Sent Electronically – Printed", False, "printed queued"),
    ("h", "pending", "[H] Pending", "Sent Hybrid Mail – Pending", True, "queued"),
    ("h", "queued", "[H] Queued", "Sent Hybrid Mail – Queued", False, "sent_for_processing failed"),
    ("h", "sent_for_processing", "[H] Sent for processing", "Sent Hybrid Mail – Sent for processing", False,
     "posted failed"),
    ("h", "posted", "[H] Posted", "Sent Hybrid Mail – Posted", False, "failed"),
    ("h", "failed", "[H] Failed", "Sent Hybrid Mail – Failed", True, "queued printed"),
    ("h", "printed", "[H] Printed", "Sent Hybrid Mail – Printed", False, "printed queued"),
]  # fmt: skip

# Every step there is: channel, from, to, causes. What is not here must not happen.
ALLOWED: Final = [
    ("print", "pending", "printed", "print"),
    ("print", "printed", "printed", "print"),
    ("gp", "pending", "queued", "send"),
    ("gp", "queued", "sent", "report"),
    ("gp", "queued", "delivered", "report"),
    ("gp", "queued", "failed", "report dispatch timeout"),
    ("gp", "sent", "delivered", "report"),
    ("gp", "sent", "failed", "report timeout"),
    ("gp", "delivered", "failed", "report"),
    ("gp", "failed", "queued", "resend"),
    ("gp", "failed", "printed", "print"),
    ("gp", "failed", "delivered", "resolved"),
    ("gp", "printed", "printed", "print"),
    ("gp", "printed", "queued", "resend"),
    ("e", "pending", "queued", "send"),
    ("e", "queued", "sent", "report"),
    ("e", "queued", "delivered", "report"),
    ("e", "queued", "accessed", "portal"),
    ("e", "queued", "viewed", "portal"),
    ("e", "queued", "failed", "report dispatch"),
    ("e", "sent", "delivered", "report"),
    ("e", "sent", "accessed", "portal"),
    ("e", "sent", "viewed", "portal"),
    ("e", "sent", "failed", "report"),
    ("e", "sent", "queued", "resend"),
    ("e", "delivered", "accessed", "portal"),
    ("e", "delivered", "viewed", "portal"),
    ("e", "delivered", "queued", "resend"),
    ("e", "accessed", "viewed", "portal"),
    ("e", "accessed", "queued", "resend"),
    ("e", "failed", "queued", "resend"),
    ("e", "failed", "printed", "print"),
    ("e", "printed", "printed", "print"),
    ("e", "printed", "queued", "resend"),
    ("h", "pending", "queued", "send"),
    ("h", "queued", "sent_for_processing", "report"),
    ("h", "queued", "posted", "report"),
    ("h", "queued", "failed", "report dispatch"),
    ("h", "sent_for_processing", "posted", "report"),
    ("h", "sent_for_processing", "failed", "report"),
    ("h", "posted", "failed", "report"),
    ("h", "failed", "queued", "resend"),
    ("h", "failed", "printed", "print"),
    ("h", "printed", "printed", "print"),
    ("h", "printed", "queued", "resend"),
]
STEPS: Final = {
    (channel, source, to, cause) for channel, source, to, causes in ALLOWED for cause in causes.split()
}
NOT_BY_USERS: Final = {Cause.REPORT, Cause.PORTAL, Cause.DISPATCH, Cause.TIMEOUT}


def test_the_table_holds_the_rows_of_the_list_and_no_others() -> None:
    held = [(row.channel, row.status, row.label, row.long_label, row.pending_group) for row in STATUSES]
    assert sorted(held) == sorted(line[:5] for line in WRITTEN)


def test_the_list_is_that_of_the_description() -> None:
    described = [(*cells[:3], cells[4]) for cells in table_rows("product.md", "## 4.")]
    channels = {"print": "print", "gp": "GP", "e": "E", "h": "H"}
    written = [
        (channels[channel], status, label, "yes" if pending else "no")
        for channel, status, label, _, pending, _ in WRITTEN
    ]
    assert described == written


@pytest.mark.parametrize("cells", table_rows("product.md", "## 4."), ids=lambda cells: cells[2])
def test_what_the_description_names_after_this_is_what_the_list_says(cells: list[str]) -> None:
    words = {
        "re-se": "queued", "print": "printed", "Queued": "queued",
        "Sent for processing": "sent_for_processing", "Sent": "sent", "Delivered": "delivered",
        "Accessed": "accessed", "Viewed": "viewed", "Posted": "posted", "Failed": "failed",
        "Printed": "printed",
    }  # fmt: skip
    rest, named = cells[5], set()
    for word, status in words.items():
        if word in rest:
            named.add(status)
            rest = rest.replace(word, "")
    [written] = [line for line in WRITTEN if line[2] == cells[2]]
    assert named == set(written[5].split())


@pytest.mark.parametrize("line", WRITTEN, ids=lambda line: line[2])
def test_every_usual_next_status_can_be_reached(line: tuple[str, str, str, str, bool, str]) -> None:
    reached = {to for channel, source, to, _ in STEPS if (channel, source) == line[:2]}
    assert set(line[5].split()) <= reached


@pytest.mark.parametrize(("channel", "source"), [*product(Channel, Status)])
def test_only_the_listed_steps_are_allowed(channel: Channel, source: Status) -> None:
    wrong = [
        (to, cause)
        for to, cause in product(Status, Cause)
        if may(channel, source, to, cause) is not ((channel, source, to, cause) in STEPS)
    ]
    assert wrong == []


def test_nothing_but_a_user_or_the_practice_itself_takes_a_letter_back() -> None:
    backwards = [
        (row.key, step.to)
        for row in STATUSES
        for step in row.steps
        if step.causes & NOT_BY_USERS and status_row(row.channel, step.to).rank <= row.rank
    ]
    assert backwards == []


@pytest.mark.parametrize("channel", [Channel.GP, Channel.E, Channel.H])
def test_ranks_follow_the_order_of_the_description(channel: Channel) -> None:
    ranks = [status_row(channel, Status(line[1])).rank for line in WRITTEN if line[0] == channel]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize("row", STATUSES, ids=lambda row: row.key)
def test_every_row_tells_staff_what_it_means_and_what_to_do(row: StatusRow) -> None:
    assert row.meaning.endswith(".")
    assert row.advice.endswith(".")
    assert (row.badge is Badge.FAILED) is (row.status is Status.FAILED)
    assert (row.badge is Badge.WAITING) is (row.status is Status.PENDING)


def test_a_channel_has_no_status_of_another() -> None:
    with pytest.raises(KeyError):
        status_row(Channel.PRINT, Status.QUEUED)
    with pytest.raises(KeyError):
        status_row(Channel.GP, Status.VIEWED)


def test_nothing_is_asked_about_what_can_say_nothing_more() -> None:
    polled = {row.key for row in STATUSES if row.polled}
    assert polled == {
        "gp.queued", "gp.sent", "gp.delivered", "gp.failed",
        "e.queued", "e.sent",
        "h.queued", "h.sent_for_processing",
    }  # fmt: skip
