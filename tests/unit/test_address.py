"""The address rules of docs/print-rules.md, one by one, under GOV.UK Notify's names."""

import pytest

from services.domain.address import normalise, problems
from services.domain.postcode import as_postcode
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
        (*GOOD, "England", "U.K."),
        ("Ada Example", "7 Mill Row", "JE2 3AB", "Jersey"),
        ("Cpl A Example", "1 Signal Regiment", "BFPO 105"),
        ("Cpl A Example", "BFPO c/o 105", "BF1 0AX"),
        ("Cpl A Example", "BFPO", "bfpo2", "BF1 0AX", "England"),
        ("Cpl A Example", "BFPO 105", "Wherrymere"),
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
        ("address-is-empty", ("England",)),
        ("not-enough-address-lines", ("Cpl A Example", "BFPO 105")),
        ("not-enough-address-lines", ("Cpl A Example", "BFPO", "BFPO 105")),
        ("not-a-real-uk-postcode", ("Cpl A Example", "1 Signal Regiment", "BFPO")),
        ("not-a-real-uk-postcode", ("Ada Example", "7 Mill Row", "ZZ99 3VZ")),
        ("cant-send-international-letters", ("Ada Example", "7 Mill Row", "75001 Paris", "France")),
        ("cant-send-international-letters", ("Ada Example", "7 Mill Row", "ZZ99 4AA", "Côte d’Ivoire")),
        ("cant-send-international-letters", ("Ada Example", "7 Mill Row", "Banjul", "The Gambia", "England")),
        ("not-a-real-uk-postcode", ("Ada Example", "7 Mill Row", "ZZ99 4CI")),
        ("no-fixed-abode-address", ("Ada Example", "NFA", "ZZ99 4AA")),
        ("no-fixed-abode-address", ("Ada Example", "nfa", "ZZ99 4AA")),
        ("no-fixed-abode-address", ("Ada Example", "of No Fixed Abode at present", "ZZ99 4AA")),
        ("no-fixed-abode-address", ("Ada Example", "no fixed address", "ZZ99 4AA")),
        ("has-country-for-bfpo-address", ("Cpl A Example", "1 Signal Regiment", "BFPO 105", "Germany")),
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
    broken = [(), ("–", "@no fixed abode"), ("1",) * 8, ("A", "B", "BFPO 1", "Germany"), ("A", "B", "Peru")]
    named = {code for lines in broken for code in codes(*lines)}
    assert len(named) == 9
    assert [code for code in named if not reject_codes().meaning("notify-validation", code)] == []


def test_an_address_is_made_tidy_before_it_is_judged() -> None:
    written = ("  Ada   Example, ", "", "7\tMill Row ,,", "Wherrymere", " zz9 94aa ", "Scotland")
    assert normalise(written) == ("Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA")
    assert normalise(("12 St  . Mary\u200b’s Row , Wherrymere ,",)) == ("12 St. Mary’s Row, Wherrymere",)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (("A", "BFPO 105", "bf10ax"), ("A", "BF1 0AX", "BFPO 105")),
        (("A", "BFPO", "bfpoc/o0105", "B"), ("A", "B", "BFPO 105")),
        (("A", "BFPO 105", "BF1 0AX", "Germany"), ("A", "BF1 0AX", "BFPO 105", "Germany")),
        (("A", "BFPO", "BF1 0AX"), ("A", "BFPO", "BF1 0AX")),
    ],
)
def test_a_bfpo_number_is_read_out(written: tuple[str, ...], printed: tuple[str, ...]) -> None:
    assert normalise(written) == printed
    assert normalise(printed) == printed


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
        ("BF1 3AA", "BF1 3AA"),
        ("JE2 3AB", "JE2 3AB"),
        ("SO144 6WB", None),
        ("NF1 1AA", None),  # no area
        ("ZZ1 1AA", None),  # invented patients live in ZZ99 alone
        ("ZZ99 3VZ", None),  # no fixed abode, in NHS records
        ("GIR 0AA", None),
        ("GX11 1AA", None),  # Gibraltar
        ("BFPO 105", None),
    ],
)
def test_postcodes(written: str, read: str | None) -> None:
    assert as_postcode(written) == read
