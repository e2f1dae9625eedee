"""What a spreadsheet would take for a formula is made text (docs/security.md 6)."""

import pyarrow as pa
import pytest

from services.listing.formulas import neutralised


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_becomes_text(start: str) -> None:
    texts = [f"{start}1+1", start, "plain"]
    assert neutralised(pa.array(texts)).to_pylist() == [f"'{start}1+1", f"'{start}", "plain"]


def test_all_else_stays_as_it_is() -> None:
    texts = ["", "a=b", "1-2", "'=1", "ünï", None]
    assert neutralised(pa.array(texts)).to_pylist() == texts
    assert neutralised(pa.array([], pa.string())).to_pylist() == []


def test_texts_in_several_chunks() -> None:
    texts = pa.chunked_array([["=1"], ["x"], []], pa.string())
    assert neutralised(texts).to_pylist() == ["'=1", "x"]
