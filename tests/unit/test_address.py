"""The address rules of docs/print-rules.md, one by one, under GOV.UK Notify's names."""

import pytest

from services.domain.address import as_postcode, normalise, problems
from services.reject_codes import reject_codes

GOOD = ("Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA")


def codes(*lines: str) -> list[str]:
    return [problem.code for problem in problems(lines)]


@pytest.mark.parametrize(
    "lines",
    [
        GOOD,
        ("Ada Example", "7 Mill Row", "ZZ99 4AA"),
        ("1", "2", "3", "4", "5", "6", "ZZ99 4AA"),
        (*GOOD, "United Kingdom"),
        ("", *GOOD, "  ", ""),
        ("Ada Example", "7 Mill Row", "zz994aa"),
        ("Ada (Addie) Example", "Flat #7, @ Mill Row", "ZZ99 4AA"),
        ("Ada Example", "Nfanta House", "ZZ99 4AA"),
        ("Cpl A Example", "BFPO 105"),
        ("Cpl A Example", "BFPO c/o 105", "BF1 0AX"),
        ("Cpl A Example", "bfpo 2", "England"),
    ],
)
def test_what_can_be_posted_has_no_problem(lines: tuple[str, ...]) -> None:
    assert codes(*lines) == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("address-is-empty", ()),
        ("address-is-empty", ("", " ,", "\t")),
        ("not-enough-address-lines", ("Ada Example", "ZZ99 4AA")),
        ("not-enough-address-lines", ("Ada Example", "", "ZZ99 4AA", "England")),
        ("too-many-address-lines", ("1", "2", "3", "4", "5", "6", "7", "ZZ99 4AA")),
        ("invalid-address-line-1-or-2", ("Ada Example", "–", "Wherrymere", "ZZ99 4AA")),
        ("invalid-address-line-1-or-2", ("?!", "7 Mill Row", "ZZ99 4AA")),
        ("not-a-real-uk-postcode", ("Ada Example", "7 Mill Row", "Wherrymere")),
        ("not-a-real-uk-postcode", ("Ada Example", "7 Mill Row", "75001 Paris", "France")),
        ("not-a-real-uk-postcode", ("Ada Example", "7 Mill Row", "ZZ99 4CI")),
        ("no-fixed-abode-address", ("Ada Example", "NFA", "ZZ99 4AA")),
        ("no-fixed-abode-address", ("Ada Example", "nfa", "ZZ99 4AA")),
        ("no-fixed-abode-address", ("Ada Example", "of No Fixed Abode at present", "ZZ99 4AA")),
        ("no-fixed-abode-address", ("Ada Example", "no fixed address", "ZZ99 4AA")),
        ("has-country-for-bfpo-address", ("Cpl A Example", "BFPO 105", "Germany")),
        ("has-country-for-bfpo-address", ("Cpl A Example", "BFPO 105", "BF1 0AX", "Germany")),
    ],
)
def test_a_broken_rule_has_notifys_name(code: str, lines: tuple[str, ...]) -> None:
    assert codes(*lines) == [code]


@pytest.mark.parametrize("character", '@()=[]"\\/,<>~')
def test_no_line_begins_with_what_notify_refuses(character: str) -> None:
    assert codes("Ada Example", f"{character}7 Mill Row", "ZZ99 4AA") == ["invalid-char-in-address"]
    assert codes("Ada Example", f"7{character} Mill Row", "ZZ99 4AA") == []


def test_every_broken_rule_is_named_in_the_rules_order() -> None:
    assert codes("–", "@NFA no fixed abode") == [
        "not-enough-address-lines",
        "invalid-address-line-1-or-2",
        "not-a-real-uk-postcode",
        "invalid-char-in-address",
        "no-fixed-abode-address",
    ]


def test_the_names_are_those_that_notify_uses() -> None:
    broken = [(), ("–", "@no fixed abode"), ("1",) * 8, ("A", "BFPO 1", "Germany")]
    named = {code for lines in broken for code in codes(*lines)}
    assert len(named) == 8
    assert [code for code in named if not reject_codes().meaning("notify-validation", code)] == []


def test_an_address_is_made_tidy_before_it_is_judged() -> None:
    written = ("  Ada   Example, ", "", "7\tMill Row ,,", "Wherrymere", " zz9 94aa ", "Scotland")
    assert normalise(written) == ("Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("zz994aa", "ZZ99 4AA"),
        ("Z Z 9 9 4 A A", "ZZ99 4AA"),
        ("M1 1AA", "M1 1AA"),
        ("ec1a1bb", "EC1A 1BB"),
        ("", None),
        ("ZZ99", None),
        ("ZZ99 4A", None),
        ("ZZ999 4AA", None),
        ("1ZZ 4AA", None),
        ("ZZ99 4AA England", None),
    ],
)
def test_postcodes(written: str, read: str | None) -> None:
    assert as_postcode(written) == read
