"""A part of a name finds it in any letter case or accent."""

import pytest

from services.domain.spelling import fold
from services.listing.names import listed_name, patient_reference, search_key


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Müller", "muller"),
        ("MÜLLER", "müller"),
        ("Mu\u0308ller", "Müller"),  # the accent as a character of its own
        ("O’Brien", "o'brien"),
        ("Łukasz", "lukasz"),
        ("Søren", "SOREN"),
        ("Straße", "STRASSE"),
        ("İpek", "ipek"),
        ("ﬁnch", "finch"),
    ],
)
def test_letter_case_and_accents_make_no_difference(written: str, sought: str) -> None:
    assert fold(written) == fold(sought)


@pytest.mark.parametrize("part", ["SMITH, Ann", "ann smith", "smith,ann", "nn Sm", " Smith ,  Ann "])
def test_both_orders_of_a_name_are_found(part: str) -> None:
    assert fold(part.replace(",", ", ")) in search_key("Smith", "Ann")


def test_a_name_is_not_found_across_its_two_orders() -> None:
    assert fold("ann ann") not in search_key("Smith", "Ann")


def test_a_name_is_listed_surname_first() -> None:
    assert listed_name("Smith", "Ann") == "SMITH, Ann"


def test_a_reference_says_nothing_of_the_patient_and_stays_the_same() -> None:
    assert patient_reference("patient-1") == patient_reference("patient-1")
    assert patient_reference("patient-1") != patient_reference("patient-2")
    assert patient_reference("patient-1").removeprefix("Patient ").isalnum()
