"""The reference files of codes."""

import pytest

from services.domain.reject_codes import parse_reject_codes
from services.reject_codes import reject_codes

CODES = [
    "system,code,kind,meaning",
    "docman,DC02,refused on posting,Recipient ODS code inactive or not found",
]


def test_codes_have_their_meanings() -> None:
    codes = parse_reject_codes(CODES, ["code,meaning", 'REJ01,"Moved, no longer registered"'])
    assert codes.meaning("docman", "DC02") == "Recipient ODS code inactive or not found"
    assert codes.practice_meaning("REJ01") == "Moved, no longer registered"
    assert [line.kind for line in codes.of_system("docman")] == ["refused on posting"]


def test_a_code_that_is_not_listed_has_no_meaning() -> None:
    codes = parse_reject_codes(CODES, ["code,meaning"])
    assert codes.meaning("docman", "DC99") == codes.meaning("mesh", "DC02") == ""
    assert codes.practice_meaning("REJ01") == ""


def test_a_missing_column_is_an_error() -> None:
    with pytest.raises(TypeError):
        parse_reject_codes(["system,code,meaning", "docman,DC02,Inactive"], ["code,meaning"])


def test_the_files_of_the_installation_are_read() -> None:
    codes = reject_codes()
    assert codes.practice_meaning("REJ01")
    assert len(list(codes.of_system("docman"))) > 20
