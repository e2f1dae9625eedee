"""A figure as a word of an address, which anybody may have written."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics.figure import Figure
from services.analytics.measures import MEASURES
from services.analytics.question import MOST_VALUES, Question
from services.listing.address import LONGEST_FIGURE, NO_FIGURE
from services.listing.filters import Filters

TODAY = date(2026, 11, 27)
values = st.lists(st.text(max_size=20), min_size=1, max_size=5, unique=True).map(sorted).map(tuple)
questions = st.builds(
    Question,
    start=st.dates(date(2026, 1, 1), date(2026, 6, 1)),
    end=st.dates(date(2026, 6, 2), date(2027, 1, 1)),
    chosen=st.dictionaries(st.sampled_from(["team", "practice", "template", "code", "group"]), values),
)


@given(st.sampled_from(sorted(MEASURES)), questions)
def test_a_figure_is_what_its_word_says(measure: str, question: Question) -> None:
    figure = Figure(measure=measure, question=question)
    assert Figure.from_word(figure.to_word()) == figure
    assert Question.from_query(question.to_query(), TODAY) == question


@given(st.text())
def test_any_other_word_is_no_figure_and_no_fault(word: str) -> None:
    with contextlib.suppress(ValueError):
        Figure.from_word(word)


@pytest.mark.parametrize(
    "word",
    [
        "[" * 15_000,
        '["sent",{"from":["0001-01-01"],"to":["0001-02-01"]}]',
        '["sent",{"from":"2026-01-01","to":"2026-02-01"}]',
        '["sent",{"from":["2026-01-01"],"to":["2026-02-01"],"team":"North"}]',
        '["sent",{"from":["2026-01-01"],"to":["2026-02-01"],"team":[1]}]',
        '["sent",{"from":["2026-01-01"],"to":["2026-02-01"],"letter":["1"]}]',
        '["secrets",{"from":["2026-01-01"],"to":["2026-02-01"]}]',
    ],
)
def test_what_is_nearly_a_figure_is_none(word: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Figure.from_word(word)


def test_a_figure_of_many_practices_is_kept_whole_and_one_that_is_too_long_shows_nothing() -> None:
    practices = tuple(f"Y{number:05}" for number in range(MOST_VALUES))
    question = Question(start=TODAY, end=TODAY, chosen={"practice": practices, "template": ("x" * 36,) * 50})
    word = Figure(measure="sent", question=question).to_word()
    assert 255 < len(word) < LONGEST_FIGURE
    assert Filters.from_query({"behind": [word]})[0].behind == word
    for other in ("x" * (LONGEST_FIGURE + 1), "\x07"):
        assert Filters.from_query({"behind": [other]})[0].behind == NO_FIGURE
    with pytest.raises(ValueError, match=r"."):
        Figure.from_word(NO_FIGURE)


def test_an_address_asks_no_period_that_letters_can_not_have() -> None:
    asked = Question.from_query({"from": ["0001-01-01"], "to": ["0001-01-31"], "team": ["North"]}, TODAY)
    assert (asked.end, asked.chosen) == (TODAY, {"team": ("North",)})
    assert asked.before().end < asked.start
