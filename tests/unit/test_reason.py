"""Reasons as staff read them: with the delivery provider's codes, and without ours."""

import pytest

from services.domain.reason import OWN_CODES, in_words
from services.domain.verdict import OUTCOME_UNKNOWN
from services.domain.vocabulary import NOTHING_MORE


@pytest.mark.parametrize(
    ("reason", "code", "words"),
    [
        ("Patient is no longer registered", "REJ01", "Patient is no longer registered (REJ01)"),
        ("", "4005", "4005"),
        ("The practice has not collected it.", "not-collected", "The practice has not collected it."),
        ("Outcome unknown.", OUTCOME_UNKNOWN, "Outcome unknown."),
        ("", NOTHING_MORE, ""),
        ("Deceased", "", "Deceased"),
        ("", "", ""),
    ],
)
def test_only_a_provider_s_code_stands_in_brackets(reason: str, code: str, words: str) -> None:
    assert in_words(reason, code) == words


def test_no_code_of_a_provider_is_among_ours() -> None:
    assert not OWN_CODES & {
        "technical-failure",
        "permanent-failure",
        "temporary-failure",
        "validation-failed",
    }
