"""What a letter says on each channel, and how its merge fields are filled."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.contents import content_of, fingerprint
from services.domain.merge_fields import MERGE_FIELDS, MissingMergeValue
from services.domain.vocabulary import Channel
from tests.builders import DATED, PRACTICE, SERVICE, TEMPLATE, letter, patient

FROM_THE_RECORD = {
    "patient_name": "Ada Example",
    "patient_first_name": "Ada",
    "patient_surname": "Example",
    "patient_address": "7 Mill Row, Wherrymere, ZZ99 4AA",
    "date_of_birth": "3 May 1990",
    "gp_practice": "Quayside Surgery",
    "service_name": "Wherrymere Talking Therapies",
    "service_telephone": "01632 960 001",
    "sender_name": "Ann Ames",
    "letter_date": "23 November 2026",
}
GIVEN_WITH_THE_LETTER = {"appointment_date", "appointment_time", "appointment_place", "free_text"}


def body(template_body: str, **values: Any) -> str:
    """The filled body, without the marks that keep Markdown from reading a value."""
    template = replace(TEMPLATE, body=template_body)
    return content_of(replace(letter(), template=template, **values), SERVICE).body.replace("\\", "")


@pytest.mark.parametrize(("field", "text"), FROM_THE_RECORD.items())
def test_a_field_is_filled_from_the_record(field: str, text: str) -> None:
    assert body(f"{{{{ {field} }}}}.") == f"{text}."


def test_numbers_and_references_are_filled_too() -> None:
    number = patient().nhs_number
    assert body("{{ nhs_number }}") == f"{number[:3]} {number[3:6]} {number[6:]}"
    assert body("{{ letter_reference }}", reference="WTT-1") == "WTT-1"


def test_every_merge_field_comes_from_the_record_or_with_the_letter() -> None:
    known = {*FROM_THE_RECORD, "nhs_number", "letter_reference", *GIVEN_WITH_THE_LETTER}
    assert known == set(MERGE_FIELDS)


def test_what_was_given_with_the_letter_counts_before_the_record() -> None:
    given = {"appointment_date": "Thursday 3 December 2026", "sender_name": "Dr Ames"}
    assert body("{{ appointment_date }} – {{ sender_name }}", fields=given) == (
        "Thursday 3 December 2026 – Dr Ames"
    )


def test_a_letter_with_a_gap_is_refused() -> None:
    with pytest.raises(MissingMergeValue, match="“appointment_date” has no value"):
        content_of(letter(template=DATED), SERVICE)
    with pytest.raises(MissingMergeValue, match="“gp_practice”"):
        body("{{ gp_practice }}", patient=patient(practice=None))


@pytest.mark.parametrize("channel", [Channel.PRINT, Channel.E, Channel.H])
def test_the_patient_is_addressed_but_on_the_gp_channel(channel: Channel) -> None:
    content = content_of(letter(channel), SERVICE)
    assert content.recipient == ("Ada Example", "7 Mill Row", "Wherrymere", "ZZ99 4AA")
    assert (content.salutation, content.closing) == ("Dear Ada Example", "Yours sincerely")
    assert content.copy_line == ""


def test_the_practice_is_addressed_on_the_gp_channel() -> None:
    content = content_of(letter(Channel.GP), SERVICE)
    assert content.recipient == ("Quayside Surgery", *PRACTICE.address)
    assert content.salutation == "Dear Doctor"
    assert content.copy_line == "Copy to: Ada Example"
    assert content.patient_name == "Ada Example"


def test_a_letter_is_dated_as_its_author_saw_the_day() -> None:
    late = letter(created_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert content_of(late, SERVICE).letter_date == date(2026, 7, 1)


def test_the_fingerprint_tells_whether_a_rendering_is_still_the_letter() -> None:
    first = letter(Channel.H)
    same = fingerprint(content_of(first, SERVICE))
    assert fingerprint(content_of(replace(first, warning="Look at it."), SERVICE)) == same
    moved = replace(first, patient=patient(address=("8 Mill Row", "Wherrymere", "ZZ99 4AA")))
    reworded = replace(first, template=replace(TEMPLATE, body="Something else."))
    assert (
        len({same, fingerprint(content_of(moved, SERVICE)), fingerprint(content_of(reworded, SERVICE))}) == 3
    )
