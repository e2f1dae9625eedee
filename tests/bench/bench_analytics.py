"""Delivery over 200,000 letters with 1.2 million events: the whole page once it is warm, each question."""

import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from services.analytics.analytics import Analytics
from services.analytics.facts import Facts
from services.analytics.question import DIMENSIONS, DIVISIONS, Question
from services.domain.ids import new_id
from services.domain.overdue import Patience
from services.domain.people import Role, User
from services.domain.vocabulary import Channel, Status
from services.store import tables
from services.store.analytics_reader import SqlAnalyticsReader
from services.store.engine import make_engine
from services.store.migrate import migrate
from tests.bench.figures import Figure
from tests.bench.listing_seed import NOW, SERVICE, seed
from tests.clock import FakeClock

LETTERS, EVENTS_EACH = 200_000, 6
SUPERUSER = User(id="sue", username="sue", name="Sue", role=Role.SUPERUSER)
_COURSES = {
    "gp": ["queued", "sent", "delivered"],
    "e": ["queued", "sent", "delivered", "accessed", "viewed"],
    "h": ["queued", "sent_for_processing", "posted"],
    "print": ["printed"],
}


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/measures.sqlite3"
        migrate(url)
        engine = make_engine(url)
        with engine.begin() as connection:
            seed(connection, letters=LETTERS)
            _events(connection)
        analytics = Analytics(
            facts=Facts(service_id=SERVICE, reader=SqlAnalyticsReader(engine)),
            clock=FakeClock(NOW),
            patience=lambda: Patience(stuck_hours=dict.fromkeys(Channel, 48), unviewed_days=7),
        )
        question = _last_year()
        asked = _questions(analytics, question)
        for ask in asked:
            ask()
        times = {number: min(_seconds(ask) for _ in range(3)) for number, ask in enumerate(asked)}
        page = _seconds(lambda: [ask() for ask in asked])
        engine.dispose()
    return [
        Figure(name="delivery_page_200k_s", value=page, unit="s", bound="<= 1"),
        Figure(
            name="analytics_query_200k_worst_ms", value=max(times.values()) * 1000, unit="ms", bound="<= 100"
        ),
    ]


def _last_year() -> Question:
    today = NOW.date()
    return Question(start=today - timedelta(days=1000), end=today, chosen={})


def _questions(analytics: Analytics, question: Question) -> list[Callable[[], Any]]:
    """Everything that the Delivery page asks, and what Reject reasons asks beside it."""
    user = SUPERUSER
    return [
        lambda: analytics.today(user),
        *(lambda name=name: analytics.by(user, question, name) for name in DIVISIONS),
        *(lambda name=name: analytics.names(name) for name in DIVISIONS),
        *(lambda name=name: analytics.values(user, name) for name in DIMENSIONS),
        lambda: analytics.totals(user, question),
        lambda: analytics.totals(user, question.having(channel="gp", team="Team 3")),
        lambda: analytics.totals(user, question.before()),
        lambda: analytics.by(user, question.before(), "practice"),
        lambda: analytics.times(user, question),
        *(
            lambda name=name: analytics.times_to(user, question, Channel.GP, Status.DELIVERED, name)
            for name in DIVISIONS
        ),
        lambda: analytics.funnel(user, question),
        lambda: analytics.reasons(user, question),
        lambda: analytics.hours_to_deal(user, question),
        lambda: analytics.pivot(user, question, "practice", "group"),
        lambda: analytics.pivot(user, question, "group", "week"),
    ]


def _events(connection: Connection) -> None:
    """Histories that lead to the letters' statuses, six events a letter: some reports come too late."""
    chance = random.Random(20261127)
    letters = connection.execute(
        select(tables.letters.c.id, tables.letters.c.channel, tables.letters.c.created_at)
    ).all()
    rows: list[dict[str, Any]] = []
    for number, letter in enumerate(letters):
        course = ["pending", *_COURSES[letter.channel]]
        if letter.channel != "print" and chance.random() < 0.15:
            course = [*course[: chance.randrange(2, len(course))], "failed"]
        at = letter.created_at
        for place in range(EVENTS_EACH):
            status = course[place] if place < len(course) else None
            at += timedelta(minutes=chance.randrange(1, 600))
            rows.append(_event(letter, number * EVENTS_EACH + place, at, status, chance))
        if len(rows) >= 60_000:
            connection.execute(insert(tables.events), rows)
            rows = []
    if rows:
        connection.execute(insert(tables.events), rows)


def _event(letter: Any, place: int, at: Any, status: str | None, chance: random.Random) -> dict[str, Any]:
    return {
        "service_id": SERVICE,
        "id": new_id(),
        "letter_id": letter.id,
        "at": at,
        "kind": "status" if status else "report",
        "channel": letter.channel,
        "to_status": status,
        "user_id": "user-1" if status in ("pending", "queued", "printed") else None,
        "code": chance.choice(["REJ01", "5000", "permanent-failure"]) if status == "failed" else "",
        "reason": "It failed" if status == "failed" else "",
        "applied": status is not None or chance.random() < 0.5,
        "sequence": place // 1000 + 1,
        "raw": json.loads("null"),
    }


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
