"""To whom a letter goes, and what is missing before it can (docs/product.md section 5)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.domain.recipient import as_mobile, is_about, is_addressed_to, missing, recipient_of
from services.domain.vocabulary import Channel
from tests.builders import PRACTICE, letter, patient

NOWHERE = ("no fixed abode", "Wherrymere", "ZZ99 4AA")


@pytest.mark.parametrize("channel", Channel)
def test_nothing_is_missing_from_a_whole_record(channel: Channel) -> None:
    assert missing(patient(), channel) == []


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"mobile": ""}, ["no mobile number"]),
        ({"mobile": "0770090"}, ["the mobile number is not valid"]),
        ({"mobile": "020 7946 0001"}, ["the mobile number is not valid"]),
        ({"sms_consent": False}, ["no consent to text messages"]),
        ({"date_of_birth": None}, ["no date of birth"]),
        ({"surname": ""}, ["no surname"]),
        (
            {"mobile": "", "sms_consent": False, "date_of_birth": None, "surname": ""},
            ["no mobile number", "no consent to text messages", "no date of birth", "no surname"],
        ),
    ],
)
def test_patient_electronic_says_all_that_is_missing(lacking: dict[str, Any], said: list[str]) -> None:
    assert missing(patient(**lacking), Channel.E) == said


@pytest.mark.parametrize("lacking", [{"address": NOWHERE}, {"practice": None}])
def test_patient_electronic_asks_for_nothing_else(lacking: dict[str, Any]) -> None:
    assert missing(patient(**lacking), Channel.E) == []


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"practice": None}, ["no registered GP practice"]),
        ({"practice": replace(PRACTICE, active=False)}, ["the practice Y90001 has closed"]),
        ({"date_of_birth": None}, ["no date of birth"]),
        ({"surname": ""}, ["no surname"]),
        ({"mobile": "", "sms_consent": False, "address": ()}, []),
    ],
)
def test_gp_electronic_goes_to_an_open_practice(lacking: dict[str, Any], said: list[str]) -> None:
    assert missing(patient(**lacking), Channel.GP) == said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (NOWHERE, ["the address says no fixed abode"]),
        (("Wherrymere", "ZZ99"), ["the last line of the address is not a UK postcode"]),
        (("ZZ99 4AA",), ["the address has fewer than 3 lines"]),
        (
            (),
            ["the address has fewer than 3 lines", "the last line of the address is not a UK postcode"],
        ),
    ],
)
def test_hybrid_mail_says_what_the_envelope_refuses(address: tuple[str, ...], said: list[str]) -> None:
    assert missing(patient(address=address), Channel.H) == said


def test_paper_asks_for_nothing() -> None:
    assert missing(patient(address=(), mobile="", practice=None, date_of_birth=None), Channel.PRINT) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("07700 900001", "+447700900001"),
        ("+44 7700 900999", "+447700900999"),
        ("0044 (0)7700 900000", "+447700900000"),
        ("07700 901000", None),
        ("01632 960001", None),
        ("07", None),
        ("call her mother", None),
        ("", None),
    ],
)
def test_mobile_numbers(written: str, read: str | None) -> None:
    assert as_mobile(written) == read


def test_the_practice_is_told_who_the_patient_is() -> None:
    found = recipient_of(letter(Channel.GP))
    assert (found.name, found.ods_code, found.address) == ("Quayside Surgery", "Y90001", PRACTICE.address)
    assert found.details == {
        "family_name": "Example",
        "given_names": "Ada",
        "date_of_birth": "1990-05-03",
        "nhs_number": patient().nhs_number,
    }
    assert found.mobile == ""


def test_the_text_message_needs_a_number_and_nothing_else() -> None:
    found = recipient_of(letter(Channel.E))
    assert (found.name, found.mobile) == ("Ada Example", "+447700900001")
    assert (found.ods_code, found.address, found.details) == ("", (), {})


@pytest.mark.parametrize("channel", [Channel.H, Channel.PRINT])
def test_paper_goes_to_the_address_as_the_window_shows_it(channel: Channel) -> None:
    untidy = patient(address=("7  Mill Row,", "", "Wherrymere", "zz994aa", "England"))
    found = recipient_of(letter(channel, patient=untidy))
    assert found.address == ("Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA")
    assert (found.mobile, found.ods_code, found.details) == ("", "", {})


def test_a_record_with_gaps_still_shows_what_it_has() -> None:
    bare = patient(practice=None, date_of_birth=None, mobile="none", address=())
    assert recipient_of(letter(Channel.GP, patient=bare)).ods_code == ""
    assert recipient_of(letter(Channel.E, patient=bare)).mobile == ""
    assert recipient_of(letter(Channel.H, patient=bare)).address == ("Ada Example",)
    born = patient(date_of_birth=date(2001, 2, 3))
    assert recipient_of(letter(Channel.GP, patient=born)).details["date_of_birth"] == "2001-02-03"


@pytest.mark.parametrize(
    ("read", "theirs"),
    [
        (("Ms Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA"), True),
        (("Ms A. EXAMPLE", "Flat 2", "7 Mill Row", "zz994aa"), True),
        (("The Parents of Ada Éxample", "7 Mill Row", "Wherrymere", "ZZ99 4AA", "England"), True),
        (("Ms Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AB"), False),
        (("Ms Ada Examples", "7 Mill Row", "Wherrymere", "ZZ99 4AA"), False),
        (("The Occupier", "7 Mill Row", "Wherrymere", "ZZ99 4AA"), False),
        (("Mr Bob Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA"), False),
        (("Mr Bob Other", "Example Hall", "7 Mill Row", "ZZ99 4AA"), False),
        (("The Practice", "Dr Example", "7 Mill Row", "ZZ99 4AA"), True),
        ((), False),
    ],
)
def test_an_address_in_a_window_is_this_patients_or_is_not(read: tuple[str, ...], theirs: bool) -> None:
    assert is_addressed_to(read, patient()) is theirs


def test_a_surname_of_several_words_is_found_as_they_stand() -> None:
    several = patient(surname="O’Brien-van der Berg")
    assert is_addressed_to(("Ada O'BRIEN van der Berg", "7 Mill Row", "ZZ99 4AA"), several)
    assert not is_addressed_to(("Ada Brien Berg", "7 Mill Row", "ZZ99 4AA"), several)


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("Dear Ms Example", True),
        ("EXAMPLE, Ada: discharge", True),
        ("Your patient A. Example was seen", True),
        (f"NHS number {patient().nhs_number}", True),
        ("NHS No 999 000 0018", True),
        ("NHS No 999-000-0018", True),
        ("NHS No 19990000018", False),
        ("Dear Ms Other\nan example of this", False),
        ("For Example:\nAda", False),
        ("", False),
    ],
)
def test_a_text_is_about_this_patient_or_is_not(text: str, theirs: bool) -> None:
    assert is_about(text, patient(nhs_number="9990000018")) is theirs


def test_who_has_no_surname_is_named_by_no_text() -> None:
    assert not is_about("Dear Ada", patient(surname="", nhs_number=""))
