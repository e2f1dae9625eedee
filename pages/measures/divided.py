"""The measures by the values of a division, each number with its letters, its rate and its change."""

from collections.abc import Mapping
from dataclasses import dataclass

from pages.context import Context
from pages.measures import words
from pages.measures.bar import LABELS, analytics_of
from pages.plain_text import plain
from services.analytics.analytics import Counts
from services.analytics.measures import MEASURES
from services.analytics.question import Question
from services.domain.certainty import Rate


@dataclass(frozen=True, kw_only=True, slots=True)
class Divided:
    """What was asked, with the measures by value; before: the same of the period before, none of weeks."""

    question: Question
    division: str
    counts: Mapping[str, Counts]
    before: Mapping[str, Counts]
    names: Mapping[str, str]

    def name(self, value: str) -> str:
        return self.names.get(value, value) or "(none)"

    def rate(self, value: str, measure: str) -> Rate:
        """How many of its sendings."""
        return words.rate_of(self.counts[value], measure)

    def address(self, value: str, measure: str) -> str:
        """Where the letters behind one number are."""
        return words.address(measure, self.question.within(self.division, value))

    def lines(self, measure: str, *more: str) -> list[dict[str, str]]:
        """A line a value: its sendings, how many of them the measure counts, the rate, how sure it is, its
        change; and how many each of `more` counts.
        """
        return [
            {LABELS[self.division]: plain(self.name(value))}
            | {
                "Sent": self._link(value, "sent"),
                MEASURES[measure].label: self._link(value, measure),
                "Rate": words.percent(self.rate(value, measure)),
                "95 % sure": words.between(self.rate(value, measure)),
            }
            | ({"Change": self._change(value, measure)} if self.division != "week" else {})
            | {MEASURES[each].label: self._link(value, each) for each in more}
            for value in self.counts
        ]

    def _link(self, value: str, measure: str) -> str:
        return words.link(self.counts[value][measure], measure, self.question.within(self.division, value))

    def _change(self, value: str, measure: str) -> str:
        if value not in self.before:
            return "–"
        return words.change(self.rate(value, measure), words.rate_of(self.before[value], measure)) or "–"


def divided(here: Context, question: Question, division: str) -> Divided:
    """Asks for both periods."""
    analytics, user = analytics_of(here), here.signed_in.user
    return Divided(
        question=question,
        division=division,
        counts=analytics.by(user, question, division),
        before={} if division == "week" else analytics.by(user, question.before(), division),
        names=analytics.names(division),
    )
