"""Every measure against an independent count in plain Python, over histories of all that goes wrong."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.analytics.analytics import Analytics
from services.analytics.facts import Facts
from services.analytics.figure import Figure
from services.analytics.measures import MEASURES, REACHED, STEPS
from services.analytics.question import DIVISIONS, Question
from services.analytics.times import Times
from services.domain.errors import NotAllowed
from services.domain.vocabulary import Channel, Status
from services.store.analytics_reader import SqlAnalyticsReader
from tests.contract.analytics_world import (
    CONDITIONS,
    Histories,
    Sending,
    asked,
    counts,
    divided,
    hours,
    quantile,
    sendings,
    value_of,
)
from tests.contract.listing_world import ADMIN, ANN, NOW, PATIENCE, FixedClock, world_of

ALL = Question(start=date(2026, 1, 1), end=date(2026, 12, 31), chosen={})
QUESTIONS = {
    "everything": ALL,
    "the day on which the clocks go forward": Question(
        start=date(2026, 3, 29), end=date(2026, 3, 29), chosen={}
    ),
    "the days around going back": Question(start=date(2026, 10, 24), end=date(2026, 10, 25), chosen={}),
    "one channel": ALL.having(channel="gp"),
    "a team and a template": ALL.having(team="North", template="discharge"),
    "two teams": replace(ALL, chosen={"team": ("North", "South")}),
    "a code": ALL.having(code="permanent-failure"),
    "nothing": Question(start=date(2020, 1, 1), end=date(2020, 1, 1), chosen={}),
}


@pytest.fixture
def histories(database_url: str) -> Iterator[Histories]:
    with world_of(database_url) as world:
        histories = Histories(world=world, chance=random.Random(7))  # noqa: S311 - no secret is made of it
        histories.write(150)
        yield histories


def analytics_of(histories: Histories) -> Analytics:
    facts = Facts(service_id=histories.world.service_id, reader=SqlAnalyticsReader(histories.world.engine))
    return Analytics(facts=facts, clock=FixedClock(), patience=lambda: PATIENCE)


def test_every_measure_has_an_independent_count() -> None:
    assert CONDITIONS.keys() == MEASURES.keys()
    assert all(measure.counts and measure.of and measure.clock for measure in MEASURES.values())


def test_every_measure_is_what_plain_python_counts(histories: Histories) -> None:
    analytics, everything = analytics_of(histories), sendings(histories)
    assert len(everything) > 100
    for name, question in QUESTIONS.items():
        found = asked(everything, question)
        assert analytics.totals(ADMIN, question) == counts(found), name
        for division in DIVISIONS:
            by = analytics.by(ADMIN, question, division)
            assert by == divided(found, division), (name, division)
            for value, counted in by.items():
                assert analytics.totals(ADMIN, question.within(division, value)) == counted, (division, value)
        weeks = list(analytics.by(ADMIN, question, "week"))
        assert weeks == sorted(weeks)
        for key, condition in CONDITIONS.items():
            behind = set(analytics.behind(Figure(measure=key, question=question)).to_pylist())
            assert behind == {each.letter["id"] for each in found if condition(each)}, (name, key)


def test_times_funnels_reasons_and_pivots_are_too(histories: Histories) -> None:
    analytics, everything = analytics_of(histories), sendings(histories)
    for question in QUESTIONS.values():
        found = asked(everything, question)
        channels = {each.channel for each in found}
        assert {channel.value for channel in analytics.times(ADMIN, question)} == channels
        for channel, steps in analytics.times(ADMIN, question).items():
            own = [each for each in found if each.channel == channel]
            assert steps == [_times(own, status) for status in STEPS[channel]]
            counted = analytics.by(ADMIN, question, "channel")[channel]
            steps_of = analytics.funnel(ADMIN, question)[channel]
            assert {each: counted[figure.measure] for each, figure in steps_of.items()} == _funnel(
                own, channel
            )
            for division, status in ((division, status) for division in DIVISIONS for status in steps_of):
                if status is not Status.QUEUED:
                    by = analytics.times_to(ADMIN, question, channel, status, division)
                    assert by == _times_by(own, status, division), (division, status)
        failures = [each for each in found if each.failed]
        took = hours(
            (each.failure["at"], each.answer["at"]) for each in failures if each.answer and each.failure
        )
        assert analytics.hours_to_deal(ADMIN, question) == _approximately(Status.FAILED, took)
        reasons = {(channel, code): n for channel, code, _, _, n in analytics.reasons(ADMIN, question)}
        assert reasons == _tally((each.channel, value_of(each, "code")) for each in failures)
        for rows, columns in (("practice", "group"), ("week", "team")):
            table = analytics.pivot(ADMIN, question, rows, columns).to_pylist()
            pivot = {(each["row"], each["column"]): each["failed"] for each in table}
            assert pivot == _tally((value_of(each, rows), value_of(each, columns)) for each in failures)


def _times(own: list[Sending], status: Status) -> Times:
    name = REACHED[status]
    return _approximately(
        status, hours((each.queued, each.reached[name]) for each in own if name in each.reached)
    )


def _times_by(own: list[Sending], status: Status, division: str) -> dict[str, Times]:
    reached = [each for each in own if REACHED[status] in each.reached]
    return {
        value: _times([each for each in reached if value_of(each, division) == value], status)
        for value in {value_of(each, division) for each in reached}
    }


def _approximately(status: Status, values: list[float]) -> Times:
    p50, p90, p99 = (quantile(values, q) for q in (0.5, 0.9, 0.99))
    near = [None if each is None else pytest.approx(each) for each in (p50, p90, p99)]
    return Times(status=status, reached=len(values), p50=near[0], p90=near[1], p99=near[2])  # type: ignore[arg-type]  # approx


def _funnel(own: list[Sending], channel: Channel) -> dict[Status, int]:
    steps = STEPS[channel]
    found = {Status.QUEUED: len(own)}
    for place, status in enumerate(steps):
        names = [REACHED[each] for each in steps[place:]]
        found[status] = sum(any(name in each.reached for name in names) for each in own)
    return found


def _tally(keys: object) -> dict[object, int]:
    found: dict[object, int] = {}
    for key in keys:  # type: ignore[attr-defined]  # any iterable
        found[key] = found.get(key, 0) + 1
    return found


def test_a_week_narrows_the_period_and_a_division_that_is_none_is_refused(histories: Histories) -> None:
    analytics = analytics_of(histories)
    within = ALL.having(team="North").within("week", "2026-10-19")
    assert (within.start, within.end, within.chosen) == (
        date(2026, 10, 19),
        date(2026, 10, 25),
        {"team": ("North",)},
    )
    short = Question(start=date(2026, 10, 21), end=date(2026, 10, 22), chosen={})
    assert short.within("week", "2026-10-19") == short
    assert analytics.names("week")["2026-10-19"] == "19 Oct 2026"
    with pytest.raises(ValueError, match="no dimension"):
        analytics.by(ADMIN, ALL, "letter")
    with pytest.raises(ValueError, match="no dimension"):
        analytics.pivot(ADMIN, ALL, "week", "1; DROP TABLE sending")


def test_what_has_changed_is_brought_up_to_date_and_is_as_if_read_anew(histories: Histories) -> None:
    analytics = analytics_of(histories)
    analytics.totals(ADMIN, ALL)
    histories.write(20)
    again = [letter for letter, events in histories.events.items() if len(events) > 2][:20]
    for letter in again:
        histories.go_on(letter)
    assert analytics.totals(ADMIN, ALL) == counts(sendings(histories))
    world = histories.world
    world.change_user("ann", team="West")
    world.change_patient("smith", practice_id=None)
    for dimension in ("team", "practice"):
        assert analytics.by(ADMIN, ALL, dimension) == analytics_of(histories).by(ADMIN, ALL, dimension)
    assert "West" in analytics.by(ADMIN, ALL, "team")


def test_a_therapist_sees_no_figures(histories: Histories) -> None:
    analytics = analytics_of(histories)
    for ask in (
        lambda: analytics.totals(ANN, ALL),
        lambda: analytics.by(ANN, ALL, "team"),
        lambda: analytics.times_to(ANN, ALL, Channel.GP, Status.SENT, "week"),
        lambda: analytics.values(ANN, "team"),
        lambda: analytics.times(ANN, ALL),
        lambda: analytics.funnel(ANN, ALL),
        lambda: analytics.hours_to_deal(ANN, ALL),
        lambda: analytics.pivot(ANN, ALL, "team", "code"),
        lambda: analytics.reasons(ANN, ALL),
        lambda: analytics.today(ANN),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_today_says_what_waits_what_is_stuck_and_where_it_is_silent(database_url: str) -> None:
    with world_of(database_url) as world:
        histories = Histories(world=world, chance=random.Random(7))  # noqa: S311 - no secret is made of it
        analytics = analytics_of(histories)
        world.add(created_at=NOW - timedelta(days=5))
        world.add(channel="e", status="failed", created_at=NOW - timedelta(days=1))
        world.add(channel="e", status="failed", closed_at=NOW)
        world.add(channel="gp", status="sent", status_at=NOW - timedelta(days=3))
        world.add(channel="e", status="queued", in_doubt=True)
        for weeks in range(1, 5):
            letter_id = world.add(channel="gp", created_at=NOW - timedelta(weeks=weeks, hours=2))
            histories.events[letter_id] = []
            histories._happen(letter_id, NOW - timedelta(weeks=weeks, hours=1), "gp", to="queued", user="ada")
        today = analytics.today(ADMIN)
        assert (today.failed, today.in_doubt, today.stuck[Channel.GP]) == (1, 1, 1)
        assert today.oldest_pending == (NOW - timedelta(weeks=4, hours=2)).date()
        assert today.silent == (Channel.GP,)
        histories._happen(letter_id, NOW, "gp", to="queued", user="ada")
        assert analytics.today(ADMIN).silent == ()
